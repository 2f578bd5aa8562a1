#include "tests/kill_loop/directory_audit.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "ipc/lease.h"
#include "ipc/pam_header.h"
#include "ipc/render_index_reader.h"
#include "transfer/clock.h"
#include "transfer/render_store.h"

namespace goxel {
namespace {

constexpr std::uint64_t kBlockBytes = 512;

UniqueFd OpenDirectory(const std::filesystem::path& directory) {
  return UniqueFd(
      ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

FoundRender Examine(int fd, const struct stat& status, const std::string& name,
                    const RenderFileNameParts& parts) {
  FoundRender found{.name = name,
                    .id = parts.id,
                    .valid = parts.format == RenderFormat::kPng,
                    .expires_unix_ns = 0};
  if (parts.format != RenderFormat::kPam) return found;
  std::array<std::byte, kPamHeaderBytes> header;
  if (::pread(fd, header.data(), header.size(), 0) !=
      static_cast<ssize_t>(header.size())) {
    return found;
  }
  const auto record = ParsePamHeader(header);
  if (!record) return found;
  found.valid = RenderFileName(*record) == name &&
                static_cast<std::uint64_t>(status.st_size) ==
                    RenderStore::RawSize(record->width, record->height);
  found.expires_unix_ns =
      (status.st_mtim.tv_sec + std::int64_t{record->ttl_s}) *
          kNanosecondsPerSecond +
      status.st_mtim.tv_nsec;
  return found;
}

std::uint64_t CounterOf(const RenderIndexReader& index, IndexCounter counter) {
  return index.Counters().at(static_cast<std::size_t>(counter)).second;
}

}  // namespace

DirectoryContent Inspect(const std::filesystem::path& directory) {
  DirectoryContent content;
  const UniqueFd at = OpenDirectory(directory);
  std::set<ino_t> counted;  // A file renamed meanwhile would count twice.
  std::error_code ignored;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory, ignored)) {
    const std::string name = entry.path().filename();
    if (name == "index" || name == "lock") continue;
    const UniqueFd fd(
        ::openat(at.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat status;
    if (!fd.valid() || ::fstat(fd.get(), &status) != 0) continue;
    if (counted.insert(status.st_ino).second) {
      content.bytes +=
          static_cast<std::uint64_t>(status.st_blocks) * kBlockBytes;
    }
    if (const auto parts = ParseRenderFileName(name)) {
      content.renders.push_back(Examine(fd.get(), status, name, *parts));
    } else {
      content.hidden.push_back(name);
    }
  }
  return content;
}

std::uint64_t UnnamedBytes(pid_t pid, const std::filesystem::path& directory) {
  const UniqueFd at = OpenDirectory(directory);
  struct stat home;
  if (::fstat(at.get(), &home) != 0) return 0;
  std::set<ino_t> counted;
  std::uint64_t bytes = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(
           fmt::format("/proc/{}/fd", pid), ignored)) {
    struct stat status;
    if (::stat(entry.path().c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_nlink == 0 && status.st_dev == home.st_dev &&
        counted.insert(status.st_ino).second) {
      bytes += static_cast<std::uint64_t>(status.st_blocks) * kBlockBytes;
    }
  }
  return bytes;
}

std::size_t CountDescriptors(pid_t pid) {
  std::error_code ignored;
  const std::filesystem::directory_iterator descriptors(
      fmt::format("/proc/{}/fd", pid), ignored);
  return static_cast<std::size_t>(
      std::ranges::count_if(descriptors, [&](const auto& entry) {
        const auto target = std::filesystem::read_symlink(entry, ignored);
        return !target.native().starts_with("/memfd:goxel_frame");
      }));
}

void CheckPromises(const std::filesystem::path& directory, Ledger& ledger) {
  const UniqueFd at = OpenDirectory(directory);
  const auto index = RenderIndexReader::Open(at.get());
  if (!index) return;  // No writer has lived long enough.
  const DirectoryContent content = Inspect(directory);
  const std::int64_t now_ns = SystemClock().BoottimeNs();
  std::uint64_t missing = 0;
  for (Promise& promise : ledger.promises) {
    const RenderId id = promise.id;
    if (id == 0 || promise.expires_boottime_ns < now_ns + kNanosecondsPerSecond)
      continue;
    const auto file = std::ranges::find(content.renders, id, &FoundRender::id);
    const bool is_there = file != content.renders.end() && file->valid;
    if (!is_there && index->Find(id)) {
      ledger.Fault(
          fmt::format("render {} was handed over, the index shows it, "
                      "and its file is gone or damaged",
                      FormatRenderId(id)));
    }
    if (!is_there) {
      ++missing;
      promise.expires_boottime_ns = 0;  // Accounted for.
    }
  }
  // One more: the writer may have died before it could count.
  const std::uint64_t removed = CounterOf(*index, IndexCounter::kEvictedQuota) +
                                CounterOf(*index, IndexCounter::kEvictedTtl) +
                                CounterOf(*index, IndexCounter::kWithdrawn) + 1;
  if (missing > removed) {
    ledger.Fault(
        fmt::format("{} renders that were handed over are gone, and "
                    "the writer has removed {}",
                    missing, removed));
  }
}

void CheckAdoption(const std::filesystem::path& directory,
                   const DirectoryContent& before, Ledger& ledger) {
  const UniqueFd at = OpenDirectory(directory);
  const auto index = RenderIndexReader::Open(at.get());
  if (!index) {
    ledger.Fault("no index after a start: " + index.error().message());
    return;
  }
  const std::int64_t now_ns = SystemClock().UnixNs();
  for (const FoundRender& render : before.renders) {
    if (!render.valid) {
      ledger.Fault(
          fmt::format("{} has its name and not its content", render.name));
      continue;
    }
    if (render.expires_unix_ns <= now_ns) continue;
    if (!index->Find(render.id)) {
      ledger.Fault(
          fmt::format("{} was whole, and the next start lost it", render.name));
    }
  }
  if (const auto broken = CounterOf(*index, IndexCounter::kBroken)) {
    ledger.Fault(fmt::format("a start found {} broken renders", broken));
  }
}

void CheckNothingIsLeased(const std::filesystem::path& directory,
                          Ledger& ledger) {
  const UniqueFd at = OpenDirectory(directory);
  for (const FoundRender& render : Inspect(directory).renders) {
    const UniqueFd fd(
        ::openat(at.get(), render.name.c_str(), O_RDWR | O_CLOEXEC));
    const auto lease = TakeWriteLease(fd.get());
    if (!lease || *lease != LeaseResult::kGranted) {
      ledger.Fault(
          fmt::format("{} is leased, and every client is dead", render.name));
    }
  }
}

}  // namespace goxel
