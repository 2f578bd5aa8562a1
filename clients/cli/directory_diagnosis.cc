#include "clients/cli/directory_diagnosis.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <string>
#include <string_view>

#include "ipc/directory_lock.h"
#include "ipc/previous_index.h"
#include "ipc/render_index_reader.h"
#include "ipc/render_record.h"
#include "ipc/unique_fd.h"

namespace goxel {
namespace {

constexpr std::uint64_t kLittleSpaceBytes = std::uint64_t{256} << 20;
constexpr std::uint64_t kDockerShmBytes = std::uint64_t{64} << 20;
constexpr std::uint64_t kFewInodes = 1000;
// Clocks of a host and its files may differ by so much without harm.
constexpr std::int64_t kClockSlackS = 60;

// f_type of statfs(2), linux/magic.h and the filesystems' own headers.
struct FilesystemType {
  std::uint64_t magic;
  const char* name;
  enum { kMemory, kDisk, kNetwork, kOverlay } kind;
};
constexpr std::array<FilesystemType, 14> kTypes = {{
    {0x01021994, "tmpfs", FilesystemType::kMemory},
    {0x858458f6, "ramfs", FilesystemType::kMemory},
    {0xef53, "ext4", FilesystemType::kDisk},
    {0x58465342, "xfs", FilesystemType::kDisk},
    {0x9123683e, "btrfs", FilesystemType::kDisk},
    {0x2fc12fc1, "zfs", FilesystemType::kDisk},
    {0xf2f52010, "f2fs", FilesystemType::kDisk},
    {0x794c7630, "overlayfs", FilesystemType::kOverlay},
    {0x6969, "nfs", FilesystemType::kNetwork},
    {0x517b, "smb", FilesystemType::kNetwork},
    {0xff534d42, "cifs", FilesystemType::kNetwork},
    {0xfe534d42, "smb2", FilesystemType::kNetwork},
    {0x01021997, "9p", FilesystemType::kNetwork},
    {0x00c36400, "ceph", FilesystemType::kNetwork},
}};

void DiagnoseOwner(const std::filesystem::path& directory,
                   const struct stat& status, Findings& findings) {
  const std::string& name = directory.native();
  const unsigned mode = status.st_mode & 07777;
  if ((mode & 022) != 0) {
    findings.Problem(
        fmt::format("'{}' has mode {:04o}: others can write to it", name, mode),
        "they could replace renders; the daemon refuses to start there",
        fmt::format("chmod go-w '{}'", name));
  } else {
    findings.Fine(
        fmt::format("directory, uid {}, mode {:04o}", status.st_uid, mode));
  }
  if (status.st_uid != ::geteuid()) {
    findings.Note(
        fmt::format("'{}' belongs to uid {}, you are uid {}", name,
                    status.st_uid, ::geteuid()),
        "a daemon of yours would refuse it; some checks below see less",
        fmt::format("sudo -u '#{}' goxelctl doctor --dir '{}'", status.st_uid,
                    name));
  }
}

// Whoever can write to a parent without a sticky bit can put another directory
// in the place of this one.
void DiagnoseParents(const std::filesystem::path& directory,
                     Findings& findings) {
  for (auto parent = directory.parent_path(); !parent.empty();
       parent = parent.parent_path()) {
    struct stat status;
    if (::stat(parent.c_str(), &status) != 0) return;
    const bool open_to_others = (status.st_mode & 022) != 0;
    if (open_to_others && (status.st_mode & S_ISVTX) == 0) {
      findings.Problem(
          fmt::format("'{}' has mode {:04o}: others can replace what is in it",
                      parent.native(), status.st_mode & 07777),
          "they could put a directory of theirs in the place of this one",
          fmt::format("chmod go-w '{}' (or +t)", parent.native()));
      return;
    }
    if (parent == parent.root_path()) break;
  }
  findings.Fine("no parent lets others replace it");
}

void DiagnoseType(int at, Findings& findings) {
  struct statfs status;
  if (::fstatfs(at, &status) != 0) return;
  const auto magic =
      static_cast<std::uint64_t>(static_cast<std::uint32_t>(status.f_type));
  const auto known = std::ranges::find(kTypes, magic, &FilesystemType::magic);
  if (known == kTypes.end()) {
    findings.Note(
        fmt::format("filesystem of type {:#x}, not known here", magic),
        "whether locks and mappings work there is tried below", "");
    return;
  }
  switch (known->kind) {
    case FilesystemType::kMemory:
      findings.Fine(fmt::format("filesystem {}: mappings never touch a disk",
                                known->name));
      return;
    case FilesystemType::kDisk:
      findings.Fine(fmt::format(
          "filesystem {}: works; a tmpfs is faster for mapped renders",
          known->name));
      return;
    case FilesystemType::kOverlay:
      findings.Note("filesystem overlayfs: the writable layer of a container",
                    "renders go with the container, and other containers "
                    "cannot see them",
                    "mount a volume or a tmpfs there");
      return;
    case FilesystemType::kNetwork:
      findings.Problem(
          fmt::format("filesystem {}: over the network", known->name),
          "neither locks nor mappings can be relied on; the daemon refuses it",
          "give a local directory with --render-dir");
      return;
  }
}

void DiagnoseSpace(const std::filesystem::path& directory, int at,
                   Findings& findings) {
  struct statvfs status;
  if (::fstatvfs(at, &status) != 0) return;
  const std::uint64_t free_bytes = status.f_bavail * status.f_frsize;
  const std::uint64_t all_bytes = status.f_blocks * status.f_frsize;
  const std::string grow = fmt::format(
      "make room on the filesystem of '{}', or lower "
      "max_cache_size",
      directory.native());
  if (directory.native().starts_with("/dev/shm") &&
      all_bytes <= kDockerShmBytes) {
    findings.Problem(
        fmt::format("/dev/shm has {} MiB: the default of a container",
                    all_bytes >> 20),
        "two 4K renders fill it",
        "docker run --shm-size=2g, or mount a tmpfs of your own");
  } else if (free_bytes < kLittleSpaceBytes) {
    findings.Problem(
        fmt::format("only {} of {} MiB are free", free_bytes >> 20,
                    all_bytes >> 20),
        "renders will be delivered in memory instead of as files (degraded)",
        grow);
  } else {
    findings.Fine(fmt::format("{} of {} MiB are free", free_bytes >> 20,
                              all_bytes >> 20));
  }
  if (status.f_files > 0 && status.f_favail < kFewInodes) {
    findings.Problem(fmt::format("only {} inodes are free", status.f_favail),
                     "every render takes one", grow);
  }
}

// Others that remove files there.
void DiagnoseCleaners(const std::filesystem::path& directory,
                      Findings& findings) {
  const std::string& name = directory.native();
  const bool temporary =
      name.starts_with("/tmp/") || name.starts_with("/var/tmp/");
  if (temporary && std::filesystem::exists("/usr/lib/tmpfiles.d")) {
    findings.Note(
        fmt::format("'{}' is where systemd-tmpfiles removes old files", name),
        "a daemon that runs holds a lock that it honours; a stopped one does "
        "not",
        fmt::format("echo 'x {}' >/etc/tmpfiles.d/goxel.conf", name));
  }
  if (name.starts_with("/dev/shm/") && ::geteuid() >= 1000) {
    findings.Note(
        "systemd empties /dev/shm of a user who logs out (RemoveIPC)",
        "all renders would go while the daemon runs",
        "set RemoveIPC=no in /etc/systemd/logind.conf, or run the daemon as a "
        "system user");
  }
}

// "pid 123 epoch 456"
std::string LockText(const std::filesystem::path& directory) {
  std::string text;
  std::ifstream file(directory / kLockFileName);
  std::getline(file, text);
  return text;
}

void DiagnoseLock(const std::filesystem::path& directory, int at,
                  Findings& findings) {
  const auto held = DirectoryLock::IsHeld(at);
  if (!held) {
    findings.Problem(held.error().message(),
                     "readers cannot tell whether a daemon lives",
                     fmt::format("ls -l '{}'", (directory / "lock").native()));
  } else if (*held) {
    findings.Fine(fmt::format("a daemon serves it ({})", LockText(directory)));
  } else {
    findings.Note(
        "no daemon serves it",
        "what is there can be read and expires; nothing new comes",
        fmt::format("goxel-daemon --render-dir '{}'", directory.native()));
  }
}

bool IsOfAnotherBoot(int at) {
  FileSystem files;
  const auto index = ReadPreviousIndex(files, at);
  return index && *index && (*index)->boot_id != ReadBootId(files);
}

void DiagnoseIndex(int at, Findings& findings) {
  const bool alive = DirectoryLock::IsHeld(at).value_or(false);
  const auto index = RenderIndexReader::Open(at);
  if (!index && index.error().code() == StatusCode::kUnavailable && !alive) {
    findings.Note(index.error().message(), "no daemon has served it yet", "");
  } else if (!index) {
    findings.Problem(index.error().message(), "no reader can find a render",
                     "start the daemon again: it makes a new index");
  } else if (alive && !index->WriterAlive()) {
    findings.Problem("the index is not that of the daemon that serves it",
                     "readers see renders that are gone",
                     "start the daemon again");
  } else if (!alive && IsOfAnotherBoot(at)) {
    findings.Note("the index is from before the host was started again",
                  "its times of expiry hold within one boot only",
                  "start the daemon: it makes a new index");
  } else {
    findings.Fine(fmt::format("index of layout version {} with {} renders",
                              kIndexLayoutVersion, index->List().size()));
  }
}

struct Strays {
  std::size_t hidden = 0;
  std::size_t foreign = 0;
  std::size_t future = 0;
  std::string example;  // A foreign one.
};

Strays CountStrays(const std::filesystem::path& directory, int at) {
  Strays strays;
  const auto now =
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename();
    struct stat status;
    if (name == kLockFileName || name == kIndexFileName ||
        ::fstatat(at, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      continue;
    }
    if (status.st_mtime > now + kClockSlackS) ++strays.future;
    if (IsHiddenFileName(name)) {
      ++strays.hidden;
    } else if (!ParseRenderFileName(name)) {
      ++strays.foreign;
      strays.example = name;
    }
  }
  return strays;
}

void DiagnoseStrays(const std::filesystem::path& directory, int at,
                    Findings& findings) {
  const Strays strays = CountStrays(directory, at);
  const bool alive = DirectoryLock::IsHeld(at).value_or(false);
  if (strays.hidden > 0 && !alive) {
    findings.Problem(
        fmt::format("{} hidden files are left of a daemon that was killed",
                    strays.hidden),
        "they take room until the next start",
        fmt::format("goxelctl gc --dir '{}'", directory.native()));
  }
  if (strays.foreign > 0) {
    findings.Note(fmt::format("{} files are not the daemon's, such as '{}'",
                              strays.foreign, strays.example),
                  "it never touches them, and does not count them",
                  "move them elsewhere");
  }
  if (strays.future > 0) {
    findings.Problem(
        fmt::format("{} files are dated in the future", strays.future),
        "the clock was set back: after a restart their time begins anew",
        "timedatectl status");
  }
  if (strays.foreign == 0 && strays.future == 0 &&
      (alive || strays.hidden == 0)) {
    findings.Fine("no file that should not be there");
  }
}

UniqueFd OpenDirectory(const std::filesystem::path& directory) {
  return UniqueFd(::open(directory.c_str(),
                         O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

}  // namespace

bool DiagnoseDirectory(const std::filesystem::path& directory,
                       Findings& findings) {
  struct stat status;
  if (::lstat(directory.c_str(), &status) != 0) {
    findings.Problem(
        Status::FromErrno(fmt::format("look at '{}'", directory.native()),
                          errno)
            .message(),
        "there is nothing to read, and nothing was made yet",
        fmt::format("goxel-daemon --render-dir '{}'", directory.native()));
    return false;
  }
  if (!S_ISDIR(status.st_mode)) {
    findings.Problem(fmt::format("'{}' is no directory", directory.native()),
                     "the daemon follows no link and refuses to start there",
                     fmt::format("give a real directory instead of '{}'",
                                 directory.native()));
    return false;
  }
  const UniqueFd at = OpenDirectory(directory);
  DiagnoseOwner(directory, status, findings);
  DiagnoseParents(directory, findings);
  DiagnoseType(at.get(), findings);
  DiagnoseSpace(directory, at.get(), findings);
  DiagnoseCleaners(directory, findings);
  return true;
}

void DiagnoseContent(const std::filesystem::path& directory,
                     Findings& findings) {
  const UniqueFd at = OpenDirectory(directory);
  if (!at.valid()) {
    findings.Problem(fmt::format("'{}' cannot be read by uid {}",
                                 directory.native(), ::geteuid()),
                     "no render can be found in it",
                     fmt::format("chmod o+rx '{}'", directory.native()));
    return;
  }
  DiagnoseLock(directory, at.get(), findings);
  DiagnoseIndex(at.get(), findings);
  DiagnoseStrays(directory, at.get(), findings);
}

}  // namespace goxel
