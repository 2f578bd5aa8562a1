// The order in which glass is drawn: what is further away first, since it
// shines through what is nearer.
//
// Faces of single voxels never cross a plane between two layers of cells, so an
// exact order of them exists for every viewer: layer by layer across x, within
// each by layers across y, within those across z, at each step the layers
// furthest from the viewer first and the one he is in last. Quads are therefore
// cut into faces of single voxels, as long as these are not too many.

#ifndef RENDERER_GLASS_ORDER_H_
#define RENDERER_GLASS_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "renderer/camera.h"
#include "renderer/mesher.h"

namespace goxel {

inline constexpr std::size_t kMaxCutFaces = std::size_t{1} << 16;

// The translucent quads of a mesh in the order in which one camera wants them
// drawn: the regions, and the faces of each. None of them turns its back.
struct OrderedGlass {
  std::vector<MeshVertex> vertices;    // Neighbouring faces share corners.
  std::vector<std::uint32_t> indices;  // Two triangles to a face.
  std::vector<MeshRegion> regions;     // Their quads are faces of `indices`.
  // False: the quads are whole, and ordered by their middles, which is right
  // for most.
  bool is_exact = true;
};

// With more than `max_faces` faces of single voxels no quad is cut.
OrderedGlass OrderGlass(const Mesh& mesh, const Camera& camera,
                        std::size_t max_faces = kMaxCutFaces);

}  // namespace goxel

#endif  // RENDERER_GLASS_ORDER_H_
