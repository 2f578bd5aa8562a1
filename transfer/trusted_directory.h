// Opens the directory of a path that a client named, without following links
// that somebody else may have put there.
//
// In a sticky directory, such as /tmp, anybody may make names. A symbolic link
// in one is followed only when it belongs to this process's user or to the
// directory's owner: what Linux does where fs.protected_symlinks is set, here
// wherever the process runs. Elsewhere links are followed as usual, and ".." is
// the directory above the one that was reached.

#ifndef TRANSFER_TRUSTED_DIRECTORY_H_
#define TRANSFER_TRUSTED_DIRECTORY_H_

#include <filesystem>

#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {

// An O_PATH descriptor. Every component is opened in the directory opened
// before it, and a link is judged and read through one descriptor, so that no
// rename meanwhile leads elsewhere. Relative paths start at the working
// directory.
//
// kNotFound when there is no such directory; kPermissionDenied for a link that
// is not followed, or a component that may not be searched.
Result<UniqueFd> OpenTrustedDirectory(const std::filesystem::path& path);

}  // namespace goxel

#endif  // TRANSFER_TRUSTED_DIRECTORY_H_
