#include "transfer/file_examination.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <iterator>
#include <span>
#include <system_error>
#include <thread>
#include <utility>

#include "ipc/encrypted_file.h"
#include "ipc/pam_header.h"
#include "transfer/bmp_encoder.h"
#include "transfer/jpg_encoder.h"
#include "transfer/png_encoder.h"
#include "transfer/record_json.h"
#include "transfer/staged_render.h"
#include "transfer/storage_failure.h"

namespace goxel {
namespace {

using Verdict = FoundFile::Verdict;

// Fewer files are not worth a thread.
constexpr std::size_t kNamesPerThread = 1000;
constexpr std::size_t kMaxThreads = 4;

std::int64_t ModifiedNs(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * kNanosecondsPerSecond +
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
         file_bytes == RenderStore::RawSize(record.width, record.height,
                                            record.pixel_format);
}

// How many bytes at the start of a file hold its record; 0: it has none.
std::size_t RecordReach(RenderFormat format) {
  switch (format) {
    case RenderFormat::kPam:
      return kPamHeaderBytes;
    case RenderFormat::kPng:
    case RenderFormat::kJpg:
    case RenderFormat::kBmp:
      return kRecordReach;
    case RenderFormat::kEnc:
      return kEncryptedHeaderBytes;
    default:
      return 0;
  }
}

// False when the system could not do it for anybody, whatever the file.
bool IsOfTheFile(const Status& failure) {
  constexpr std::array<std::string_view, 5> kOfTheFile = {
      "ENOENT", "ELOOP", "EACCES", "EIO", "ENXIO"};
  const std::string_view error = ErrnoOf(failure);
  return error.empty() ||
         std::ranges::find(kOfTheFile, error) != kOfTheFile.end();
}

class Examiner {
 public:
  Examiner(const ManagedDirectory& directory, const Clock& clock,
           const ProvenFiles& proven)
      : directory_(directory),
        proven_(proven),
        unix_ns_(clock.UnixNs()),
        boottime_ns_(clock.BoottimeNs()) {}

  // The files of those names, until one cannot be examined.
  Status ExamineAll(std::span<const std::string> names,
                    std::vector<FoundFile>& found) const {
    for (const std::string& name : names) {
      const auto parts = ParseRenderFileName(name);
      if (!parts) continue;
      found.push_back({.name = name, .id = parts->id, .render = {}});
      Status examined = Examine(found.back(), parts->format);
      if (!examined.ok() && !IsOfTheFile(examined)) {
        return StorageFailure(examined);
      }
    }
    return {};
  }

 private:
  // Whatever fails leaves the file broken.
  Status Examine(FoundFile& file, RenderFormat format) const {
    const auto fd = directory_.OpenFile(file.name, O_RDONLY);
    if (!fd) return fd.error();
    FileSystem& files = directory_.files();
    const auto status = files.Stat(fd->get());
    if (!status) return directory_.Failure("stat a file in", status.error());
    if (!IsOursAlone(*status)) return {};
    const auto record = ReadFileRecord(files, fd->get(), format);
    if (!record) return record.error();
    const auto file_bytes = static_cast<std::uint64_t>(status->st_size);
    if (!RecordMatches(*record, file.name, file_bytes)) return {};
    Date(file, *record, *status);
    if (file.verdict == Verdict::kValid &&
        !proven_.Believes(files, fd->get(), file.id)) {
      file.verdict = Verdict::kBroken;
    }
    return {};
  }

  void Date(FoundFile& file, const RenderRecord& record,
            const struct stat& status) const {
    const std::int64_t ttl_ns =
        std::int64_t{record.ttl_s} * kNanosecondsPerSecond;
    file.modified_unix_ns = ModifiedNs(status);
    std::int64_t left_ns = file.modified_unix_ns + ttl_ns - unix_ns_;
    // The sticky bit is a pin, and a start renews those (RenderStore::Pin).
    const bool pinned = (status.st_mode & S_ISVTX) != 0;
    if (pinned) left_ns = kMaxTtlSeconds * kNanosecondsPerSecond;
    if (left_ns > kMaxTtlSeconds * kNanosecondsPerSecond) left_ns = ttl_ns;
    file.verdict = left_ns > 0 ? Verdict::kValid : Verdict::kExpired;

    RenderInfo& info = file.render.info;
    info = DescribeRecord(record);
    info.size_bytes = static_cast<std::uint64_t>(status.st_size);
    info.expires_unix_ns = unix_ns_ + left_ns;
    info.expires_boottime_ns = boottime_ns_ + left_ns;
    info.rows_ready = record.height;
    // Not recyclable: it is not known who was handed its path.
    if (pinned) info.flags |= kRenderPinned;
    file.render.file_ttl_s = record.ttl_s;
  }

  const ManagedDirectory& directory_;
  const ProvenFiles& proven_;
  const std::int64_t unix_ns_;
  const std::int64_t boottime_ns_;
};

struct Share {
  std::span<const std::string> names;
  std::vector<FoundFile> found;
  Status status;
};

// Equal parts of the names, one for each thread that they are worth.
std::vector<Share> ShareOut(std::span<const std::string> names) {
  const std::size_t count =
      std::clamp(names.size() / kNamesPerThread, std::size_t{1},
                 std::clamp(std::size_t{std::thread::hardware_concurrency()},
                            std::size_t{1}, kMaxThreads));
  std::vector<Share> shares(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t begin = names.size() * i / count;
    const std::size_t end = names.size() * (i + 1) / count;
    shares[i].names = names.subspan(begin, end - begin);
  }
  return shares;
}

}  // namespace

Result<std::vector<FoundFile>> ExamineFiles(
    const ManagedDirectory& directory, const Clock& clock,
    const ProvenFiles& proven, const std::vector<std::string>& names) {
  const Examiner examiner(directory, clock, proven);
  const auto examine = [&](Share& share) {
    share.status = examiner.ExamineAll(share.names, share.found);
  };
  std::vector<Share> shares = ShareOut(names);
  std::vector<std::thread> threads;
  for (Share& share : std::span(shares).subspan(1)) {
    try {
      threads.emplace_back(examine, std::ref(share));
    } catch (const std::system_error&) {
      examine(share);  // No thread to be had: it takes longer.
    }
  }
  examine(shares.front());
  for (std::thread& thread : threads) thread.join();

  std::vector<FoundFile> found;
  for (Share& share : shares) {
    if (!share.status.ok()) return Fail(std::move(share.status));
    std::ranges::move(share.found, std::back_inserter(found));
  }
  return found;
}

Result<RenderRecord> ReadFileRecord(FileSystem& files, int fd,
                                    RenderFormat format) {
  const std::size_t wanted = RecordReach(format);
  if (wanted == 0) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("a {} file carries no record", ToString(format)));
  }
  std::array<std::byte, kRecordReach> start;
  const auto count = files.ReadAt(fd, std::span(start).first(wanted), 0);
  if (!count) {
    return Fail(Status::FromErrno("read the start of a render", count.error()));
  }
  const auto bytes = std::span(start).first(*count);
  switch (format) {
    case RenderFormat::kPng:
      return ReadPngRecord(bytes);
    case RenderFormat::kJpg:
      return ReadJpgRecord(bytes);
    case RenderFormat::kBmp:
      return ReadBmpRecord(bytes);
    case RenderFormat::kPam:
      return ParsePamHeader(bytes);
    default:
      return ParseEncryptedHeader(bytes).map(&EncryptedHeader::record);
  }
}

}  // namespace goxel
