// Follows a ray from cell to cell of a volume.

#ifndef RENDERER_RAY_WALK_H_
#define RENDERER_RAY_WALK_H_

#include <optional>

#include "renderer/face.h"
#include "renderer/pixel_rays.h"
#include "renderer/scene/volume.h"

namespace goxel {

struct CellFace {
  Cell cell{};
  Face face = Face::kPlusX;
};

// The first face of a solid voxel that the ray enters from depth `near` on; a
// voxel that it starts in is not entered. nullopt when it meets none up to
// depth `far`.
std::optional<CellFace> FirstFace(const Volume& volume, const PixelRay& ray,
                                  double near, double far);

}  // namespace goxel

#endif  // RENDERER_RAY_WALK_H_
