// Writes files at paths that a client named: all of them or nothing.
//
// The bytes go to a file without a name in the target's own directory, which is
// synced and put in the target's place when complete (ipc/unnamed_file.h). On
// any failure the target is what it was before and nothing is left behind. A
// symbolic link at the target is replaced, not followed; links on the way to
// it are followed unless another user may have planted them
// (transfer/trusted_directory.h).
//
// Thread safety: calls are independent; of two that write the same target one
// wins whole.

#ifndef TRANSFER_EXPORT_FILE_H_
#define TRANSFER_EXPORT_FILE_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <vector>

#include "ipc/status.h"
#include "transfer/pixel_view.h"

namespace goxel {

struct ExportRules {
  // Existing directories beneath which files may be written, symbolic links and
  // ".." in the target's directory resolved. Empty: anywhere the process may.
  std::vector<std::filesystem::path> allowed_roots;
  // Where the render store lives, canonical: the names of its own files are
  // taken there. Empty: nowhere.
  std::filesystem::path render_directory;
  // Of a new file, exactly; no umask. One that replaces a file of the same user
  // gets that file's permissions.
  std::uint32_t file_mode = 0644;
};

// Produces the file's bytes; its error becomes ExportFile's.
using ExportWriter = std::function<Status(const ByteSink&)>;

// Checks everything about `path` that can be checked without writing, so that a
// bad path is refused before a picture is drawn for it.
//
// kInvalidArgument for an empty path and one that names a directory or another
// non-regular file; kNotFound when its directory does not exist;
// kPermissionDenied outside the allowed roots, beyond an untrusted link or
// where the process may not write. Every message names the path and the reason.
Status CheckExportPath(const std::filesystem::path& path,
                       const ExportRules& rules);

// Writes the file and returns its size in bytes. Errors as CheckExportPath(),
// those of `write`, and kStorageFailed when the disk refuses.
Result<std::uint64_t> ExportFile(const std::filesystem::path& path,
                                 const ExportRules& rules,
                                 const ExportWriter& write);

struct ExportPart {
  std::filesystem::path path;
  ExportWriter write;
};

// The same for files that belong together, such as an .obj after its .mtl. All
// of them are complete and synced before the first gets its name, and they get
// their names in the given order. Returns their sizes.
Result<std::vector<std::uint64_t>> ExportFiles(
    std::span<const ExportPart> parts, const ExportRules& rules);

}  // namespace goxel

#endif  // TRANSFER_EXPORT_FILE_H_
