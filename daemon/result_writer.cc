#include "daemon/result_writer.h"

namespace goxel {

ResultWriter& ResultWriter::BeginObject() {
  writer_.StartObject();
  return *this;
}

ResultWriter& ResultWriter::EndObject() {
  writer_.EndObject();
  return *this;
}

ResultWriter& ResultWriter::BeginArray() {
  writer_.StartArray();
  return *this;
}

ResultWriter& ResultWriter::EndArray() {
  writer_.EndArray();
  return *this;
}

ResultWriter& ResultWriter::Key(std::string_view key) {
  writer_.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
  return *this;
}

ResultWriter& ResultWriter::Value(std::string_view text) {
  writer_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  return *this;
}

ResultWriter& ResultWriter::Value(bool value) {
  writer_.Bool(value);
  return *this;
}

ResultWriter& ResultWriter::Value(double value) {
  writer_.Double(value);
  return *this;
}

ResultWriter& ResultWriter::Raw(std::string_view json) {
  writer_.RawValue(json.data(), json.size(), rapidjson::kObjectType);
  return *this;
}

std::string ResultWriter::Text() const {
  return std::string(buffer_.GetString(), buffer_.GetSize());
}

RpcReply ResultWriter::Reply() const {
  RpcReply reply;
  reply.json = Text();
  return reply;
}

}  // namespace goxel
