#include "clients/cli/filesystem_self_test.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "ipc/lease_self_test.h"
#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {
namespace {

constexpr off_t kTestBytes = 8192;

std::string Words(std::string_view what, int error_number) {
  return Status::FromErrno(what, error_number).message();
}

void TestUnnamedFiles(int at, Findings& findings) {
  const UniqueFd file(::openat(at, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file.valid()) {
    findings.Note(Words("open a file without a name", errno),
                  "files get a hidden name first; a crash may leave one, which "
                  "the next start removes",
                  "use tmpfs, ext4, xfs or btrfs");
    return;
  }
  findings.Fine("files without a name work");
  const int error_number = ::posix_fallocate(file.get(), 0, kTestBytes);
  if (error_number != 0) {
    findings.Problem(Words("allocate blocks", error_number),
                     "a full disk would kill whoever draws into a mapping",
                     "use a filesystem with fallocate, such as tmpfs or ext4");
    return;
  }
  findings.Fine("blocks can be allocated ahead");
  const std::string name = fmt::format(".goxelctl-doctor-{}", ::getpid());
  const std::string path = fmt::format("/proc/self/fd/{}", file.get());
  if (::linkat(AT_FDCWD, path.c_str(), at, name.c_str(), AT_SYMLINK_FOLLOW) !=
      0) {
    findings.Problem(Words("name a file", errno),
                     "renders could not appear complete in one step",
                     "mount /proc, and use a filesystem with hard links");
    return;
  }
  ::unlinkat(at, name.c_str(), 0);
  findings.Fine("a file gets its name in one step");
}

void TestLeases(int at, Findings& findings) {
  const auto hold = MappingsHoldLeases(at);
  if (!hold) {
    findings.Problem(hold.error().message(),
                     "leases cannot be taken, so no file is used again", "");
  } else if (!*hold) {
    findings.Note("a mapping does not hold its lock",
                  "files are not used again; clients need goxel.acquire_lease",
                  "use tmpfs, ext4, xfs or btrfs on a current kernel");
  } else {
    findings.Fine("mappings hold their leases");
  }
}

void TestSeals(Findings& findings) {
  const UniqueFd memory(
      ::memfd_create("goxelctl_doctor", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (memory.valid() && ::ftruncate(memory.get(), kTestBytes) == 0 &&
      ::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_WRITE) == 0) {
    findings.Fine("memory can be sealed");
  } else {
    findings.Problem(Words("seal memory", errno),
                     "return_mode fd does not work",
                     "allow memfd_create and fcntl in the container's seccomp "
                     "profile");
  }
}

}  // namespace

void TestFilesystem(const std::filesystem::path& directory,
                    Findings& findings) {
  const UniqueFd at(
      ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!at.valid() || ::faccessat(at.get(), ".", W_OK, AT_EACCESS) != 0) {
    findings.Note(
        Words(fmt::format("write to '{}'", directory.native()), errno),
        "what the daemon relies on there cannot be tried out",
        "run goxelctl doctor as the daemon's user");
    return;
  }
  TestUnnamedFiles(at.get(), findings);
  TestLeases(at.get(), findings);
  TestSeals(findings);
}

}  // namespace goxel
