#include "transfer/adoption.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "ipc/pam_header.h"
#include "transfer/png_encoder.h"
#include "transfer/staged_render.h"

namespace goxel {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::size_t kPngStartBytes = 16 * 1024;

// A valid, unexpired file.
struct Found {
  LandedRender render;
  std::int64_t modified_unix_ns = 0;
};

enum class Verdict { kValid, kExpired, kBroken };

struct Examination {
  Verdict verdict = Verdict::kBroken;
  Found found;
};

std::int64_t ModifiedNs(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * kSecondNs +
         status.st_mtim.tv_nsec;
}

bool IsOursAlone(const struct stat& status) {
  return S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
         status.st_nlink == 1;
}

bool RecordMatches(const RenderRecord& record, const std::string& name,
                   std::uint64_t file_bytes) {
  if (RenderFileName(record) != name) return false;
  return record.format != RenderFormat::kPam ||
         file_bytes == RenderStore::RawSize(record.width, record.height);
}

Examination Examine(const StoreCore& core, const std::string& name,
                    RenderFormat format) {
  const auto fd = core.directory.OpenFile(name, O_RDONLY);
  if (!fd) return {};
  FileSystem& files = core.directory.files();
  const auto status = files.Stat(fd->get());
  if (!status || !IsOursAlone(*status)) return {};
  auto record = ReadFileRecord(files, fd->get(), format);
  const auto file_bytes = static_cast<std::uint64_t>(status->st_size);
  if (!record || !RecordMatches(*record, name, file_bytes)) return {};

  const std::int64_t now_ns = core.clock->UnixNs();
  const std::int64_t modified_ns = ModifiedNs(*status);
  const std::int64_t ttl_ns = std::int64_t{record->ttl_s} * kSecondNs;
  std::int64_t left_ns = modified_ns + ttl_ns - now_ns;
  if (left_ns <= 0) return {.verdict = Verdict::kExpired, .found = {}};
  if (left_ns > kMaxTtlSeconds * kSecondNs) left_ns = ttl_ns;

  RenderInfo info = DescribeRecord(*record);
  info.size_bytes = file_bytes;
  info.expires_unix_ns = now_ns + left_ns;
  info.expires_boottime_ns = core.clock->BoottimeNs() + left_ns;
  info.rows_ready = record->height;
  // Not recyclable: it is not known who was handed its path.
  return {
      .verdict = Verdict::kValid,
      .found = {
          .render = {.info = info, .file_ttl_s = record->ttl_s, .frame = {}},
          .modified_unix_ns = modified_ns}};
}

// Where the renders begin that the limits allow, oldest first.
std::size_t FirstThatFits(const std::vector<Found>& found,
                          const RenderStoreStats& limits) {
  std::uint64_t bytes = limits.orphaned_bytes;
  std::size_t first = found.size();
  while (first > 0 && found.size() - first < limits.max_renders) {
    bytes += ChargedBytes(found[first - 1].render.info.size_bytes);
    if (bytes > limits.max_cache_bytes) break;
    --first;
  }
  return first;
}

void RemoveFile(StoreCore& core, const std::string& name, RenderId id,
                IndexCounter reason) {
  core.table.Count(reason);
  core.eviction.RemoveStray(name, id);
}

}  // namespace

Result<RenderRecord> ReadFileRecord(FileSystem& files, int fd,
                                    RenderFormat format) {
  if (format != RenderFormat::kPam && format != RenderFormat::kPng) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("a {} file carries no record", ToString(format)));
  }
  std::array<std::byte, kPngStartBytes> start;
  const bool is_pam = format == RenderFormat::kPam;
  const std::size_t wanted = is_pam ? kPamHeaderBytes : kPngStartBytes;
  const auto count = files.ReadAt(fd, std::span(start).first(wanted), 0);
  if (!count) {
    return Fail(Status::FromErrno("read the start of a render", count.error()));
  }
  const auto bytes = std::span(start).first(*count);
  return is_pam ? ParsePamHeader(bytes) : ReadPngRecord(bytes);
}

Status AdoptRenders(StoreCore& core) {
  const auto names = core.directory.files().List(core.directory.fd());
  if (!names) return core.directory.Failure("list", names.error());
  std::vector<Found> found;
  for (const std::string& name : *names) {
    if (IsHiddenFileName(name)) {
      core.eviction.RemoveStray(name, 0);
      continue;
    }
    const auto parts = ParseRenderFileName(name);
    if (!parts) continue;
    Examination examination = Examine(core, name, parts->format);
    switch (examination.verdict) {
      case Verdict::kValid:
        found.push_back(std::move(examination.found));
        break;
      case Verdict::kExpired:
        RemoveFile(core, name, parts->id, IndexCounter::kEvictedTtl);
        break;
      case Verdict::kBroken:
        RemoveFile(core, name, parts->id, IndexCounter::kBroken);
        break;
    }
  }
  std::ranges::sort(found, {}, &Found::modified_unix_ns);
  const std::size_t first = FirstThatFits(found, core.table.Stats());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const RenderInfo info = found[i].render.info;
    if (i < first || !core.table.Adopt(std::move(found[i].render)).ok()) {
      RemoveFile(core, RenderFileName(info), info.id,
                 IndexCounter::kEvictedQuota);
    }
  }
  return {};
}

}  // namespace goxel
