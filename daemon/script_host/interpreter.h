// Runs a script on Duktape: what it finds in its global scope, and what becomes
// of its value and its errors.

#ifndef DAEMON_SCRIPT_HOST_INTERPRETER_H_
#define DAEMON_SCRIPT_HOST_INTERPRETER_H_

#include "daemon/script_host/arena.h"
#include "daemon/script_host/channel.h"
#include "daemon/script_protocol.h"

namespace goxel {

// Reads kStart from `channel`, runs the script in `arena` and sends kResult or
// kError.
ScriptExit RunScript(Arena& arena, Channel& channel);

}  // namespace goxel

#endif  // DAEMON_SCRIPT_HOST_INTERPRETER_H_
