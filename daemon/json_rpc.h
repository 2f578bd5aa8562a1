// JSON-RPC 2.0 (https://www.jsonrpc.org/specification): the text of a message
// into requests, results and errors into the text of replies.
//
// More lenient than the specification where existing clients need it: a request
// without "jsonrpc" is accepted, and answered with the id null when it has
// none; an id may be null or fractional (it is given back as it came), "params"
// null.
//
// Thread safety: all functions may run on any thread.

#ifndef DAEMON_JSON_RPC_H_
#define DAEMON_JSON_RPC_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "daemon/message_text.h"
#include "daemon/rpc.h"

namespace goxel {

// One request as its sender wrote it.
struct RpcCall {
  std::string id;  // Raw JSON text; empty when no answer is wanted.
  std::string method;
  MessageText params;  // A part of the message, as RpcRequest::params.
  bool mcp = false;    // Came in the MCP envelope (mcp_envelope.h).
};

// A request that is none, and the id its error is answered with.
struct RpcRefusal {
  RpcError error;
  std::string id = "null";
  bool mcp = false;  // To be answered in the MCP envelope.
};

// The place of one request in the text of a batch.
struct TextRange {
  std::size_t offset = 0;
  std::size_t length = 0;
};

// A longer batch is refused.
inline constexpr std::size_t kMaxBatchRequests = 1'000'000;

// True when `message` is to be read by SplitBatch().
inline bool IsBatch(std::string_view message) {
  return message.starts_with('[');
}

// Checks all of `message` and finds the method.
tl::expected<RpcCall, RpcRefusal> ParseRequest(const MessageText& message);

// Checks all of `message`, an array, and finds its requests: at least one. Each
// is then to be read by ParseRequest().
tl::expected<std::vector<TextRange>, RpcRefusal> SplitBatch(
    std::string_view message);

// A reply is kReplyHead, the result, ReplyTail(); none of them ends the line.
inline constexpr std::string_view kReplyHead = R"({"jsonrpc":"2.0","result":)";
std::string ReplyTail(std::string_view id);

// The whole reply for an error. `data.reason` and the details of the Status are
// given for all codes but those of malformed requests.
std::string ErrorReply(const RpcError& error, std::string_view id);

// `data` of an error: the reason and the details of `status`.
std::string ErrorData(const Status& status);

}  // namespace goxel

#endif  // DAEMON_JSON_RPC_H_
