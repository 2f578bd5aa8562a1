// Which of the two kinds of message the daemon takes from its clients.

#ifndef DAEMON_WIRE_PROTOCOL_H_
#define DAEMON_WIRE_PROTOCOL_H_

namespace goxel {

enum class WireProtocol {
  kAuto,     // Both, told apart message by message.
  kJsonRpc,  // JSON-RPC 2.0 alone.
  kMcp,      // {"tool", "arguments"} messages alone.
};

}  // namespace goxel

#endif  // DAEMON_WIRE_PROTOCOL_H_
