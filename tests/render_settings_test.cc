#include "renderer/render_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

namespace goxel {
namespace {

using testing::HasSubstr;

struct Member {
  const char* name;
  double min;
  double max;
  std::function<void(RenderSettings&, double)> set;
};

const Member kMembers[] = {
    {"light.elevation", -90, 90,
     [](RenderSettings& s, double v) { s.light.elevation = v; }},
    {"light.intensity", 0, 10,
     [](RenderSettings& s, double v) { s.light.intensity = v; }},
    {"light.ambient", 0, 10,
     [](RenderSettings& s, double v) { s.light.ambient = v; }},
    {"light.shadow", 0, 1,
     [](RenderSettings& s, double v) { s.light.shadow = v; }},
    {"outline.width", 0.5, 16,
     [](RenderSettings& s, double v) { s.outline = Outline{.width = v}; }}};

TEST(RenderSettingsCheck, DefaultsAreValid) {
  EXPECT_TRUE(CheckSettings({}).ok());
}

TEST(RenderSettingsCheck, EveryNumberIsTakenUpToItsBoundsAndNamedBeyond) {
  for (const Member& member : kMembers) {
    SCOPED_TRACE(member.name);
    for (const double value : {member.min, member.max}) {
      RenderSettings settings;
      member.set(settings, value);
      EXPECT_TRUE(CheckSettings(settings).ok()) << value;
    }
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    for (const double value :
         {member.min - 0.01, member.max + 0.01, kInfinity, -kInfinity,
          std::numeric_limits<double>::quiet_NaN()}) {
      RenderSettings settings;
      member.set(settings, value);
      const Status status = CheckSettings(settings);
      EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << value;
      EXPECT_THAT(status.message(), HasSubstr(member.name));
      EXPECT_THAT(status.message(), HasSubstr("give a number from"));
    }
  }
}

TEST(RenderSettingsCheck, AzimuthIsAnyAngleThatIsOne) {
  RenderSettings settings;
  settings.light.azimuth = -7200.5;
  EXPECT_TRUE(CheckSettings(settings).ok());
  settings.light.azimuth = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(CheckSettings(settings).message(), HasSubstr("light.azimuth"));
}

TEST(RenderSettingsCheck, PixelHasOneToThreeSamplesOnASide) {
  for (const int side : {1, 2, 3}) {
    EXPECT_TRUE(CheckSettings({.samples_per_side = side}).ok());
  }
  for (const int side : {-1, 0, 4}) {
    const Status status = CheckSettings({.samples_per_side = side});
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(status.message(), HasSubstr(std::to_string(side) + " samples"));
    EXPECT_THAT(status.message(), HasSubstr("give 1 to 3"));
  }
}

}  // namespace
}  // namespace goxel
