// The key of an encrypted render in a file of its own: two lines of hex digits,
// the key and the nonce, readable by the owner alone.

#ifndef CLIENTS_CLI_KEY_FILE_H_
#define CLIENTS_CLI_KEY_FILE_H_

#include <string>

#include "ipc/encrypted_file.h"
#include "ipc/status.h"

namespace goxel {

// Replaces what was there, in one step.
Status WriteKeyFile(const std::string& path, const RenderSecret& secret);

// kInvalidArgument when the file is not of this form.
Result<RenderSecret> ReadKeyFile(const std::string& path);

}  // namespace goxel

#endif  // CLIENTS_CLI_KEY_FILE_H_
