// What the socket side and the method side of the daemon exchange: a request, a
// reply, and the two function types between them. Neither side knows more of
// the other than this header.

#ifndef DAEMON_RPC_H_
#define DAEMON_RPC_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "daemon/message_text.h"
#include "daemon/peer.h"
#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {

struct RpcRequest {
  std::string method;
  // The raw JSON text of `params`, checked to be an array or an object; empty
  // when the request has none (or null). Lives until the handler returns, and
  // longer when it was kept.
  MessageText params;
  std::shared_ptr<Peer> peer;
};

// Text that is made while it is sent, so that a long reply needs little memory.
class TextSource {
 public:
  virtual ~TextSource() = default;
  // Fills the start of `buffer` and returns how much; 0 at the end.
  virtual Result<std::size_t> Read(std::span<char> buffer) = 0;
};

// The `result` of a request as JSON text.
struct RpcReply {
  std::string json;
  // When set, its text goes out between json[0, insert_at) and the rest.
  std::unique_ptr<TextSource> inserted;
  std::size_t insert_at = 0;
  // When valid, travels as SCM_RIGHTS with the first byte of the reply.
  UniqueFd descriptor;
};

// An error a method answers with: a Status, and the code of the wire when
// existing clients expect another than the Status' own (COMPAT codes).
struct RpcError {
  Status status;
  int code = 0;  // 0: WireErrorCode(status.code()).
};
using RpcResult = tl::expected<RpcReply, RpcError>;

// Answers one request. May be called on any thread, exactly once. Does nothing
// when the client has left.
using Responder = std::function<void(RpcResult)>;

// Called on the server's thread for each well-formed request, in order; must
// not block. A connection's next request is handed over only after the previous
// one was answered, so pipelined requests see each other's effects.
using RequestHandler = std::function<void(RpcRequest, Responder)>;

}  // namespace goxel

#endif  // DAEMON_RPC_H_
