// The many ways in which existing clients say what colour a voxel has.

#ifndef DAEMON_VOXEL_COLOR_H_
#define DAEMON_VOXEL_COLOR_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "daemon/params.h"
#include "ipc/status.h"
#include "renderer/scene/volume.h"

namespace goxel {

// "#RRGGBB" or "#RRGGBBAA".
std::optional<Color> ParseHexColor(std::string_view text);

// The colour of goxel.add_voxel's params: elements 3 to 6 of an array; of an
// object `color` (array, hex string, or object), else `rgba` (array), else
// r, g, b, a; white when none of them says anything. Integers are clamped to
// 0..255, fractions up to 1 stand for parts of 255. kInvalidArgument with the
// message that clients know.
Result<Color> ReadVoxelColor(const Params& params);

// The colour of params that paint, fill or draw: `color` or `rgba` as above,
// else the integers r, g, b, a by name or from `position` on. Of those r, g and
// b are taken modulo 256 and 0 when missing, an `a` that is missing or not
// positive is 255.
Result<Color> ReadPaintColor(const Params& params, std::size_t position);

// True when params by name say what colour they mean.
bool NamesColor(const Params& params);

// [r, g, b] or [r, g, b, a], integers from 0 to 255; without an a it is
// `alpha`.
Result<Color> ReadChannels(Json value, std::string_view name,
                           std::uint8_t alpha = 255);

}  // namespace goxel

#endif  // DAEMON_VOXEL_COLOR_H_
