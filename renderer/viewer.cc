#include "renderer/viewer.h"

namespace goxel {

Viewer ViewerOf(const Camera& camera) {
  return {glm::dvec3(camera.camera_to_world[camera.orthographic ? 2 : 3]),
          camera.orthographic};
}

bool SeesFront(const Viewer& viewer, Face face, double plane) {
  const double at = viewer.at[static_cast<int>(AxisOf(face))];
  const double ahead = viewer.is_far ? at : at - plane;
  return LooksUpAxis(face) ? ahead > 0 : ahead < 0;
}

bool MaySeeFronts(const Viewer& viewer, const MeshRegion& region) {
  if (!region.face) return true;
  const std::int64_t origin = region.origin[AxisOf(*region.face)];
  const std::int64_t nearest =
      LooksUpAxis(*region.face) ? region.lowest_plane : region.highest_plane;
  return SeesFront(viewer, *region.face, static_cast<double>(origin + nearest));
}

}  // namespace goxel
