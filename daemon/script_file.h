// Reads scripts that requests name by their path.

#ifndef DAEMON_SCRIPT_FILE_H_
#define DAEMON_SCRIPT_FILE_H_

#include <cstddef>
#include <string>

#include "ipc/status.h"

namespace goxel {

inline constexpr std::size_t kMaxScriptFile = 1 << 20;  // Bytes.

// The text of the file. kInvalidArgument when it is no regular file, kTooLarge
// when it has more than kMaxScriptFile bytes; else what the system says.
Result<std::string> ReadScriptFile(const std::string& path);

}  // namespace goxel

#endif  // DAEMON_SCRIPT_FILE_H_
