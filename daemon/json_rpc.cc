#include "daemon/json_rpc.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <utility>
#include <variant>

#include "daemon/json_scanner.h"
#include "daemon/json_text.h"
#include "ipc/protocol.h"

namespace goxel {
namespace {

RpcError ProtocolError(int code, std::string message) {
  return {Status(StatusCode::kInvalidArgument, std::move(message)), code};
}

RpcRefusal ParseError() {
  return {ProtocolError(kParseError, "Parse error: the text is not JSON")};
}

RpcRefusal InvalidRequest(std::string_view why, std::string id = "null") {
  return {
      ProtocolError(kInvalidRequest, fmt::format("Invalid Request: {}", why)),
      std::move(id)};
}

// The members of a request, raw; the last of equal names counts.
struct Envelope {
  std::string_view id;
  std::string_view version;
  std::string_view method;
  std::string_view params;
};

// The place for the member called `key`; nullptr when it is of no interest.
std::string_view* FindMember(std::string_view key, Envelope* envelope) {
  if (IsName(key, "id")) return &envelope->id;
  if (IsName(key, "jsonrpc")) return &envelope->version;
  if (IsName(key, "method")) return &envelope->method;
  if (IsName(key, "params")) return &envelope->params;
  return nullptr;
}

bool IsUtf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

bool ReadEnvelope(std::string_view message, Envelope* envelope) {
  JsonScanner scan(message);
  const auto read_member = [&](std::string_view key) {
    std::string_view value;
    if (!scan.ReadValue(&value)) return false;
    if (auto* member = FindMember(key, envelope)) *member = value;
    return true;
  };
  return IsUtf8(message) && scan.ReadObject(read_member) && scan.AtEnd();
}

// Finds the elements of the array that is the message.
bool ReadElements(std::string_view message, std::vector<TextRange>* elements) {
  JsonScanner scan(message);
  const auto read_element = [&] {
    std::string_view value;
    if (!scan.ReadValue(&value)) return false;
    elements->push_back(
        {static_cast<std::size_t>(value.data() - message.data()),
         value.size()});
    return true;
  };
  return IsUtf8(message) && scan.ReadArray(read_element) && scan.AtEnd();
}

std::string_view TypeName(std::string_view raw) {
  switch (raw.front()) {
    case '"':
      return "a string";
    case '{':
      return "an object";
    case '[':
      return "an array";
    case 't':
    case 'f':
      return "a boolean";
    case 'n':
      return "null";
    default:
      return "a number";
  }
}

bool IsUsableId(std::string_view raw) {
  return raw.empty() || raw == "null" ||
         std::string_view("\"-0123456789").find(raw.front()) != raw.npos;
}

// What stands between the quotes of `raw`, a string.
std::string TextOf(std::string_view raw) {
  return Unescaped(raw.substr(1, raw.size() - 2));
}

tl::expected<RpcCall, RpcRefusal> CheckEnvelope(Envelope envelope,
                                                const MessageText& message) {
  if (!IsUsableId(envelope.id)) {
    return tl::unexpected(InvalidRequest(fmt::format(
        "id is {}; give a string, a number or null", TypeName(envelope.id))));
  }
  const std::string error_id(envelope.id.empty() ? "null" : envelope.id);
  if (!envelope.version.empty() && envelope.version != "\"2.0\"") {
    return tl::unexpected(
        InvalidRequest(fmt::format("jsonrpc is {}; give \"2.0\"",
                                   envelope.version.substr(0, 80)),
                       error_id));
  }
  if (envelope.method.empty()) {
    return tl::unexpected(
        InvalidRequest("it has no method; give its name", error_id));
  }
  if (envelope.method.front() != '"') {
    return tl::unexpected(
        InvalidRequest(fmt::format("method is {}; give its name as a string",
                                   TypeName(envelope.method)),
                       error_id));
  }
  if (envelope.params == "null") envelope.params = {};
  if (!envelope.params.empty() && envelope.params.front() != '{' &&
      envelope.params.front() != '[') {
    return tl::unexpected(RpcRefusal{
        ProtocolError(
            kInvalidParams,
            fmt::format("Invalid params: params is {}; give an array or an "
                        "object",
                        TypeName(envelope.params))),
        error_id});
  }
  // Only JSON-RPC 2.0 has notifications. Who leaves out "jsonrpc", as people at
  // a shell do, wants to see what came of it.
  if (envelope.id.empty() && envelope.version.empty()) envelope.id = "null";
  return RpcCall{.id = std::string(envelope.id),
                 .method = TextOf(envelope.method),
                 .params = message.Part(envelope.params)};
}

void AppendWords(const std::vector<std::string>& words, std::string* json) {
  json->push_back('[');
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) json->push_back(',');
    AppendJsonString(words[i], json);
  }
  json->push_back(']');
}

void AppendDetail(const StatusDetail& detail, std::string* json) {
  json->push_back(',');
  AppendJsonString(detail.key, json);
  json->push_back(':');
  if (const auto* number = std::get_if<std::int64_t>(&detail.value)) {
    json->append(std::to_string(*number));
  } else if (const auto* word = std::get_if<std::string>(&detail.value)) {
    AppendJsonString(*word, json);
  } else {
    AppendWords(std::get<std::vector<std::string>>(detail.value), json);
  }
}

}  // namespace

tl::expected<RpcCall, RpcRefusal> ParseRequest(const MessageText& message) {
  const std::string_view text = message.view();
  if (!text.starts_with('{')) {
    return tl::unexpected(InvalidRequest(
        fmt::format("it is {}; give an object", TypeName(text))));
  }
  Envelope envelope;
  if (!ReadEnvelope(text, &envelope)) return tl::unexpected(ParseError());
  return CheckEnvelope(envelope, message);
}

tl::expected<std::vector<TextRange>, RpcRefusal> SplitBatch(
    std::string_view message) {
  std::vector<TextRange> requests;
  if (!ReadElements(message, &requests)) return tl::unexpected(ParseError());
  if (requests.empty()) {
    return tl::unexpected(
        InvalidRequest("the batch is empty; give at least one request"));
  }
  if (requests.size() > kMaxBatchRequests) {
    return tl::unexpected(InvalidRequest(
        fmt::format("the batch holds {} requests; give at most {}",
                    requests.size(), kMaxBatchRequests)));
  }
  return requests;
}

std::string ReplyTail(std::string_view id) {
  return fmt::format(R"(,"id":{}}})", id);
}

std::string ErrorReply(const RpcError& error, std::string_view id) {
  const int code =
      error.code != 0 ? error.code : WireErrorCode(error.status.code());
  std::string json =
      fmt::format(R"({{"jsonrpc":"2.0","error":{{"code":{},"message":)", code);
  AppendJsonString(error.status.message(), &json);
  if (code != kParseError && code != kInvalidRequest) {
    json.append(R"(,"data":)").append(ErrorData(error.status));
  }
  json.append("}").append(ReplyTail(id));
  return json;
}

std::string ErrorData(const Status& status) {
  std::string json = R"({"reason":)";
  AppendJsonString(ToString(status.code()), &json);
  for (const StatusDetail& detail : status.details()) {
    AppendDetail(detail, &json);
  }
  json.push_back('}');
  return json;
}

}  // namespace goxel
