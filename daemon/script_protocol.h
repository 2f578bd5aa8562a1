// What the daemon and goxel-script, the process that a script runs in, say to
// each other over a socket pair. Both are of one build and on one machine, so a
// frame is a header in the machine's own byte order and then its body.
//
//   daemon                     goxel-script
//     kStart  ------------------>        the script and what it may call
//             <------------------ kPrint a line of its console; any number
//             <------------------ kCall  a request, and then waits for
//     kReply  ------------------>        its reply; any number
//             <------------------ kResult, or kError: the end
//
// The daemon trusts nothing that comes from goxel-script but the order of the
// bytes of a header.

#ifndef DAEMON_SCRIPT_PROTOCOL_H_
#define DAEMON_SCRIPT_PROTOCOL_H_

#include <cstddef>
#include <cstdint>

namespace goxel {

enum class ScriptFrame : std::uint32_t {
  // {"name", "script", "methods": [...]}.
  kStart = 1,
  // A JSON-RPC request, and its response.
  kCall = 2,
  kReply = 3,
  // Text of the console, without a line end.
  kPrint = 4,
  // No body: the console has said kMaxScriptOutput, the rest is dropped.
  kPrintEnd = 5,
  // The value of the script as JSON.
  kResult = 6,
  // {"name", "message", "line", "stack"} of what the script did not catch.
  kError = 7,
};

struct ScriptFrameHeader {
  ScriptFrame type;
  std::uint32_t body_bytes;
};

// Bytes of all lines of a script's console.
inline constexpr std::size_t kMaxScriptOutput = 1 << 20;

// The descriptor that goxel-script finds the socket at.
inline constexpr int kScriptChannel = 3;

// Its exit statuses. It has no other way to say what happens before it is in
// its sandbox.
enum class ScriptExit : int {
  kDone = 0,       // kResult or kError was sent.
  kUsage = 2,      // It was not started by a daemon of its build.
  kNoMemory = 3,   // There is no room for what the script may use.
  kNoSandbox = 4,  // The system does not let it give up its rights.
  kBroken = 5,     // The daemon is gone, or said what it must not.
};

}  // namespace goxel

#endif  // DAEMON_SCRIPT_PROTOCOL_H_
