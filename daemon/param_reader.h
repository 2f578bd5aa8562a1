// Reads the parameters of a method, by position or by name, and remembers the
// first that cannot be used, so that a method reads all it needs and then looks
// once:
//
//   ParamReader read(call.params);
//   const Cell cell = read.Position();
//   const std::int32_t layer_id = read.LayerId(3);
//   if (!read.ok()) return RpcFail(read.status());
//
// What is missing, or null, is its default. What is there and of the wrong type
// or out of range is an error that names the parameter, the value and what was
// expected. `position` is the place in an array of params, or kByName for what
// only objects can carry.
//
// Thread safety: one thread at a time. Texts live as long as the Params.

#ifndef DAEMON_PARAM_READER_H_
#define DAEMON_PARAM_READER_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "daemon/params.h"
#include "ipc/status.h"
#include "renderer/scene/volume.h"

namespace goxel {

inline constexpr std::size_t kByName = std::numeric_limits<std::size_t>::max();

// A 32-bit integer, or a number rounded down to one, so that -0.5 lies in voxel
// -1. kInvalidArgument for anything else.
Result<std::int32_t> ReadCoordinate(Json value, std::string_view name);

// [x, y, z].
Result<Cell> ReadCell(Json value, std::string_view name);

class ParamReader {
 public:
  explicit ParamReader(const Params& params) : params_(params) {}

  bool ok() const { return status_.ok(); }
  // The first error.
  const Status& status() const { return status_; }

  std::int32_t Coordinate(std::string_view name, std::size_t position,
                          std::int32_t fallback = 0);

  // x, y, z from `position` on, or `position` as an object or an array.
  Cell Position(std::size_t position = 0);

  std::int64_t Integer(std::string_view name, std::size_t position,
                       std::int64_t fallback, std::int64_t min,
                       std::int64_t max);

  // `layer_id`, any 32-bit integer.
  std::int32_t LayerId(std::size_t position, std::int32_t fallback = 0);

  bool Flag(std::string_view name, std::size_t position, bool fallback);

  double Number(std::string_view name, std::size_t position, double fallback);

  std::optional<std::string_view> Text(std::string_view name,
                                       std::size_t position);

  // The position of the text in `words`.
  std::size_t Word(std::string_view name, std::size_t position,
                   std::size_t fallback,
                   std::span<const std::string_view> words);

  // Remembers an error of the caller's own, unless there is one already.
  void Note(Status error);

 private:
  // Keeps a value or its error.
  template <typename T>
  T Keep(Result<T> read, T fallback);

  const Params& params_;
  Status status_;
};

}  // namespace goxel

#endif  // DAEMON_PARAM_READER_H_
