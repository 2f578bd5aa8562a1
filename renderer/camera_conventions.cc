#include "renderer/camera_conventions.h"

namespace goxel {

Rows3 CalibrationOf(const Camera& camera, std::uint32_t width,
                    std::uint32_t height) {
  const glm::dmat4& p = camera.projection;
  const double half_width = width / 2.0;
  const double half_height = height / 2.0;
  // Clip space is right of, and below, the middle by what the projection adds
  // to X and Y; a perspective one adds it in its column of Z, which is -1.
  const double right = camera.orthographic ? p[3][0] : -p[2][0];
  const double down = camera.orthographic ? -p[3][1] : p[2][1];
  return {{{half_width * p[0][0], 0, half_width * (1 + right)},
           {0, half_height * p[1][1], half_height * (1 + down)},
           {0, 0, 1}}};
}

Rows4 WorldToCamera(const Camera& camera, CameraAxes axes) {
  Rows4 rows{};
  for (std::size_t row = 0; row < 4; ++row) {
    const bool turned = axes == CameraAxes::kOpenCv && (row == 1 || row == 2);
    for (std::size_t column = 0; column < 4; ++column) {
      const double value =
          camera
              .world_to_camera[static_cast<int>(column)][static_cast<int>(row)];
      rows[row][column] = turned ? -value : value;
    }
  }
  return rows;
}

}  // namespace goxel
