// Whether the file of a render is what it says it is: for people who want to
// know what a disk or a program has done to it. Works without a daemon.

#ifndef CLIENTS_CPP_RENDER_CHECK_H_
#define CLIENTS_CPP_RENDER_CHECK_H_

#include <string>
#include <vector>

#include "ipc/render_info.h"
#include "ipc/status.h"

namespace goxel {

enum class ChecksumVerdict {
  kNone,        // The index knows none.
  kMatches,     // Computed again and equal.
  kDiffers,     // Computed again; a problem says so.
  kNotChecked,  // Of a kind that this library does not compute (xxh3).
};

struct RenderCheck {
  std::vector<std::string> problems;  // Empty: the file is whole.
  ChecksumVerdict checksum = ChecksumVerdict::kNone;
  bool gone = false;  // It was removed in the meantime; no problem.
};

// Checks the file of `info` in the directory: that it is there, a regular file
// of the directory's owner, of the size and checksum that the index says; that
// its own record (PAM and encrypted files) is that of its name and of the
// index; that the chunks of a PNG are intact.
RenderCheck CheckRender(int directory_fd, const RenderInfo& info);

// The same for a file that no index shows.
RenderCheck CheckRenderFile(int directory_fd, const std::string& file_name);

// The record in the file's first bytes. kDataLoss when it has none that this
// library reads (PNG, ppm).
Result<RenderRecord> ReadRenderRecord(int fd, RenderFormat format);

}  // namespace goxel

#endif  // CLIENTS_CPP_RENDER_CHECK_H_
