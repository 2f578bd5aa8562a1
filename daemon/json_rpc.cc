#include "daemon/json_rpc.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <utility>
#include <variant>

#include "daemon/json_framer.h"
#include "daemon/json_text.h"
#include "ipc/protocol.h"

namespace goxel {
namespace {

namespace ondemand = simdjson::ondemand;

static_assert(JsonFramer::kPadding >= simdjson::SIMDJSON_PADDING);

// Memory for larger messages is given back after use.
constexpr std::size_t kKeptMessageBytes = std::size_t{1} << 20;

bool IsBlank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

// Removes `c` from the start if it is there.
bool Take(char c, std::string_view* text) {
  if (!text->starts_with(c)) return false;
  text->remove_prefix(1);
  return true;
}

// Removes digits from the start; false when there are none.
bool TakeDigits(std::string_view* text) {
  std::size_t count = 0;
  while (count < text->size() && (*text)[count] >= '0' &&
         (*text)[count] <= '9') {
    ++count;
  }
  text->remove_prefix(count);
  return count > 0;
}

// RFC 8259 section 6, for numbers of any size.
bool IsNumber(std::string_view text) {
  Take('-', &text);
  if (!Take('0', &text) && !TakeDigits(&text)) return false;
  if (Take('.', &text) && !TakeDigits(&text)) return false;
  if (Take('e', &text) || Take('E', &text)) {
    if (!Take('+', &text)) Take('-', &text);
    if (!TakeDigits(&text)) return false;
  }
  return text.empty();
}

bool CheckValue(ondemand::value value);

bool CheckArray(ondemand::array array) {
  for (auto element : array) {
    ondemand::value value;
    if (element.get(value) || !CheckValue(value)) return false;
  }
  return true;
}

bool CheckObject(ondemand::object object) {
  for (auto field : object) {
    std::string_view key;
    ondemand::value value;
    if (field.unescaped_key().get(key) || field.value().get(value) ||
        !CheckValue(value)) {
      return false;
    }
  }
  return true;
}

// True when `value`, which this uses up, is JSON through and through: simdjson
// itself checks only what is asked for. The framer bounds the recursion.
bool CheckValue(ondemand::value value) {
  const std::string_view token = Trimmed(value.raw_json_token());
  if (token.empty()) return false;
  switch (token.front()) {
    case '{': {
      ondemand::object object;
      return !value.get_object().get(object) && CheckObject(object);
    }
    case '[': {
      ondemand::array array;
      return !value.get_array().get(array) && CheckArray(array);
    }
    case '"': {
      std::string_view text;
      return !value.get_string().get(text);
    }
    default:
      return token == "true" || token == "false" || token == "null" ||
             IsNumber(token);
  }
}

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
  std::string method_name;  // Unescaped, when `method` is a string.
};

// Checks `value` and gives its text. REQUIRES: `document` holds `value`.
bool ReadRaw(ondemand::value value, ondemand::document& document,
             std::string_view* raw) {
  *raw = Trimmed(value.raw_json_token());
  if (!CheckValue(value)) return false;
  if (raw->front() != '{' && raw->front() != '[') return true;
  const char* behind = nullptr;
  if (document.current_location().get(behind)) return false;
  const char* start = raw->data();
  *raw = Trimmed({start, static_cast<std::size_t>(behind - start)});
  return true;
}

bool ReadMember(std::string_view key, ondemand::value value,
                ondemand::document& document, Envelope* envelope) {
  const std::string_view token = Trimmed(value.raw_json_token());
  if (key == "method" && token.starts_with('"')) {
    std::string_view name;
    if (value.get_string().get(name)) return false;
    envelope->method = token;
    envelope->method_name = name;
    return true;
  }
  std::string_view ignored;
  std::string_view* member = &ignored;
  if (key == "id") member = &envelope->id;
  if (key == "jsonrpc") member = &envelope->version;
  if (key == "method") member = &envelope->method;
  if (key == "params") member = &envelope->params;
  return ReadRaw(value, document, member);
}

// True when nothing follows the value that was read.
bool IsRead(ondemand::document& document) {
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

bool ReadEnvelope(ondemand::document& document, Envelope* envelope) {
  ondemand::object object;
  if (document.get_object().get(object)) return false;
  for (auto field : object) {
    std::string_view key;
    ondemand::value value;
    if (field.unescaped_key().get(key) || field.value().get(value) ||
        !ReadMember(key, value, document, envelope)) {
      return false;
    }
  }
  return IsRead(document);
}

// Finds the elements of the array that is the document.
bool ReadElements(ondemand::document& document, std::string_view message,
                  std::vector<TextRange>* elements) {
  ondemand::array array;
  if (document.get_array().get(array)) return false;
  for (auto element : array) {
    ondemand::value value;
    std::string_view raw;
    if (element.get(value) || !ReadRaw(value, document, &raw)) return false;
    elements->push_back(
        {static_cast<std::size_t>(raw.data() - message.data()), raw.size()});
  }
  return IsRead(document);
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
  return raw.empty() || raw == "null" || raw.front() == '"' || IsNumber(raw);
}

tl::expected<RpcCall, RpcRefusal> CheckEnvelope(Envelope envelope) {
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
  return RpcCall{std::string(envelope.id), std::move(envelope.method_name),
                 std::string(envelope.params)};
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

struct JsonRpcParser::State {
  ondemand::parser parser;

  // False when `message` is no JSON at first sight.
  bool Start(std::string_view message, ondemand::document* document) {
    return !parser
                .iterate(message.data(), message.size(),
                         message.size() + JsonFramer::kPadding)
                .get(*document);
  }
};

JsonRpcParser::JsonRpcParser() : state_(std::make_unique<State>()) {}
JsonRpcParser::~JsonRpcParser() = default;

void JsonRpcParser::GiveBackMemory(std::size_t message_bytes) {
  if (message_bytes > kKeptMessageBytes) state_ = std::make_unique<State>();
}

tl::expected<RpcCall, RpcRefusal> JsonRpcParser::ParseRequest(
    std::string_view message) {
  if (!message.starts_with('{')) {
    return tl::unexpected(InvalidRequest(
        fmt::format("it is {}; give an object", TypeName(message))));
  }
  Envelope envelope;
  bool valid = false;
  {
    ondemand::document document;
    valid =
        state_->Start(message, &document) && ReadEnvelope(document, &envelope);
  }
  GiveBackMemory(message.size());
  if (!valid) return tl::unexpected(ParseError());
  return CheckEnvelope(std::move(envelope));
}

tl::expected<std::vector<TextRange>, RpcRefusal> JsonRpcParser::SplitBatch(
    std::string_view message) {
  std::vector<TextRange> requests;
  bool valid = false;
  {
    ondemand::document document;
    valid = state_->Start(message, &document) &&
            ReadElements(document, message, &requests);
  }
  GiveBackMemory(message.size());
  if (!valid) return tl::unexpected(ParseError());
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
    json.append(R"(,"data":{"reason":)");
    AppendJsonString(ToString(error.status.code()), &json);
    for (const StatusDetail& detail : error.status.details()) {
      AppendDetail(detail, &json);
    }
    json.push_back('}');
  }
  json.append("}").append(ReplyTail(id));
  return json;
}

}  // namespace goxel
