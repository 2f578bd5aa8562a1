#include "renderer/render_settings.h"

#include <fmt/format.h>

namespace goxel {
namespace {

constexpr double kMaxElevation = 90;  // Degrees.

struct Number {
  const char* name;
  double value;
  double min;
  double max;
};

// Comparisons with NaN are false, so that it is refused, too.
Status Check(const Number& number) {
  if (number.value >= number.min && number.value <= number.max) return {};
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("{} is {}; give a number from {} to {}", number.name,
                          number.value, number.min, number.max));
}

Status CheckLight(const LightSettings& light) {
  // An azimuth may be any angle that is one.
  constexpr double kAnyAngle = 1e9;
  for (const Number& number :
       {Number{"light.azimuth", light.azimuth.value_or(0), -kAnyAngle,
               kAnyAngle},
        Number{"light.elevation", light.elevation.value_or(0), -kMaxElevation,
               kMaxElevation},
        Number{"light.intensity", light.intensity, 0, kMaxLightFactor},
        Number{"light.ambient", light.ambient, 0, kMaxLightFactor},
        Number{"light.shadow", light.shadow, 0, 1}}) {
    if (Status status = Check(number); !status.ok()) return status;
  }
  return {};
}

}  // namespace

Status CheckSettings(const RenderSettings& settings) {
  if (Status status = CheckLight(settings.light); !status.ok()) return status;
  if (settings.outline) {
    Status status = Check({"outline.width", settings.outline->width,
                           kMinOutlineWidth, kMaxOutlineWidth});
    if (!status.ok()) return status;
  }
  const int side = settings.samples_per_side;
  if (side >= 1 && side <= kMaxSamplesPerSide) return {};
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("{} samples on each side of a pixel; give 1 to {}",
                          side, kMaxSamplesPerSide));
}

}  // namespace goxel
