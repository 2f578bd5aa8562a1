// The objects of a layer: parts of it that its file tells apart, such as the
// placed models of a .vox file.
//
// An object is the cells that it filled when the file was read. What is drawn
// in such a cell later is the object's; what is added elsewhere is the layer's.
// So the voxels of a layer are edited, drawn and blended as if there were no
// objects.
//
// Immutable; any thread may use it. Layers share theirs with their copies.

#ifndef RENDERER_SCENE_LAYER_OBJECTS_H_
#define RENDERER_SCENE_LAYER_OBJECTS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "renderer/scene/tile_owners.h"
#include "renderer/scene/volume.h"

namespace goxel {

struct Layer;

struct SceneObject {
  std::int32_t id = 0;  // From 1; no layer or other object of a scene has it.
  std::string name;     // May be empty.
  bool operator==(const SceneObject&) const = default;
};

class LayerObjects {
 public:
  // The owner of cells that no object filled.
  static constexpr OwnerIndex kNobody = 65535;
  static constexpr std::size_t kMaxObjects = kNobody;

  // `owners` has the index into `objects`, or kNobody, of every voxel of
  // `filled`, which is copied in O(1).
  // REQUIRES: at most kMaxObjects objects; an entry for each tile of `filled`.
  LayerObjects(std::vector<SceneObject> objects, Volume filled,
               TileOwnersTable owners);

  const std::vector<SceneObject>& objects() const { return objects_; }

  // An index into objects(), or kNobody.
  OwnerIndex OwnerOf(Cell cell) const;

  // The same for the voxels of a tile, as Tile::voxels has them.
  VoxelOwners OwnersOf(TileCoord coord) const;

  // Of all that tells which object a cell is of, names left out.
  // Remembered, as HashVolume().
  Hash128 Hash() const;

 private:
  const std::vector<SceneObject> objects_;
  const Volume filled_;
  const TileOwnersTable owners_;
  RememberedHash hash_;
};

// The objects of the layer that BlendLayer() of `above` onto `below` makes;
// `blended` is its volume. A voxel keeps the object of the layer that it shows.
// nullptr when neither has any, or the two have too many together.
std::shared_ptr<const LayerObjects> BlendObjects(const Layer& below,
                                                 const Layer& above,
                                                 const Volume& blended);

}  // namespace goxel

#endif  // RENDERER_SCENE_LAYER_OBJECTS_H_
