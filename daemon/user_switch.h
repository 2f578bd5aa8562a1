// Turns a process that root has started into one of an ordinary user.
//
// Everything that the daemon makes, it makes as that user; root does no more
// for it than make the directories that would otherwise be missing.

#ifndef DAEMON_USER_SWITCH_H_
#define DAEMON_USER_SWITCH_H_

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "ipc/status.h"

namespace goxel {

struct UserIdentity {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
};

// The user and the group by name or number. Without a user, this process's own;
// without a group, the user's. kInvalidArgument when there is no such user or
// group.
// REQUIRES: one thread.
Result<UserIdentity> FindUser(const std::string& user,
                              const std::string& group);

// Makes the directory, mode 0755, and gives it to the user. Does nothing when
// it is there, and when its parent is anybody's but root's alone to write to:
// the user may make it there, and others could put something else in its place
// while root looks at it.
Status MakeDirectoryFor(const UserIdentity& user,
                        const std::filesystem::path& directory);

// Gives up what root may do, for good: user, group and supplementary groups are
// the identity's from here on. kPermissionDenied when this process is neither
// root's nor has that identity already.
// REQUIRES: one thread.
Status BecomeUser(const UserIdentity& user);

}  // namespace goxel

#endif  // DAEMON_USER_SWITCH_H_
