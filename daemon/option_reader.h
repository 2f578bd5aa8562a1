// Reads the members of a JSON object one after the other until one is wrong,
// and remembers what was wrong with it:
//
//   OptionReader options(json, "options");
//   options.Read("encrypt", FlagInto(request.encrypt));
//   return options.status();
//
// A reader is called as read(value, "options.encrypt") and returns a Status.
// Members that are missing or null keep what their targets hold.
//
// Thread safety: one thread at a time.

#ifndef DAEMON_OPTION_READER_H_
#define DAEMON_OPTION_READER_H_

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "daemon/json_values.h"
#include "daemon/params.h"
#include "ipc/status.h"

namespace goxel {

class OptionReader {
 public:
  // `name` is what messages call the object; it outlives the reader.
  OptionReader(Json options, std::string_view name)
      : options_(options), name_(name) {
    if (!options.is_object()) status_ = NotAnObject(name, options);
  }

  template <typename Reader>
  void Read(std::string_view key, Reader read) {
    if (!status_.ok()) return;
    const auto value = Member(options_, key);
    if (value) status_ = read(*value, fmt::format("{}.{}", name_, key));
  }

  const Status& status() const { return status_; }

 private:
  static Status NotAnObject(std::string_view name, Json value) {
    return BadValue(name, value, "an object");
  }

  Json options_;
  std::string_view name_;
  Status status_;
};

inline auto FlagInto(bool& target) {
  return [&target](Json value, std::string_view name) -> Status {
    auto flag = ReadBool(value, name);
    if (!flag) return flag.error();
    target = *flag;
    return {};
  };
}

inline auto FlagInto(std::optional<bool>& target) {
  return [&target](Json value, std::string_view name) {
    return FlagInto(target.emplace())(value, name);
  };
}

// A finite number; with bounds, inclusive.
inline auto NumberInto(double& target) {
  return [&target](Json value, std::string_view name) -> Status {
    auto number = ReadNumber(value, name);
    if (!number) return number.error();
    target = *number;
    return {};
  };
}

inline auto NumberInto(std::optional<double>& target) {
  return [&target](Json value, std::string_view name) {
    return NumberInto(target.emplace())(value, name);
  };
}

inline auto NumberInto(double& target, double min, double max) {
  return [&target, min, max](Json value, std::string_view name) -> Status {
    auto number = ReadNumber(value, name, min, max);
    if (!number) return number.error();
    target = *number;
    return {};
  };
}

inline auto NumberInto(std::optional<double>& target, double min, double max) {
  return [&target, min, max](Json value, std::string_view name) {
    return NumberInto(target.emplace(), min, max)(value, name);
  };
}

// The enumerator whose value is the word's position.
template <typename Enum, std::size_t n>
auto WordInto(Enum& target, const std::array<std::string_view, n>& words) {
  return [&](Json value, std::string_view name) -> Status {
    auto position = ReadWord(value, name, words);
    if (!position) return position.error();
    target = static_cast<Enum>(*position);
    return {};
  };
}

}  // namespace goxel

#endif  // DAEMON_OPTION_READER_H_
