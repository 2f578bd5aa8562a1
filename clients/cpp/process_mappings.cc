#include "clients/cpp/process_mappings.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "ipc/unique_fd.h"

namespace goxel {
namespace {

constexpr std::string_view kRemovedMark = " (deleted)";

// What a path in /proc/<pid>/maps is compared with.
struct Target {
  std::filesystem::path path;  // Canonical, as this process sees it.
  dev_t device = 0;
  std::unordered_map<ino_t, std::string> names;
};

// One line of /proc/<pid>/maps.
struct MapsLine {
  std::uint64_t bytes = 0;
  bool writable = false;
  dev_t device = 0;
  ino_t inode = 0;
  std::string path;
};

Result<Target> LookAt(const std::filesystem::path& directory) {
  const UniqueFd fd(
      ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat status;
  if (!fd.valid() || ::fstat(fd.get(), &status) != 0) {
    return Fail(Status::FromErrno(
        fmt::format("open render directory '{}'", directory.native()), errno));
  }
  std::error_code error;
  Target target{.path = std::filesystem::canonical(directory, error),
                .device = status.st_dev,
                .names = {}};
  DIR* listing = ::fdopendir(::dup(fd.get()));
  if (listing == nullptr) {
    return Fail(Status::FromErrno(
        fmt::format("list render directory '{}'", directory.native()), errno));
  }
  while (const dirent* entry = ::readdir(listing)) {
    target.names.emplace(entry->d_ino, entry->d_name);
  }
  ::closedir(listing);
  return target;
}

// "7f12-7f34 r--s 00000000 08:01 1234   /path with spaces"
std::optional<MapsLine> ParseMapsLine(const std::string& line) {
  unsigned long long from = 0;
  unsigned long long to = 0;
  unsigned long long inode = 0;
  unsigned major = 0;
  unsigned minor = 0;
  char access[5] = {};
  int path_at = 0;
  if (std::sscanf(line.c_str(), "%llx-%llx %4s %*x %x:%x %llu %n", &from, &to,
                  access, &major, &minor, &inode, &path_at) != 6) {
    return std::nullopt;
  }
  return MapsLine{.bytes = to - from,
                  .writable = access[1] == 'w',
                  .device = makedev(major, minor),
                  .inode = inode,
                  .path = line.substr(static_cast<std::size_t>(path_at))};
}

// The file of the directory that a line is of; nullopt when it is of none.
// Where the two disagree about the device (overlayfs, btrfs), the path decides.
std::optional<FileMapping> Match(const Target& target, const MapsLine& line) {
  if (line.inode == 0) return std::nullopt;
  FileMapping mapping{.command = {},
                      .file_name = {},
                      .bytes = line.bytes,
                      .writable = line.writable};
  const auto named = target.names.find(line.inode);
  if (named != target.names.end() && line.device == target.device) {
    mapping.file_name = named->second;
    return mapping;
  }
  std::string_view path = line.path;
  mapping.removed = path.ends_with(kRemovedMark);
  if (mapping.removed) path.remove_suffix(kRemovedMark.size());
  const std::filesystem::path file(path);
  if (file.parent_path() != target.path) return std::nullopt;
  mapping.file_name = file.filename();
  return mapping;
}

std::string CommandOf(pid_t pid) {
  std::string command;
  std::ifstream file(fmt::format("/proc/{}/comm", pid));
  std::getline(file, command);
  return command;
}

// Adds the mappings of one process; false when it cannot be looked into.
bool AddMappings(const Target& target, pid_t pid,
                 std::vector<FileMapping>& mappings) {
  std::ifstream maps(fmt::format("/proc/{}/maps", pid));
  const std::size_t first = mappings.size();
  std::string line;
  bool readable = false;
  while (std::getline(maps, line)) {
    readable = true;
    const auto parsed = ParseMapsLine(line);
    auto mapping = parsed ? Match(target, *parsed) : std::nullopt;
    if (!mapping) continue;
    const auto same =
        std::find_if(mappings.begin() + static_cast<std::ptrdiff_t>(first),
                     mappings.end(), [&](const FileMapping& each) {
                       return each.file_name == mapping->file_name &&
                              each.writable == mapping->writable;
                     });
    if (same != mappings.end()) {
      same->bytes += mapping->bytes;
      continue;
    }
    mapping->pid = pid;
    mapping->command = CommandOf(pid);
    mappings.push_back(*std::move(mapping));
  }
  return readable;
}

// A kernel thread, and a process that has just ended, has no memory to map
// anything into: its maps are empty although they may be read.
bool MayBeRead(pid_t pid) {
  const UniqueFd fd(
      ::open(fmt::format("/proc/{}/maps", pid).c_str(), O_RDONLY | O_CLOEXEC));
  return fd.valid() || errno == ENOENT || errno == ESRCH;
}

}  // namespace

Result<MappingScan> ScanMappings(const std::filesystem::path& directory) {
  const auto target = LookAt(directory);
  if (!target) return Fail(target.error());
  MappingScan scan;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename();
    pid_t pid = 0;
    const auto [end, bad] =
        std::from_chars(name.data(), name.data() + name.size(), pid);
    if (bad != std::errc() || end != name.data() + name.size()) continue;
    ++scan.processes;
    if (!AddMappings(*target, pid, scan.mappings) && !MayBeRead(pid)) {
      ++scan.hidden;
    }
  }
  std::ranges::sort(scan.mappings, {}, [](const FileMapping& each) {
    return std::tuple(each.pid, each.file_name);
  });
  return scan;
}

}  // namespace goxel
