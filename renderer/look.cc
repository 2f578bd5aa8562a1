#include "renderer/look.h"

namespace goxel {

Look ResolveLook(const RenderSettings& settings, const Camera& camera) {
  Look look;
  look.face_light =
      settings.style == Style::kFlat ? FlatFaces() : LitFaces(camera);
  if (settings.transparent) return look;
  look.background_top = settings.background.value_or(kDefaultBackground);
  look.background_bottom =
      settings.background_bottom.value_or(look.background_top);
  return look;
}

}  // namespace goxel
