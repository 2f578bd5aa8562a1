// A look: how one picture is lit and coloured, with everything that a style or
// a camera decides filled in.

#ifndef RENDERER_LOOK_H_
#define RENDERER_LOOK_H_

#include <cstdint>
#include <optional>

#include "renderer/camera.h"
#include "renderer/light.h"
#include "renderer/render_settings.h"

namespace goxel {

// By how much light a corner loses that three neighbours stand in front of, as
// a part of the encoded value. Sunlight reaches further in than the sky's.
struct Occlusion {
  float sunlit = 0;
  float shaded = 0;
};

// What is seen where there is no voxel, at the first and at the last row.
struct BackgroundColors {
  Color top{};
  Color bottom{};
};
BackgroundColors ResolveBackground(const RenderSettings& settings);

struct Look {
  Light light{};
  Shadows shadows = Shadows::kOff;
  std::optional<Occlusion> occlusion{};  // Unset: corners are as open as faces.
  std::optional<Color> paint{};          // All voxels have this colour.
  bool materials = true;                 // False: no metal, glass or glow.
  BackgroundColors background{};
  // How dark the scene's shadow on the plane under it is, 0 to 1; 0 for none.
  float ground_shadow = 0;
  std::optional<Outline> outline{};  // Its width in samples.
  // Samples around a window that its neighbours must overlap, for what looks at
  // more than the sample it draws.
  std::uint32_t apron = 0;
};

Look ResolveLook(const RenderSettings& settings, const Camera& camera);

}  // namespace goxel

#endif  // RENDERER_LOOK_H_
