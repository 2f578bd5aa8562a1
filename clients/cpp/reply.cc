#include "clients/cpp/reply.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <simdjson.h>

#include <concepts>
#include <limits>
#include <optional>
#include <utility>

#include "ipc/protocol.h"

namespace goxel {
namespace {

namespace json = simdjson::ondemand;

static_assert(kJsonPaddingBytes >= simdjson::SIMDJSON_PADDING);

tl::unexpected<Status> Unreadable(std::string_view what) {
  return Fail(StatusCode::kDataLoss,
              fmt::format("the daemon's reply cannot be read: {}", what));
}

tl::unexpected<Status> Unreadable(simdjson::error_code error) {
  return Unreadable(simdjson::error_message(error));
}

// The members of one message, as far as it has them.
struct Message {
  std::optional<std::uint64_t> id;
  bool has_method = false;
  std::string method;
  std::optional<std::string_view> params;
  std::optional<std::string_view> result;
  std::optional<Status> error;
};

// The words of an array; nullopt when something else is in it.
std::optional<std::vector<std::string>> ReadWords(json::array array) {
  std::vector<std::string> words;
  for (auto element : array) {
    std::string_view word;
    if (element.get_string().get(word) != simdjson::SUCCESS) {
      return std::nullopt;
    }
    words.emplace_back(word);
  }
  return words;
}

// Adds the members of `error.data` to `details`; `reason` stands alone.
simdjson::error_code ReadErrorData(json::object data, std::string& reason,
                                   std::vector<StatusDetail>& details) {
  for (auto member : data) {
    std::string_view key;
    json::value value;
    if (auto error = member.unescaped_key().get(key)) return error;
    if (auto error = member.value().get(value)) return error;
    std::string name(key);
    std::string_view text;
    std::int64_t number = 0;
    json::array array;
    if (value.get_array().get(array) == simdjson::SUCCESS) {
      auto words = ReadWords(array);
      if (words) details.push_back({std::move(name), *std::move(words)});
    } else if (value.get_string().get(text) == simdjson::SUCCESS) {
      if (name == "reason") {
        reason = text;
      } else {
        details.push_back({std::move(name), std::string(text)});
      }
    } else if (value.get_int64().get(number) == simdjson::SUCCESS) {
      details.push_back({std::move(name), number});
    }
  }
  return simdjson::SUCCESS;
}

simdjson::error_code ReadError(json::object object,
                               std::optional<Status>& out) {
  std::int64_t code = kInternalError;
  std::string message = "the daemon gave no reason";
  std::string reason;
  std::vector<StatusDetail> details;
  for (auto member : object) {
    std::string_view key;
    json::value value;
    if (auto error = member.unescaped_key().get(key)) return error;
    if (auto error = member.value().get(value)) return error;
    if (key == "code") {
      if (auto error = value.get_int64().get(code)) return error;
    } else if (key == "message") {
      std::string_view text;
      if (auto error = value.get_string().get(text)) return error;
      message = text;
    } else if (key == "data") {
      json::object data;
      if (value.get_object().get(data) != simdjson::SUCCESS) continue;
      if (auto error = ReadErrorData(data, reason, details)) return error;
    }
  }
  if (!std::in_range<int>(code)) code = kInternalError;
  Status status(StatusCodeFromWire(static_cast<int>(code), reason), message);
  for (StatusDetail& detail : details) {
    std::visit(
        [&](auto& value) {
          status = std::move(status).With(detail.key, std::move(value));
        },
        detail.value);
  }
  out = std::move(status);
  return simdjson::SUCCESS;
}

simdjson::error_code ReadMember(std::string_view key, json::value value,
                                Message& message) {
  if (key == "id") {
    // null, or what this client never sends, leaves the id unset.
    std::uint64_t id = 0;
    if (value.get_uint64().get(id) == simdjson::SUCCESS) message.id = id;
  } else if (key == "method") {
    message.has_method = true;
    std::string_view name;
    if (!value.get_string().get(name)) message.method = name;
  } else if (key == "params") {
    std::string_view text;
    if (auto error = simdjson::to_json_string(value).get(text)) return error;
    message.params = text;
  } else if (key == "result") {
    std::string_view text;
    if (auto error = simdjson::to_json_string(value).get(text)) return error;
    message.result = text;
  } else if (key == "error") {
    json::object object;
    if (auto error = value.get_object().get(object)) return error;
    return ReadError(object, message.error);
  }
  return simdjson::SUCCESS;
}

simdjson::error_code ReadMessage(json::document& document, Message& message) {
  json::object object;
  if (auto error = document.get_object().get(object)) return error;
  for (auto member : object) {
    std::string_view key;
    json::value value;
    if (auto error = member.unescaped_key().get(key)) return error;
    if (auto error = member.value().get(value)) return error;
    if (auto error = ReadMember(key, value, message)) return error;
  }
  // Only the end of the text may follow the object.
  const auto behind = document.current_location();
  return behind.error() == simdjson::OUT_OF_BOUNDS ? simdjson::SUCCESS
                                                   : simdjson::TAPE_ERROR;
}

simdjson::error_code Store(json::value value, std::string& out) {
  std::string_view text;
  const auto error = value.get_string().get(text);
  if (!error) out = text;
  return error;
}

simdjson::error_code Store(json::value value, bool& out) {
  return value.get_bool().get(out);
}

simdjson::error_code Store(json::value value,
                           std::unsigned_integral auto& out) {
  std::uint64_t number = 0;
  if (auto error = value.get_uint64().get(number)) return error;
  if (number >
      std::numeric_limits<std::remove_reference_t<decltype(out)>>::max()) {
    return simdjson::NUMBER_OUT_OF_RANGE;
  }
  out = static_cast<std::remove_reference_t<decltype(out)>>(number);
  return simdjson::SUCCESS;
}

// Stores member `key` of `object` in `out`; leaves `out` when it is absent.
template <typename T>
simdjson::error_code ReadInto(json::object& object, std::string_view key,
                              T& out) {
  json::value value;
  const auto error = object.find_field_unordered(key).get(value);
  if (error == simdjson::NO_SUCH_FIELD) return simdjson::SUCCESS;
  return error ? error : Store(value, out);
}

simdjson::error_code ReadFile(json::object file, RenderReply& reply) {
  if (auto error = ReadInto(file, "path", reply.path)) return error;
  if (auto error = ReadInto(file, "size", reply.size_bytes)) return error;
  if (auto error = ReadInto(file, "checksum", reply.checksum)) return error;
  json::object size;
  if (file.find_field_unordered("dimensions").get_object().get(size)) {
    return simdjson::SUCCESS;
  }
  if (auto error = ReadInto(size, "width", reply.width)) return error;
  return ReadInto(size, "height", reply.height);
}

simdjson::error_code ReadMapping(json::object mapping, RenderReply& reply) {
  if (auto error = ReadInto(mapping, "offset", reply.pixel_offset)) {
    return error;
  }
  return ReadInto(mapping, "stride", reply.stride_bytes);
}

simdjson::error_code ReadRender(json::object render, std::string& id,
                                RenderReply& reply) {
  if (auto error = ReadInto(render, "id", id)) return error;
  return ReadInto(render, "cached", reply.cached);
}

// What a reply says in words and is understood when all of it is read.
struct ReplyWords {
  std::string id;
  std::string key;
  std::string nonce;
  std::string inner_format;

