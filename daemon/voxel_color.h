// The many ways in which existing clients say what colour a voxel has.

#ifndef DAEMON_VOXEL_COLOR_H_
#define DAEMON_VOXEL_COLOR_H_

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

}  // namespace goxel

#endif  // DAEMON_VOXEL_COLOR_H_
