#include "clients/cpp/mapped_image.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "ipc/lease.h"
#include "ipc/pam_header.h"
#include "ipc/unique_fd.h"

namespace goxel {
namespace {

// Without these seals whoever holds the memfd could shrink it under a reader,
// which then dies of SIGBUS, or change the picture.
constexpr int kRequiredSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

// The size of a render's file. A file that is not a directory owner's regular
// file was put there by somebody else.
Result<std::size_t> SizeOfOwnedFile(int directory_fd, int fd,
                                    const char* name) {
  struct stat directory;
  struct stat file;
  if (::fstat(directory_fd, &directory) != 0 || ::fstat(fd, &file) != 0) {
    return Fail(Status::FromErrno(fmt::format("fstat {}", name), errno));
  }
  if (!S_ISREG(file.st_mode) || file.st_uid != directory.st_uid) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("{} is not a regular file of uid {}, who owns the "
                            "render directory",
                            name, directory.st_uid));
  }
  const auto size = static_cast<std::size_t>(file.st_size);
  if (size > kPamHeaderBytes) return size;
  return Fail(StatusCode::kDataLoss,
              fmt::format("{} has {} bytes; a mapped render has more than {}",
                          name, size, kPamHeaderBytes));
}

// Whether the name leads to the opened file: it does not when the render went
// after it was opened, and its file may hold anything since.
bool IsStillNamed(int directory_fd, int fd, const char* name) {
  struct stat opened;
  struct stat named;
  return ::fstat(fd, &opened) == 0 &&
         ::fstatat(directory_fd, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

// An evictor that has the file may be about to remove it, or may find that the
// render was asked for meanwhile and let go of it. The name tells: it goes with
// the render.
Status RequireLease(int directory_fd, int fd, const char* name) {
  constexpr int kTries = 1000;
  constexpr std::chrono::microseconds kPause{50};
  for (int tries = 0; tries < kTries; ++tries) {
    const auto lease = TakeReadLease(fd);
    if (!lease) return lease.error();
    if (*lease == LeaseResult::kGranted) return {};
    if (!IsStillNamed(directory_fd, fd, name)) break;
    std::this_thread::sleep_for(kPause);
  }
  return {StatusCode::kNotFound,
          fmt::format("{} is being evicted; ask for the render again", name)};
}

// A render of gigabytes has no place in a core file of its reader.
void LeaveOutOfCoreFiles(std::span<const std::byte> bytes) {
  static_cast<void>(::madvise(const_cast<std::byte*>(bytes.data()),
                              bytes.size(), MADV_DONTDUMP));
}

}  // namespace

Result<MappedImage> MappedImage::Open(int directory_fd, const char* file_name,
                                      RenderId id) {
  const UniqueFd fd(::openat(directory_fd, file_name,
                             O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) {
    return Fail(
        Status::FromErrno(fmt::format("open render {}", file_name), errno));
  }
  if (Status leased = RequireLease(directory_fd, fd.get(), file_name);
      !leased.ok()) {
    return Fail(std::move(leased));
  }
  const auto size = SizeOfOwnedFile(directory_fd, fd.get(), file_name);
  if (!size) return Fail(size.error());
  auto region =
      MappedRegion::MapInside(fd.get(), MapAccess::kReadOnly, 0, *size);
  if (!region) {
    return Fail(
        Status::FromErrno(fmt::format("map {}", file_name), region.error()));
  }

  const auto header = ReadPamIdentity(region->bytes().first<kPamHeaderBytes>());
  if (!header && IsStillNamed(directory_fd, fd.get(), file_name)) {
    return Fail(header.error());
  }
  if (!header || header->id != id) {
    return Fail(
        StatusCode::kNotFound,
        fmt::format("render {} is gone; the file that was {} serves another",
                    FormatRenderId(id), file_name));
  }
  const std::uint64_t stride_bytes =
      std::uint64_t{BytesPerPixel(header->pixel_format)} * header->width;
  const std::uint64_t expected =
      kPamHeaderBytes + stride_bytes * header->height;
  if (region->size() != expected) {
    return Fail(
        StatusCode::kDataLoss,
        fmt::format("{} has {} bytes; {}x{} pixels need {}", file_name,
                    region->size(), header->width, header->height, expected));
  }
  LeaveOutOfCoreFiles(region->bytes());
  return MappedImage(std::move(*region),
                     {.width = header->width,
                      .height = header->height,
                      .pixel_format = header->pixel_format,
                      .stride_bytes = static_cast<std::uint32_t>(stride_bytes),
                      .pixel_offset = kPamHeaderBytes});
}

Result<MappedImage> MappedImage::FromDescriptor(int fd,
                                                const Geometry& geometry) {
  const int seals = ::fcntl(fd, F_GET_SEALS);
  if (seals < 0 || (seals & kRequiredSeals) != kRequiredSeals) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("descriptor {} is not a memfd sealed against "
                            "shrinking, growing and writing",
                            fd));
  }
  auto region = MappedRegion::MapAll(fd, MapAccess::kReadOnly);
  if (!region) return Fail(region.error());
  const bool rows_fit =
      geometry.width > 0 && geometry.height > 0 &&
      geometry.stride_bytes >=
          std::uint64_t{BytesPerPixel(geometry.pixel_format)} * geometry.width;
  const bool pixels_fit =
      geometry.pixel_offset <= region->size() &&
      std::uint64_t{geometry.stride_bytes} * geometry.height <=
          region->size() - geometry.pixel_offset;
  if (!rows_fit || !pixels_fit) {
    return Fail(
        StatusCode::kDataLoss,
        fmt::format("{}x{} pixels with stride {} from offset {} do not "
                    "fit into a descriptor of {} bytes",
                    geometry.width, geometry.height, geometry.stride_bytes,
                    geometry.pixel_offset, region->size()));
  }
  LeaveOutOfCoreFiles(region->bytes());
  return MappedImage(std::move(*region), geometry);
}

std::span<const std::byte> MappedImage::pixels() const {
  return region_.bytes().subspan(
      geometry_.pixel_offset,
      std::size_t{geometry_.stride_bytes} * geometry_.height);
}

std::span<const std::byte> MappedImage::row(std::uint32_t y) const {
  return pixels().subspan(std::size_t{geometry_.stride_bytes} * y,
                          geometry_.stride_bytes);
}

}  // namespace goxel
