// Strict readers of JSON values: each returns the value or an error that names
// the parameter, shows what was given and says what would be right.
//
// `name` is what messages call the value: "width", "options.ttl_seconds".
//
// Thread safety: all functions may be called from any thread.

#ifndef DAEMON_JSON_VALUES_H_
#define DAEMON_JSON_VALUES_H_

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "daemon/params.h"
#include "ipc/status.h"

namespace goxel {

// "<name> is <value>; expected <expected>", kInvalidArgument.
tl::unexpected<Status> BadValue(std::string_view name, Json value,
                                std::string_view expected);

Result<bool> ReadBool(Json value, std::string_view name);
Result<std::string_view> ReadString(Json value, std::string_view name);

// 1.0 is not an integer. Bounds are inclusive.
Result<std::int64_t> ReadInteger(Json value, std::string_view name,
                                 std::int64_t min, std::int64_t max);

// Any finite number.
Result<double> ReadNumber(Json value, std::string_view name);

// Bounds are inclusive.
Result<double> ReadNumber(Json value, std::string_view name, double min,
                          double max);

// An array of exactly numbers.size() numbers.
Status ReadNumbers(Json value, std::string_view name,
                   std::span<double> numbers);

// The position of the string `value` in `words`.
Result<std::size_t> ReadWord(Json value, std::string_view name,
                             std::span<const std::string_view> words);

// "a, b or c".
std::string Enumerate(std::span<const std::string_view> words);

}  // namespace goxel

#endif  // DAEMON_JSON_VALUES_H_
