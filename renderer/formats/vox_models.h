// A scene cut into the layers and models of a .vox file that is to be written.

#ifndef RENDERER_FORMATS_VOX_MODELS_H_
#define RENDERER_FORMATS_VOX_MODELS_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "renderer/formats/sorted_tiles.h"
#include "renderer/scene/scene.h"

namespace goxel {

// Solid voxels in a box of at most 256^3.
struct VoxModelPart {
  std::vector<PlacedTile> tiles;
  Box box;                   // Of the solid voxels, tight.
  std::uint32_t voxels = 0;  // Solid ones.

  std::int32_t side(std::size_t axis) const {
    return static_cast<std::int32_t>(box.max[axis] - box.min[axis]);
  }
};

struct VoxLayerPart {
  std::string name;
  bool hidden = false;
  Volume volume;                     // Keeps the tiles of the models.
  std::vector<VoxModelPart> models;  // Not empty.
};

// Bottom first. Of visible layers what is seen of them (shown_layers.h), hidden
// ones as they are; layers without a solid voxel are left out. A file needs a
// model, so that a scene without any solid voxel becomes an empty one.
std::vector<VoxLayerPart> CutIntoModels(const Scene& scene);

}  // namespace goxel

#endif  // RENDERER_FORMATS_VOX_MODELS_H_
