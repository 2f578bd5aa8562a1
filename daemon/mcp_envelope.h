// The MCP envelope, which some clients send instead of JSON-RPC requests:
//
//   {"tool":"goxel_get_voxel","arguments":{"position":{"x":1,"y":2,"z":3}}}
//   {"success":true,"content":{...}}
//   {"success":false,"error_code":-1002,"error_message":"...","error_data":{}}
//
// A message is one when it has a member "tool" and no "method". A tool stands
// for one method, its arguments are the method's params, `content` is the
// result. Every message is answered, with or without an `id`; one that is given
// is given back.
//
// Thread safety: all functions may run on any thread.

#ifndef DAEMON_MCP_ENVELOPE_H_
#define DAEMON_MCP_ENVELOPE_H_

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "daemon/json_rpc.h"
#include "daemon/rpc.h"
#include "daemon/wire_protocol.h"

namespace goxel {

// The call that a message asks for, in either envelope: that of ParseRequest(),
// and for MCP messages the tool's method with the arguments as params. Messages
// that `protocol` leaves out are refused.
tl::expected<RpcCall, RpcRefusal> ParseMessage(const MessageText& message,
                                               WireProtocol protocol);

// A reply is kMcpReplyHead, the result, McpReplyTail(); none of them ends the
// line. An empty `id` is not given back.
inline constexpr std::string_view kMcpReplyHead =
    R"({"success":true,"content":)";
std::string McpReplyTail(std::string_view id);

// The whole reply for an error. Codes of JSON-RPC become those of the envelope:
// -1001 no such tool, -1002 a wrong message or wrong arguments, -1003 the rest.
std::string McpErrorReply(const RpcError& error, std::string_view id);

}  // namespace goxel

#endif  // DAEMON_MCP_ENVELOPE_H_
