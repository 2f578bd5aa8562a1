#include "clients/cli/host_diagnosis.h"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <optional>
#include <string>

#include "clients/cpp/socket_path.h"

namespace goxel {
namespace {

constexpr std::uint64_t kFewDescriptors = 1024;
constexpr std::uint64_t kNoMemoryLimit = std::uint64_t{1} << 60;
constexpr std::uint64_t kFewMappings = 65530;  // The kernel's default.

std::optional<std::uint64_t> ReadNumber(const std::string& path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  if (file >> number) return number;
  return std::nullopt;  // Not there, or "max".
}

// The memory limit of this process' cgroup: the nearest with one in version 2,
// its own in version 1, where a number near 2^63 stands for none.
std::optional<std::uint64_t> MemoryLimit() {
  std::ifstream file("/proc/self/cgroup");
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with("0::")) continue;
    std::filesystem::path group = "/sys/fs/cgroup" + line.substr(3);
    while (group.native().size() >= std::string("/sys/fs/cgroup").size()) {
      if (const auto limit = ReadNumber(group / "memory.max")) return limit;
      group = group.parent_path();
    }
  }
  const auto limit = ReadNumber("/sys/fs/cgroup/memory/memory.limit_in_bytes");
  return limit && *limit < kNoMemoryLimit ? limit : std::nullopt;
}

void DiagnoseDescriptors(Findings& findings) {
  struct rlimit limit {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  if (limit.rlim_cur < kFewDescriptors) {
    findings.Problem(
        fmt::format("a process may have only {} descriptors", limit.rlim_cur),
        "the daemon needs one per connection and per kept frame",
        "ulimit -n 4096, or LimitNOFILE=4096 in the unit file");
  } else {
    findings.Fine(fmt::format("{} descriptors per process", limit.rlim_cur));
  }
}

void DiagnoseMappings(Findings& findings) {
  const auto mappings = ReadNumber("/proc/sys/vm/max_map_count");
  if (mappings && *mappings < kFewMappings) {
    findings.Problem(
        fmt::format("a process may have only {} mappings", *mappings),
        "a reader that holds many renders runs out of them",
        fmt::format("sysctl vm.max_map_count={}", kFewMappings));
  } else if (mappings) {
    findings.Fine(fmt::format("{} mappings per process", *mappings));
  }
}

}  // namespace

void DiagnoseLimits(const std::filesystem::path& directory,
                    std::uint64_t max_cache_bytes, Findings& findings) {
  DiagnoseDescriptors(findings);
  DiagnoseMappings(findings);
  const auto memory = MemoryLimit();
  const bool in_memory = directory.native().starts_with("/dev/shm") ||
                         directory.native().starts_with("/run");
  if (memory && max_cache_bytes > 0 && in_memory &&
      max_cache_bytes > *memory / 2) {
    findings.Problem(
        fmt::format("a cache of {} MiB in memory, and a memory limit of {} MiB",
                    max_cache_bytes >> 20, *memory >> 20),
        "the kernel kills the daemon before the cache is full",
        fmt::format("raise the limit, or --max-cache-size {}", *memory / 4));
  } else if (memory) {
    findings.Fine(fmt::format("memory limit of {} MiB", *memory >> 20));
  }
}

void DiagnoseSocket(const Invocation& invocation, Findings& findings) {
  const std::filesystem::path path =
      invocation.socket.empty() ? FindSocketPath()
                                : std::filesystem::path(invocation.socket);
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) {
    findings.Note(fmt::format("there is no socket '{}'", path.native()),
                  "renders can be read, and none can be ordered",
                  fmt::format("goxel-daemon --socket '{}'", path.native()));
    return;
  }
  if (!S_ISSOCK(status.st_mode)) {
    findings.Problem(fmt::format("'{}' is no socket", path.native()),
                     "the daemon does not replace what is not its own",
                     "remove it, or give another path with --socket");
    return;
  }
  const auto client = ConnectToDaemon(invocation);
  const auto version = client ? (*client)->Call("goxel.get_version", "{}")
                              : Fail(client.error());
  if (!version) {
    findings.Problem(version.error().message(),
                     "no render can be ordered; a dead daemon leaves its "
                     "socket behind, and the next one replaces it",
                     fmt::format("goxel-daemon --socket '{}'", path.native()));
    return;
  }
  rapidjson::Document result;
  result.Parse(std::string(version->view()).c_str());
  const bool has_version = result.IsObject() && result.HasMember("version") &&
                           result["version"].IsString();
  const std::string theirs =
      has_version ? result["version"].GetString() : "unknown";
  if (theirs == GOXEL_VERSION) {
    findings.Fine(fmt::format("a daemon of version {} answers on '{}'", theirs,
                              path.native()));
  } else {
    findings.Note(fmt::format("the daemon has version {}, goxelctl {}", theirs,
                              GOXEL_VERSION),
                  "an index of another layout cannot be read",
                  "install both from the same release");
  }
}

}  // namespace goxel
