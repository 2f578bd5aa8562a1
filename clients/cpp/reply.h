// Reads what the daemon sends: one line of JSON-RPC 2.0, and the results of the
// methods that the client calls by name. The text is treated as hostile: every
// field is checked for its type and range, and anything unexpected becomes
// kDataLoss.

#ifndef CLIENTS_CPP_REPLY_H_
#define CLIENTS_CPP_REPLY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "clients/cpp/client.h"
#include "clients/cpp/json_text.h"
#include "ipc/render_record.h"
#include "ipc/status.h"

namespace goxel {

enum class LineKind {
  kReply,         // To the request with the expected id.
  kNotification,  // Carries a method and no id.
};

struct ReplyLine {
  LineKind kind = LineKind::kNotification;
  // Of a notification: its name, and its params, empty when it has none.
  std::string method;
  JsonText params;
  // Of a notification goxel.render_progress that can be read.
  std::optional<ProgressReport> progress;
  // Of a reply: the text of `result`, or what the daemon answered instead. A
  // message without id is taken for the answer too when it is an error: the
  // daemon could not read the id, or refused the connection.
  Result<JsonText> result;
};

// kDataLoss when the line is not a JSON-RPC message, or answers another
// request.
Result<ReplyLine> ParseReplyLine(ReceiveBuffer line, std::uint64_t id);

// The facts of a goxel.render_scene result that a client needs. What the result
// does not have stays 0 or empty.
struct RenderReply {
  RenderId id = 0;
  bool cached = false;
  std::string path;
  std::uint64_t size_bytes = 0;
  std::string checksum;
  std::uint32_t width = 0;   // Pixels.
  std::uint32_t height = 0;  // Pixels.
  std::uint32_t stride_bytes = 0;
  std::size_t pixel_offset = 0;
  std::string image_base64;  // Of image.data.
  std::optional<RenderEncryption> encryption;
  std::optional<DegradedMode> degraded;
};

Result<RenderReply> ParseRenderReply(const JsonText& result);

}  // namespace goxel

#endif  // CLIENTS_CPP_REPLY_H_
