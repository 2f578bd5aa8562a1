#include "renderer/light.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <glm/exponential.hpp>
#include <glm/geometric.hpp>
#include <glm/trigonometric.hpp>

namespace goxel {
namespace {

// Cosine to the line of sight from which on a face counts in full.
constexpr double kFullySeen = 0.1;

struct SunPlace {
  double azimuth, elevation;  // Degrees.
  double max_elevation;       // Degrees above the horizon.
  bool follows_camera;
};

constexpr SunPlace kKeyLight = {40, 20, 75, true};
// Direction (0.296, 0.171, 0.940): Goxel's pitch of 20 and yaw of 120 degrees.
constexpr SunPlace kGoxelSun = {120, 70, 90, false};

// Linear light of a style.
struct Rig {
  glm::dvec3 sun;
  glm::dvec3 up, side, down;  // From the sky, by where a face looks.
  glm::dvec3 glow;            // Of the sky, on the sun's side.
  double shadow;              // Part of the sun that a shadow takes away.
};

constexpr Rig kDaylight = {.sun = {0.80, 0.76, 0.69},
                           .up = {0.36, 0.39, 0.44},
                           .side = {0.23, 0.25, 0.28},
                           .down = {0.17, 0.16, 0.15},
                           .glow = {0.16, 0.155, 0.145},
                           .shadow = 0.92};
// Goxel's intensity of 2 times the part of it that its material scatters.
constexpr Rig kGoxelLight = {.sun = glm::dvec3(0.488),
                             .up = glm::dvec3(0.3),
                             .side = glm::dvec3(0.3),
                             .down = glm::dvec3(0.3),
                             .glow = glm::dvec3(0),
                             .shadow = 0};
// What Goxel's shadow leaves of all light, in a cast shadow and on faces that
// are turned away.
constexpr double kGoxelCast = 0.76;
constexpr double kGoxelTurnedAway = 0.85;
// What a shadow leaves of the exact colours of Style::kFlat.
constexpr double kFlatCast = 0.5;

// The linear light of one face.
struct FaceSum {
  glm::dvec3 sunlit, shaded;
};
using FaceSums = std::array<FaceSum, 6>;

glm::dvec3 Direction(double azimuth_degrees, double elevation_degrees) {
  const double azimuth = glm::radians(azimuth_degrees);
  const double elevation = glm::radians(elevation_degrees);
  return {std::cos(elevation) * std::sin(azimuth),
          -std::cos(elevation) * std::cos(azimuth), std::sin(elevation)};
}

SunPlace PlaceOfSun(Style style, const LightSettings& settings) {
  SunPlace place = style == Style::kGoxel ? kGoxelSun : kKeyLight;
  const bool is_given = settings.azimuth || settings.elevation;
  if (is_given) {
    place.max_elevation = 90;
    place.follows_camera = false;
  }
  place.azimuth = settings.azimuth.value_or(place.azimuth);
  place.elevation = settings.elevation.value_or(place.elevation);
  place.follows_camera = settings.follows_camera.value_or(place.follows_camera);
  return place;
}

glm::dvec3 ToSun(const SunPlace& place, const Camera& camera) {
  if (!place.follows_camera) return Direction(place.azimuth, place.elevation);
  return Direction(
      camera.azimuth + place.azimuth,
      std::min(camera.elevation + place.elevation, place.max_elevation));
}

glm::dvec3 Sky(const Rig& rig, Face face) {
  if (face == Face::kPlusZ) return rig.up;
  return face == Face::kMinusZ ? rig.down : rig.side;
}

FaceSums Illuminate(const Rig& rig, const LightSettings& settings,
                    const glm::dvec3& to_sun) {
  FaceSums sums;
  for (const Face face : kFaces) {
    const double cosine = glm::dot(NormalOf(face), to_sun);
    const glm::dvec3 around =
        settings.ambient * (Sky(rig, face) + rig.glow * (1 + cosine) / 2.0);
    const glm::dvec3 sun = settings.intensity * rig.sun * std::max(0.0, cosine);
    const double kept = 1 - rig.shadow * settings.shadow;
    sums[IndexOf(face)] = {around + sun, around + sun * kept};
  }
  return sums;
}

FaceSums IlluminateAsGoxel(const LightSettings& settings,
                           const glm::dvec3& to_sun) {
  FaceSums sums = Illuminate(kGoxelLight, settings, to_sun);
  for (const Face face : kFaces) {
    FaceSum& sum = sums[IndexOf(face)];
    if (glm::dot(NormalOf(face), to_sun) > 0) {
      sum.shaded *= glm::mix(1.0, kGoxelCast, settings.shadow);
    } else {
      sum.sunlit *= glm::mix(1.0, kGoxelTurnedAway, settings.shadow);
      sum.shaded = sum.sunlit;
    }
  }
  return sums;
}

FaceSums Flat(const LightSettings& settings, const glm::dvec3& to_sun) {
  FaceSums sums;
  for (const Face face : kFaces) {
    const bool is_turned_away = glm::dot(NormalOf(face), to_sun) <= 0;
    const double kept =
        is_turned_away ? 1 : glm::mix(1.0, kFlatCast, settings.shadow);
    sums[IndexOf(face)] = {glm::dvec3(1), glm::dvec3(kept)};
  }
  return sums;
}

// What is to be white: the light of the brightest face among those that count.
glm::dvec3 Exposure(const FaceSums& sums, const Camera& camera,
                    bool sun_follows) {
  const glm::dvec3 to_viewer(camera.camera_to_world[2]);
  glm::dvec3 brightest(0);
  for (const Face face : kFaces) {
    const double seen =
        glm::clamp(glm::dot(NormalOf(face), to_viewer) / kFullySeen, 0.0, 1.0);
    const glm::dvec3 light =
        sums[IndexOf(face)].sunlit * (sun_follows ? seen : 1.0);
    if (light.g > brightest.g) brightest = light;
  }
  return brightest;
}

FaceLight Encode(const FaceSums& sums, const glm::dvec3& white, double most) {
  const auto encode = [&](const glm::dvec3& light) {
    return glm::vec3(glm::pow(glm::min(light / white, glm::dvec3(most)),
                              glm::dvec3(1 / kDisplayGamma)));
  };
  FaceLight factors;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    factors.sunlit[i] = encode(sums[i].sunlit);
    factors.shaded[i] = encode(sums[i].shaded);
  }
  return factors;
}

}  // namespace

glm::dvec3 NormalOf(Face face) {
  glm::dvec3 normal(0);
  normal[static_cast<int>(AxisOf(face))] = LooksUpAxis(face) ? 1 : -1;
  return normal;
}

Light ResolveLight(Style style, const LightSettings& settings,
                   const Camera& camera) {
  const SunPlace place = PlaceOfSun(style, settings);
  Light light;
  light.to_sun = ToSun(place, camera);
  const double most = std::max({1.0, settings.intensity, settings.ambient});
  if (style == Style::kFlat) {
    light.faces = Encode(Flat(settings, light.to_sun), glm::dvec3(1), 1);
  } else if (style == Style::kGoxel) {
    light.faces =
        Encode(IlluminateAsGoxel(settings, light.to_sun), glm::dvec3(1), most);
  } else {
    const FaceSums plain = Illuminate(kDaylight, {}, light.to_sun);
    light.faces = Encode(Illuminate(kDaylight, settings, light.to_sun),
                         Exposure(plain, camera, place.follows_camera), most);
  }
  return light;
}

}  // namespace goxel
