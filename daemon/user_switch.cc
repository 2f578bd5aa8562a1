#include "daemon/user_switch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>

#include "ipc/unique_fd.h"

namespace goxel {
namespace {

constexpr mode_t kDirectoryMode = 0755;

std::optional<id_t> ParseId(const std::string& text) {
  id_t id = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, id);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return id;
}

const passwd* FindAccount(const std::string& user) {
  if (user.empty()) return ::getpwuid(::geteuid());
  if (const passwd* account = ::getpwnam(user.c_str())) return account;
  const std::optional<id_t> id = ParseId(user);
  return id ? ::getpwuid(*id) : nullptr;
}

Result<gid_t> FindGroup(const std::string& name) {
  if (const group* found = ::getgrnam(name.c_str())) return found->gr_gid;
  if (const std::optional<id_t> id = ParseId(name)) return *id;
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("there is no group '{}'; give one of /etc/group, or "
                          "its number",
                          name));
}

// Whether nobody but root can change what is in the directory.
bool IsRootsAlone(int directory) {
  struct stat info {};
  return ::fstat(directory, &info) == 0 && info.st_uid == 0 &&
         (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

UniqueFd OpenDirectory(int parent, const char* name, int flags) {
  return UniqueFd(
      ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags));
}

}  // namespace

Result<UserIdentity> FindUser(const std::string& user,
                              const std::string& group) {
  const passwd* account = FindAccount(user);
  if (account == nullptr) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("there is no user '{}'; give one of /etc/passwd, "
                            "or its number",
                            user));
  }
  UserIdentity identity{account->pw_name, account->pw_uid, account->pw_gid};
  if (!group.empty()) {
    const Result<gid_t> gid = FindGroup(group);
    if (!gid) return Fail(gid.error());
    identity.gid = *gid;
  }
  return identity;
}

Status MakeDirectoryFor(const UserIdentity& user,
                        const std::filesystem::path& directory) {
  const UniqueFd parent =
      OpenDirectory(AT_FDCWD, directory.parent_path().c_str(), 0);
  if (!parent.valid() || !IsRootsAlone(parent.get())) return Status();
  const std::string name = directory.filename();
  if (::mkdirat(parent.get(), name.c_str(), kDirectoryMode) != 0) {
    if (errno == EEXIST) return Status();
    return Status::FromErrno("make the directory " + directory.string(), errno);
  }
  const UniqueFd made = OpenDirectory(parent.get(), name.c_str(), O_NOFOLLOW);
  if (!made.valid() || ::fchown(made.get(), user.uid, user.gid) != 0 ||
      ::fchmod(made.get(), kDirectoryMode) != 0) {
    return Status::FromErrno(
        fmt::format("give {} to {}", directory.string(), user.name), errno);
  }
  return Status();
}

Status BecomeUser(const UserIdentity& user) {
  if (user.uid == ::geteuid() && user.gid == ::getegid()) return Status();
  if (::geteuid() != 0) {
    return Status(
        StatusCode::kPermissionDenied,
        fmt::format("only root can become user {} and group {}; start the "
                    "daemon as root, or as that user without --user and "
                    "--group",
                    user.name, user.gid));
  }
  if (::initgroups(user.name.c_str(), user.gid) != 0 ||
      ::setgid(user.gid) != 0 || ::setuid(user.uid) != 0) {
    return Status::FromErrno("become user " + user.name, errno);
  }
  if (user.uid != 0 && ::setuid(0) == 0) {
    return Status(StatusCode::kInternal,
                  "root's rights came back after they were given up");
  }
  // The kernel hides a process that has changed its user from that very user;
  // this one has nothing of root's to hide.
  ::prctl(PR_SET_DUMPABLE, 1);
  return Status();
}

}  // namespace goxel
