// Names and numbers of the wire API that both ends must agree on.

#ifndef IPC_PROTOCOL_H_
#define IPC_PROTOCOL_H_

#include "ipc/status.h"

namespace goxel {

// Versions of the additions described in docs/wire-api.md. goxel.hello chooses
// the highest that both ends know.
inline constexpr int kMinProtocolVersion = 1;
inline constexpr int kMaxProtocolVersion = 1;

inline constexpr char kDefaultSocketPath[] = "/tmp/goxel.sock";
inline constexpr char kDefaultRenderDirectory[] =
#ifdef __APPLE__
    "/var/tmp/goxel_renders";
#else
    "/tmp/goxel_renders";
#endif

// JSON-RPC 2.0 errors (https://www.jsonrpc.org/specification#error_object).
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kInternalError = -32603;

// The JSON-RPC error code of a Status: kInvalidParams for kInvalidArgument,
// kInternalError for kInternal, -32001 to -32011 for the others.
int WireErrorCode(StatusCode code);

// The reverse, for clients: from `error.data.reason`, or from the number when a
// reply carries no reason.
StatusCode StatusCodeFromWire(int code, std::string_view reason);

}  // namespace goxel

#endif  // IPC_PROTOCOL_H_
