#include "clients/cpp/render_check.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <span>

#include "clients/cpp/png_check.h"
#include "ipc/encrypted_file.h"
#include "ipc/lease.h"
#include "ipc/mapped_region.h"
#include "ipc/pam_header.h"
#include "ipc/unique_fd.h"

namespace goxel {
namespace {

constexpr std::size_t kHeaderBytes = 4096;

static_assert(kPamHeaderBytes == kHeaderBytes &&
              kEncryptedHeaderBytes == kHeaderBytes);

// An open file of the directory, leased so that it stays the render it is.
struct OpenRender {
  UniqueFd fd;
  std::uint64_t size_bytes = 0;
};

std::optional<OpenRender> OpenLeased(int directory_fd, const std::string& name,
                                     RenderCheck& check) {
  OpenRender render{
      .fd = UniqueFd(::openat(directory_fd, name.c_str(),
                              O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK))};
  struct stat directory;
  struct stat file;
  if (!render.fd.valid()) {
    check.problems.push_back(
        Status::FromErrno("its file cannot be opened", errno).message());
    return std::nullopt;
  }
  if (::fstat(directory_fd, &directory) != 0 ||
      ::fstat(render.fd.get(), &file) != 0 || !S_ISREG(file.st_mode)) {
    check.problems.push_back("its file is not a regular file");
    return std::nullopt;
  }
  if (file.st_uid != directory.st_uid) {
    check.problems.push_back(
        fmt::format("its file belongs to uid {}, the directory to uid {}",
                    file.st_uid, directory.st_uid));
  }
  const auto lease = TakeReadLease(render.fd.get());
  if (lease && *lease == LeaseResult::kBusy) {
    check.gone = true;
    return std::nullopt;
  }
  render.size_bytes = static_cast<std::uint64_t>(file.st_size);
  return render;
}

void CheckRecord(const OpenRender& render, const std::string& name,
                 const RenderFileNameParts& parts, RenderCheck& check) {
  const auto record = ReadRenderRecord(render.fd.get(), parts.format);
  if (!record) {
    check.problems.push_back(record.error().message());
    return;
  }
  if (RenderFileName(*record) != name) {
    check.problems.push_back(fmt::format("its own record says that it is {}",
                                         RenderFileName(*record)));
  }
  const std::uint64_t raw_bytes =
      kPamHeaderBytes + std::uint64_t{record->width} * record->height *
                            BytesPerPixel(record->pixel_format);
  if (parts.format == RenderFormat::kPam && render.size_bytes != raw_bytes) {
    check.problems.push_back(fmt::format(
        "its file has {} bytes; {} x {} pixels need {}", render.size_bytes,
        record->width, record->height, raw_bytes));
  }
}

void CheckContent(const OpenRender& render, const std::string& name,
                  RenderCheck& check) {
  const auto parts = ParseRenderFileName(name);
  if (!parts) return;
  switch (parts->format) {
    case RenderFormat::kPam:
    case RenderFormat::kEnc:
      CheckRecord(render, name, *parts, check);
      return;
    case RenderFormat::kPng: {
      const auto region =
          MappedRegion::MapAll(render.fd.get(), MapAccess::kReadOnly);
      const Status intact = region ? CheckPng(region->bytes()) : region.error();
      if (!intact.ok()) check.problems.push_back(intact.message());
      return;
    }
    default:
      return;  // Neither a record nor checksums to compare with.
  }
}

Result<Checksum> Sha256(int fd) {
  const auto region = MappedRegion::MapAll(fd, MapAccess::kReadOnly);
  if (!region) return Fail(region.error());
  Checksum checksum{.kind = ChecksumKind::kSha256, .bytes = {}};
  unsigned size = 0;
  if (::EVP_Digest(region->bytes().data(), region->size(),
                   reinterpret_cast<unsigned char*>(checksum.bytes.data()),
                   &size, ::EVP_sha256(), nullptr) != 1) {
    return Fail(StatusCode::kInternal, "OpenSSL cannot compute SHA-256");
  }
  return checksum;
}

void CompareChecksum(const OpenRender& render, const Checksum& expected,
                     RenderCheck& check) {
  if (expected.kind == ChecksumKind::kNone) return;
  if (expected.kind != ChecksumKind::kSha256) {
    check.checksum = ChecksumVerdict::kNotChecked;
    return;
  }
  const auto computed = Sha256(render.fd.get());
  if (computed && *computed == expected) {
    check.checksum = ChecksumVerdict::kMatches;
    return;
  }
  check.checksum = ChecksumVerdict::kDiffers;
  check.problems.push_back(
      computed
          ? fmt::format("its bytes give {}, and {} was recorded",
                        FormatChecksum(*computed), FormatChecksum(expected))
          : computed.error().message());
}

}  // namespace

Result<RenderRecord> ReadRenderRecord(int fd, RenderFormat format) {
  std::array<std::byte, kHeaderBytes> header{};
  const ssize_t count = ::pread(fd, header.data(), header.size(), 0);
  if (count < 0) {
    return Fail(Status::FromErrno("read the header of a render", errno));
  }
  const auto bytes = std::span(header).first(static_cast<std::size_t>(count));
  if (format == RenderFormat::kPam) return ParsePamHeader(bytes);
  if (format != RenderFormat::kEnc) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("a {} file has no record that can be read here",
                            ToString(format)));
  }
  auto encrypted = ParseEncryptedHeader(bytes);
  if (!encrypted) return Fail(encrypted.error());
  return std::move(encrypted->record);
}

RenderCheck CheckRender(int directory_fd, const RenderInfo& info) {
  RenderCheck check;
  const std::string name = RenderFileName(info);
  const auto render = OpenLeased(directory_fd, name, check);
  if (!render) return check;
  if (render->size_bytes != info.size_bytes) {
    check.problems.push_back(
        fmt::format("its file has {} bytes, and the index says {}",
                    render->size_bytes, info.size_bytes));
  }
  CheckContent(*render, name, check);
  CompareChecksum(*render, info.checksum, check);
  return check;
}

RenderCheck CheckRenderFile(int directory_fd, const std::string& file_name) {
  RenderCheck check;
  const auto render = OpenLeased(directory_fd, file_name, check);
  if (render) CheckContent(*render, file_name, check);
  return check;
}

}  // namespace goxel
