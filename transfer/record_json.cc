#include "transfer/record_json.h"

#include <fmt/core.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <simdjson.h>

#include <charconv>
#include <limits>
#include <utility>

namespace goxel {
namespace {

namespace ondemand = simdjson::ondemand;

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

void PutText(JsonWriter& json, std::string_view key, std::string_view value) {
  json.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
  json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

// `value` is JSON already; nothing is written when it is empty.
void PutJson(JsonWriter& json, std::string_view key, const std::string& value) {
  if (value.empty()) return;
  json.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
  json.RawValue(value.data(), value.size(), rapidjson::kObjectType);
}

std::string FormatJson(const RenderRecord& record) {
  rapidjson::StringBuffer text;
  JsonWriter json(text);
  json.StartObject();
  PutText(json, "id", FormatRenderId(record.id));
  PutText(json, "key", FormatContentKey(record.key));
  PutText(json, "session", fmt::format("{:06x}", record.session));
  json.Key("created");
  json.Int64(record.created_unix_s);
  json.Key("ttl");
  json.Uint(record.ttl_s);
  PutText(json, "format", ToString(record.format));
  json.Key("width");
  json.Uint(record.width);
  json.Key("height");
  json.Uint(record.height);
  PutJson(json, "camera", record.camera_json);
  PutJson(json, "settings", record.settings_json);
  json.EndObject();
  return {text.GetString(), text.GetSize()};
}

tl::unexpected<Status> Broken(std::string reason) {
  return Fail(StatusCode::kDataLoss, std::move(reason));
}

// Reads members of the record's JSON; remembers the first that is wrong.
class RecordReader {
 public:
  explicit RecordReader(ondemand::object json) : json_(json) {}

  std::string_view Text(std::string_view key) {
    std::string_view value;
    if (json_.find_field_unordered(key).get_string().get(value)) Blame(key);
    return value;
  }

  std::uint32_t Number(std::string_view key) {
    std::uint64_t value = 0;
    if (json_.find_field_unordered(key).get_uint64().get(value) ||
        value > std::numeric_limits<std::uint32_t>::max()) {
      Blame(key);
    }
    return static_cast<std::uint32_t>(value);
  }

  std::int64_t Signed(std::string_view key) {
    std::int64_t value = 0;
    if (json_.find_field_unordered(key).get_int64().get(value)) Blame(key);
    return value;
  }

  // The text of any JSON value, or "" when there is none.
  std::string Json(std::string_view key) {
    ondemand::value value;
    if (json_.find_field_unordered(key).get(value)) return {};
    std::string_view text;
    if (simdjson::to_json_string(value).get(text)) Blame(key);
    return std::string(text);
  }

  template <typename T>
  T Take(std::string_view key, const Result<T>& parsed) {
    if (!parsed) Blame(key);
    return parsed.value_or(T{});
  }

  void Blame(std::string_view key) {
    if (wrong_.empty()) wrong_ = key;
  }

  // The first member that was missing or wrong; "" when all were right.
  std::string_view wrong() const { return wrong_; }

 private:
  ondemand::object json_;
  std::string_view wrong_;
};

Result<std::uint32_t> ParseSession(std::string_view text) {
  std::uint32_t session = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, session, 16);
  if (text.size() != 6 || parsed.ec != std::errc() || parsed.ptr != end) {
    return Fail(StatusCode::kDataLoss, "a session has 6 hex digits");
  }
  return session;
}

Result<RenderRecord> ReadMembers(ondemand::object json) {
  RecordReader reader(json);
  RenderRecord record;
  record.id = reader.Take("id", ParseRenderId(reader.Text("id")));
  record.key = reader.Take("key", ParseContentKey(reader.Text("key")));
  record.session = reader.Take("session", ParseSession(reader.Text("session")));
  record.created_unix_s = reader.Signed("created");
  record.ttl_s = reader.Number("ttl");
  record.format =
      reader.Take("format", ParseRenderFormat(reader.Text("format")));
  record.width = reader.Number("width");
  record.height = reader.Number("height");
  record.camera_json = reader.Json("camera");
  record.settings_json = reader.Json("settings");
  if (!reader.wrong().empty()) {
    return Broken(
        fmt::format("the record's \"{}\" is missing or wrong", reader.wrong()));
  }
  return record;
}

}  // namespace

std::string FormatRecordJson(const RenderRecord& record) {
  std::string json = FormatJson(record);
  if (json.size() > kMaxRecordTextBytes) {
    RenderRecord shorter = record;
    shorter.settings_json.clear();
    json = FormatJson(shorter);
    if (json.size() > kMaxRecordTextBytes) {
      shorter.camera_json.clear();
      json = FormatJson(shorter);
    }
  }
  return json;
}

Result<RenderRecord> ParseRecordJson(std::string_view text) {
  const simdjson::padded_string json(text);
  // On-demand parsing skips what nobody asks for. camera and settings are
  // handed on as text, so the whole must be proved sound first.
  simdjson::dom::parser checker;
  if (checker.parse(json).error() != simdjson::SUCCESS) {
    return Broken("the record is not JSON");
  }
  ondemand::parser parser;
  ondemand::document document;
  ondemand::object object;
  if (parser.iterate(json).get(document) || document.get_object().get(object)) {
    return Broken("the record is not a JSON object");
  }
  return ReadMembers(object);
}

}  // namespace goxel
