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

#include "renderer/camera.h"
#include "renderer/mesher.h"

namespace goxel {

inline constexpr std::size_t kMaxCutFaces = std::size_t{1} << 16;

// The translucent quads of `mesh` as regions of a mesh of their own, in the
// order in which `camera` wants them drawn: the regions, and the quads of each;
// none of what turns its back.
// With more than `max_faces` faces of single voxels the quads stay whole and
// are ordered by their middles, which is right for most.
struct OrderedGlass {
  Mesh mesh;
  bool is_exact = true;
};
OrderedGlass OrderGlass(const Mesh& mesh, const Camera& camera,
                        std::size_t max_faces = kMaxCutFaces);

}  // namespace goxel

#endif  // RENDERER_GLASS_ORDER_H_
