// Writes the `result` of a reply as compact JSON text.
//
//   ResultWriter out;
//   out.BeginObject().Field("success", true).EndObject();
//   return out.Reply();
//
// Thread safety: one thread at a time.

#ifndef DAEMON_RESULT_WRITER_H_
#define DAEMON_RESULT_WRITER_H_

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/rpc.h"

namespace goxel {

class ResultWriter {
 public:
  ResultWriter() : writer_(buffer_) {}
  ResultWriter(const ResultWriter&) = delete;
  ResultWriter& operator=(const ResultWriter&) = delete;

  ResultWriter& BeginObject();
  ResultWriter& EndObject();
  ResultWriter& BeginArray();
  ResultWriter& EndArray();
  ResultWriter& Key(std::string_view key);

  ResultWriter& Value(std::string_view text);
  ResultWriter& Value(const char* text) {
    return Value(std::string_view(text));
  }
  ResultWriter& Value(bool value);
  // Must be finite; JSON has no other numbers.
  ResultWriter& Value(double value);
  template <std::integral T>
  ResultWriter& Value(T value) {
    if constexpr (std::signed_integral<T>) {
      writer_.Int64(value);
    } else {
      writer_.Uint64(value);
    }
    return *this;
  }
  // Text that is JSON already.
  ResultWriter& Raw(std::string_view json);

  template <typename T>
  ResultWriter& Field(std::string_view key, const T& value) {
    return Key(key).Value(value);
  }

  // How much has been written; where streamed text goes (RpcReply::insert_at).
  std::size_t size() const { return buffer_.GetSize(); }

  std::string Text() const;
  RpcReply Reply() const;

 private:
  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_;
};

}  // namespace goxel

#endif  // DAEMON_RESULT_WRITER_H_
