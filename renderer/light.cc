#include "renderer/light.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/trigonometric.hpp>

namespace goxel {
namespace {

constexpr double kKeyAzimuth = 40;    // Degrees, from the camera's.
constexpr double kKeyElevation = 15;  // Degrees, from the camera's.
constexpr double kMaxKeyElevation = 75;
constexpr double kKeyStrength = 0.75;
constexpr double kKeyWrap = 0.3;
constexpr double kAmbientUp = 0.5;
constexpr double kAmbientSide = 0.28;
constexpr double kAmbientDown = 0.15;
// Cosine to the line of sight from which on a face counts in full.
constexpr double kFullySeen = 0.1;
constexpr double kDisplayGamma = 2.2;

glm::dvec3 Direction(double azimuth_degrees, double elevation_degrees) {
  const double azimuth = glm::radians(azimuth_degrees);
  const double elevation = glm::radians(elevation_degrees);
  return {std::cos(elevation) * std::sin(azimuth),
          -std::cos(elevation) * std::cos(azimuth), std::sin(elevation)};
}

glm::dvec3 NormalOf(Face face) {
  glm::dvec3 normal(0);
  normal[static_cast<int>(AxisOf(face))] = LooksUpAxis(face) ? 1 : -1;
  return normal;
}

double Ambient(Face face) {
  if (face == Face::kPlusZ) return kAmbientUp;
  return face == Face::kMinusZ ? kAmbientDown : kAmbientSide;
}

}  // namespace

FaceLight LitFaces(const Camera& camera) {
  const glm::dvec3 key =
      Direction(camera.azimuth + kKeyAzimuth,
                std::min(camera.elevation + kKeyElevation, kMaxKeyElevation));
  const glm::dvec3 to_viewer(camera.camera_to_world[2]);

  std::array<double, 6> linear{};
  double brightest = 0;
  for (const Face face : kFaces) {
    const glm::dvec3 normal = NormalOf(face);
    const double lambert = (glm::dot(normal, key) + kKeyWrap) / (1 + kKeyWrap);
    const double light = Ambient(face) + kKeyStrength * std::max(0.0, lambert);
    const double seen =
        std::clamp(glm::dot(normal, to_viewer) / kFullySeen, 0.0, 1.0);
    linear[IndexOf(face)] = light;
    brightest = std::max(brightest, light * seen);
  }

  FaceLight factors{};
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const double part = std::min(1.0, linear[i] / brightest);
    factors[i] = static_cast<float>(std::pow(part, 1 / kDisplayGamma));
  }
  return factors;
}

FaceLight FlatFaces() {
  FaceLight factors;
  factors.fill(1);
  return factors;
}

}  // namespace goxel
