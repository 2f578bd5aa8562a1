// The `params` of a request: by position or by name, as existing clients send
// them.
//
// The lenient readers keep the promise made to those clients: what is missing
// or of the wrong type is its default, never an error. Parameters of our own
// are read strictly, with json_values.h.
//
// Thread safety: one thread at a time. Strings and elements handed out point
// into the Params and live as long as it.

#ifndef DAEMON_PARAMS_H_
#define DAEMON_PARAMS_H_

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "daemon/message_text.h"
#include "ipc/status.h"

namespace goxel {

using Json = simdjson::dom::element;

class Params {
 public:
  // `json` is an array, an object, or empty for a request without params.
  // kInvalidArgument when it is not JSON.
  static Result<Params> Parse(std::string_view json);

  // The same without a copy, with a parser that outlives the Params and reads
  // nothing else meanwhile: it keeps its memory from call to call.
  static Result<Params> Parse(const MessageText& json,
                              simdjson::dom::parser& parser);

  // A part, an array or an object, of other Params, which outlive these.
  static Params Of(Json part) { return Params(nullptr, part); }

  // False when the request had none.
  bool given() const { return root_.has_value(); }
  bool is_array() const { return root_ && root_->is_array(); }
  bool is_object() const { return root_ && root_->is_object(); }

  // The whole, as given. REQUIRES: given()
  Json root() const { return *root_; }

  // The parameter called `name` of an object, or at `position` of an array.
  // nullopt when there is none or it is null.
  std::optional<Json> Find(std::string_view name, std::size_t position) const;

  // The same for parameters that only objects can carry.
  std::optional<Json> Find(std::string_view name) const;

  // nullopt when missing or not a string.
  std::optional<std::string_view> String(std::string_view name,
                                         std::size_t position) const;

 private:
  explicit Params(std::unique_ptr<simdjson::dom::parser> parser,
                  std::optional<Json> root)
      : parser_(std::move(parser)), root_(root) {}

  // Owns what root_ shows, unless another parser does.
  std::unique_ptr<simdjson::dom::parser> parser_;
  std::optional<Json> root_;
};

// The member `key` of an object; nullopt when absent or null.
std::optional<Json> Member(Json object, std::string_view key);

// An integer, or a finite number rounded down, as a coordinate; nullopt for
// anything else. Cut to 32 bits.
std::optional<std::int32_t> AsCoordinate(Json value);

}  // namespace goxel

#endif  // DAEMON_PARAMS_H_
