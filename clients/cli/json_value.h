// A look into the JSON of a reply: what is missing, or of another type, is
// empty, 0 or false.
//
// Ownership: values hold as long as the document that they come from.
//
// Thread safety: a document and its values belong to one thread at a time.

#ifndef CLIENTS_CLI_JSON_VALUE_H_
#define CLIENTS_CLI_JSON_VALUE_H_

#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/status.h"

namespace goxel {

class JsonValue {
 public:
  JsonValue() = default;
  explicit JsonValue(simdjson::dom::element element) : element_(element) {}

  // A member; missing when there is none.
  JsonValue operator[](std::string_view key) const;
  // The elements of an array.
  std::vector<JsonValue> items() const;

  bool missing() const { return !element_; }
  std::string text() const;
  std::int64_t integer() const;
  double number() const;
  bool flag() const;
  // The value as JSON; "null" when it is missing.
  std::string json() const;

 private:
  std::optional<simdjson::dom::element> element_;
};

class JsonDocument {
 public:
  // kDataLoss when `text` is no JSON. Copies it.
  static Result<JsonDocument> Parse(std::string_view text);

  JsonValue root() const { return root_; }

 private:
  std::unique_ptr<simdjson::dom::parser> parser_;
  JsonValue root_;
};

}  // namespace goxel

#endif  // CLIENTS_CLI_JSON_VALUE_H_
