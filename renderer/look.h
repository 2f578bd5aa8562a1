// A look: how one picture is lit and coloured, with everything that a style or
// a camera decides filled in.

#ifndef RENDERER_LOOK_H_
#define RENDERER_LOOK_H_

#include "renderer/camera.h"
#include "renderer/light.h"
#include "renderer/render_settings.h"

namespace goxel {

struct Look {
  FaceLight face_light{};
  // What is seen where there is no voxel, at the first and at the last row.
  Color background_top{};
  Color background_bottom{};
};

Look ResolveLook(const RenderSettings& settings, const Camera& camera);

}  // namespace goxel

#endif  // RENDERER_LOOK_H_
