// Writes a file at a path that a client named: all of it or nothing.
//
// The bytes go to a file without a name in the target's own directory, which is
// synced and put in the target's place when complete (ipc/unnamed_file.h). On
// any failure the target is what it was before and nothing is left behind. A
// symbolic link at the target is replaced, not followed.
//
// Thread safety: calls are independent; of two that write the same target one
// wins whole.

#ifndef TRANSFER_EXPORT_FILE_H_
#define TRANSFER_EXPORT_FILE_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "ipc/status.h"
#include "transfer/pixel_view.h"

namespace goxel {

struct ExportRules {
  // Existing directories beneath which files may be written, symbolic links in
  // the target's directory resolved. Empty: anywhere the process may.
  std::vector<std::filesystem::path> allowed_roots;
  std::uint32_t file_mode = 0644;  // Exactly; no umask.
};

// Produces the file's bytes; its error becomes ExportFile's.
using ExportWriter = std::function<Status(const ByteSink&)>;

// Checks everything about `path` that can be checked without writing, so that a
// bad path is refused before a picture is drawn for it.
//
// kInvalidArgument for an empty path, one with a ".." component, one that names
// a directory or another non-regular file; kNotFound when its directory does
// not exist; kPermissionDenied outside the allowed roots or where the process
// may not write. Every message names the path and the reason.
Status CheckExportPath(const std::filesystem::path& path,
                       const ExportRules& rules);

// Writes the file and returns its size in bytes. Errors as CheckExportPath(),
// those of `write`, and kStorageFailed when the disk refuses.
Result<std::uint64_t> ExportFile(const std::filesystem::path& path,
                                 const ExportRules& rules,
                                 const ExportWriter& write);

}  // namespace goxel

#endif  // TRANSFER_EXPORT_FILE_H_
