// Edits of a volume that touch many voxels at once: shapes put into it, taken
// out of it or painted on it, and connected voxels filled with a colour.
//
// Thread safety: as of the Volume.

#ifndef RENDERER_SCENE_VOLUME_EDITS_H_
#define RENDERER_SCENE_VOLUME_EDITS_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "renderer/scene/shapes.h"
#include "renderer/scene/volume.h"

namespace goxel {

enum class ShapeMode {
  kAdd,       // Every cell of the shape gets the colour.
  kSubtract,  // Voxels in the shape go.
  kPaint,     // Voxels in the shape get the colour.
};

inline constexpr std::size_t kAnyTiles =
    std::numeric_limits<std::size_t>::max();

// Returns how many voxels it added, removed or painted; added ones include
// those that were there before. `color` must not be empty. Tiles that a shape
// fills to the last voxel are one tile in memory.
//
// nullopt as soon as the volume has more than `max_tiles` tiles; the shape is
// then in it in part.
std::optional<std::uint64_t> ApplyShape(const Shape& shape, ShapeMode mode,
                                        Color color, Volume& volume,
                                        std::size_t max_tiles = kAnyTiles);

// The same for a line, its ends included.
// REQUIRES: what ForEachCellOfLine() requires.
std::optional<std::uint64_t> ApplyLine(Cell from, Cell to, ShapeMode mode,
                                       Color color, Volume& volume,
                                       std::size_t max_tiles = kAnyTiles);

// Which cells touch: those that share a face, or an edge too, or a corner too.
enum class Connectivity : std::uint8_t { kFace = 6, kEdge = 18, kCorner = 26 };

struct FloodFill {
  Cell start;
  Color color;  // Not empty.
  // Voxels belong together whose channels, alpha too, differ by at most this
  // from those of the start voxel.
  int tolerance = 0;
  Connectivity connectivity = Connectivity::kFace;
  std::uint64_t max_voxels = std::numeric_limits<std::uint64_t>::max();
};

// Gives the start voxel, and all voxels like it that are connected with it
// through such voxels, the colour. Returns how many they are: 0 where there is
// no start voxel, nullopt, with nothing changed, when they are more than
// max_voxels.
std::optional<std::uint64_t> Fill(const FloodFill& fill, Volume& volume);

}  // namespace goxel

#endif  // RENDERER_SCENE_VOLUME_EDITS_H_