  ~ReplyWords() {
    ::OPENSSL_cleanse(key.data(), key.size());
    ::OPENSSL_cleanse(nonce.data(), nonce.size());
  }
};

simdjson::error_code ReadEncryption(json::object encryption,
                                    ReplyWords& words) {
  if (auto error = ReadInto(encryption, "key", words.key)) return error;
  if (auto error = ReadInto(encryption, "nonce", words.nonce)) return error;
  return ReadInto(encryption, "format", words.inner_format);
}

simdjson::error_code ReadDegraded(json::object object, RenderReply& reply) {
  DegradedMode& degraded = reply.degraded.emplace();
  for (auto [key, target] : {std::pair{"requested", &degraded.requested},
                             std::pair{"delivered", &degraded.delivered},
                             std::pair{"reason", &degraded.reason},
                             std::pair{"errno", &degraded.error_name},
                             std::pair{"message", &degraded.message}}) {
    if (auto error = ReadInto(object, key, *target)) return error;
  }
  return simdjson::SUCCESS;
}

// One object of the result; those of other names are left alone.
simdjson::error_code ReadPart(std::string_view key, json::value value,
                              ReplyWords& words, RenderReply& reply) {
  json::object part;
  for (const std::string_view known :
       {"file", "render", "mapping", "image", "encryption", "degraded"}) {
    if (key != known) continue;
    if (auto error = value.get_object().get(part)) return error;
  }
  if (key == "file") return ReadFile(part, reply);
  if (key == "render") return ReadRender(part, words.id, reply);
  if (key == "mapping") return ReadMapping(part, reply);
  if (key == "image") return ReadInto(part, "data", reply.image_base64);
  if (key == "encryption") return ReadEncryption(part, words);
  if (key == "degraded") return ReadDegraded(part, reply);
  return simdjson::SUCCESS;
}

simdjson::error_code ReadRenderResult(json::document& document,
                                      ReplyWords& words, RenderReply& reply) {
  json::object object;
  if (auto error = document.get_object().get(object)) return error;
  for (auto member : object) {
    std::string_view key;
    json::value value;
    if (auto error = member.unescaped_key().get(key)) return error;
    if (auto error = member.value().get(value)) return error;
    if (auto error = ReadPart(key, value, words, reply)) return error;
  }
  return simdjson::SUCCESS;
}

// Turns the words into what they stand for.
Status Understand(const ReplyWords& words, RenderReply& reply) {
  if (!words.id.empty()) {
    const auto id = ParseRenderId(words.id);
    if (!id) return id.error();
    reply.id = *id;
  }
  if (words.key.empty() && words.nonce.empty()) return {};
  auto secret = ParseRenderSecret(words.key, words.nonce);
  if (!secret) return secret.error();
  const auto format = ParseRenderFormat(words.inner_format);
  if (!format) return format.error();
  reply.encryption = RenderEncryption{*secret, *format};
  return {};
}

// nullopt for what is no progress: notifications are not worth an error.
std::optional<ProgressReport> ReadProgress(const Message& message) {
  if (message.method != "goxel.render_progress" || !message.params) {
    return std::nullopt;
  }
  json::parser parser;
  json::document document;
  json::object object;
  ProgressReport report;
  std::string id;
  const simdjson::padded_string text(*message.params);
  if (parser.iterate(text).get(document) || document.get_object().get(object) ||
      ReadInto(object, "id", id) ||
      ReadInto(object, "rows_ready", report.rows_ready) ||
      ReadInto(object, "rows", report.rows)) {
    return std::nullopt;
  }
  report.id = ParseRenderId(id).value_or(0);
  return report;
}

}  // namespace

Result<ReplyLine> ParseReplyLine(ReceiveBuffer line, std::uint64_t id) {
  json::parser parser;
  json::document document;
  Message message;
  const std::string_view text = line.text();
  if (auto error =
          parser.iterate(text, text.size() + kJsonPaddingBytes).get(document)) {
    return Unreadable(error);
  }
  if (auto error = ReadMessage(document, message)) return Unreadable(error);

  if (message.has_method && !message.id) {
    const auto progress = ReadProgress(message);
    const std::string_view params = message.params.value_or("");
    return ReplyLine{.method = std::move(message.method),
                     .params = JsonText(std::move(line), params),
                     .progress = progress,
                     .result = {}};
  }
  if (message.error && (!message.id || message.id == id)) {
    return ReplyLine{.kind = LineKind::kReply,
                     .method = {},
                     .params = {},
                     .progress = {},
                     .result = Fail(*std::move(message.error))};
  }
  if (message.id != id) return Unreadable("it answers another request");
  if (!message.result) return Unreadable("it has neither result nor error");
  const std::string_view result = *message.result;
  return ReplyLine{.kind = LineKind::kReply,
                   .method = {},
                   .params = {},
                   .progress = {},
                   .result = JsonText(std::move(line), result)};
}

Result<RenderReply> ParseRenderReply(const JsonText& result) {
  json::parser parser;
  json::document document;
  RenderReply reply;
  ReplyWords words;
  const std::string_view text = result.view();
  if (auto error =
          parser.iterate(text, result.readable_bytes()).get(document)) {
    return Unreadable(error);
  }
  if (auto error = ReadRenderResult(document, words, reply)) {
    return Unreadable(error);
  }
  if (Status understood = Understand(words, reply); !understood.ok()) {
    return Unreadable(understood.message());
  }
  return reply;
}

}  // namespace goxel
