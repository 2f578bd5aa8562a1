// goxelctl turntable and sheet.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/e2e/goxelctl_fixture.h"

namespace goxel {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::size_t Count(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST_F(GoxelctlTest, TurntableWritesAFileForEachFrameByTheTemplate) {
  StartDaemon();

  const Outcome outcome =
      Run("turntable builtin:demo -n 4 --size 64x48 --azimuth 0 -o "
          "'{scene}_{azimuth:03}_{index}_{width}x{height}.png'");

  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const char* name : {"demo_000_0_64x48.png", "demo_090_1_64x48.png",
                           "demo_180_2_64x48.png", "demo_270_3_64x48.png"}) {
    EXPECT_THAT(ReadFile(home() / name), HasSubstr("IHDR")) << name;
  }
  EXPECT_NE(Run("diff demo_000_0_64x48.png demo_090_1_64x48.png").exit_code, 0);
}

TEST_F(GoxelctlTest, FramesAreTheRendersOfTheirAngles) {
  StartDaemon();
  ASSERT_EQ(Run("turntable builtin:demo -n 2 --size 64x64 --azimuth 90 "
                "--elevation 20 --clockwise -o '{azimuth}.png' --style flat")
                .exit_code,
            0);

  ASSERT_EQ(Run("turntable builtin:demo -n 4 --size 64x64 --azimuth 180 "
                "--elevation 20 -o 'ccw_{azimuth}.png' --style flat")
                .exit_code,
            0);

  EXPECT_EQ(Run("diff 90.png ccw_90.png --tolerance 1").exit_code, 0);
  EXPECT_EQ(Run("diff 270.png ccw_270.png --tolerance 1").exit_code, 0);
  EXPECT_EQ(Run("diff 90.png ccw_270.png").exit_code, 5);
}

TEST_F(GoxelctlTest, TurntableTellsEachFrameInALineOfJson) {
  StartDaemon();

  const Outcome outcome =
      Run("turntable builtin:demo -n 3 --size 64x64 -o 'f{index}.png' --json");

  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(Count(outcome.out, "\n"), 3u);
  EXPECT_EQ(Count(outcome.out, "{\"output\":\"f"), 3u);
}

TEST_F(GoxelctlTest, TurntableToStdoutIsOnePictureAfterTheOther) {
  StartDaemon();

  const Outcome outcome =
      Run("turntable builtin:demo -n 5 --size 64x64 --azimuth 0 -o -");
  ASSERT_EQ(Run("turntable builtin:demo -n 5 --size 64x64 --azimuth 0 "
                "-o '{index}.png'")
                .exit_code,
            0);

  EXPECT_EQ(Count(outcome.out, "IHDR"), 5u);
  std::string pixels;
  std::string expected;
  for (int i = 0; i < 5; ++i) {
    const std::string png = ReadFile(home() / (std::to_string(i) + ".png"));
    expected += png.substr(png.find("IDAT"));
  }
  for (auto at = outcome.out.find("IDAT"); at != std::string::npos;) {
    const auto next = outcome.out.find("\x89PNG", at);
    pixels += outcome.out.substr(at, next - at);
    at = outcome.out.find("IDAT", next);
  }
  EXPECT_EQ(pixels == expected, true);
}

TEST_F(GoxelctlTest, TemplatesThatCannotBeFilledAreExitCode2) {
  const Outcome unknown = Run("turntable builtin:demo -o '{angle}.png'");
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("{angle}"));
  EXPECT_THAT(unknown.err, HasSubstr("{azimuth}"));
  const Outcome same = Run("turntable builtin:demo -n 720 -o '{azimuth}.png'");
  EXPECT_EQ(same.exit_code, 2);
  EXPECT_THAT(same.err, HasSubstr("{index:03}"));
  for (const char* arguments :
       {"turntable builtin:demo -o '{index:3}.png'",
        "turntable builtin:demo -o '{scene:03}{index}.png'",
        "turntable builtin:demo -o '{index.png'",
        "turntable builtin:demo -o 'index}.png'",
        "turntable builtin:demo -o '{index}.gif'",
        "turntable builtin:demo -o one.png", "turntable builtin:demo -n 0",
        "turntable builtin:demo -o - --json",
        "render builtin:demo -o '{index}.png'",
        "sheet builtin:demo --presets nowhere -o a.png",
        "sheet builtin:demo -o - --json"}) {
    EXPECT_EQ(Run(arguments).exit_code, 2) << arguments;
  }
}

TEST_F(GoxelctlTest, BracketsCanBePartOfAName) {
  StartDaemon();

  ASSERT_EQ(
      Run("render builtin:demo --size 64x64 -o '{{{scene}}}.png'").exit_code,
      0);

  EXPECT_TRUE(std::filesystem::exists(home() / "{demo}.png"));
}

TEST_F(GoxelctlTest, AFrameThatCannotBeWrittenIsAnErrorAndLeavesNothing) {
  StartDaemon();
  std::filesystem::create_directory(home() / "f1.png");

  const Outcome outcome =
      Run("turntable builtin:demo -n 2 --size 64x64 -o 'f{index}.png'");

  EXPECT_EQ(outcome.exit_code, 4);
  EXPECT_THAT(outcome.err, HasSubstr("f1.png"));
  for (const auto& entry : std::filesystem::directory_iterator(home())) {
    EXPECT_FALSE(entry.path().filename().native().starts_with(".goxelctl"));
  }
}

TEST_F(GoxelctlTest, ADaemonThatMayNotWriteThereHasItsFramesCopied) {
  StartDaemon({"--allowed-output-roots", "/nonexistent"});

  const Outcome outcome =
      Run("turntable builtin:demo -n 2 --size 64x64 -o 'f{index}.png'");

  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(ReadFile(home() / "f1.png"), HasSubstr("IHDR"));
  // One frame more than the directory has room for.
  const Outcome too_many =
      Run("turntable builtin:demo -n 101 --size 64x64 -o 'f{index}.png'");
  EXPECT_EQ(too_many.exit_code, 4);
  EXPECT_THAT(too_many.err, HasSubstr("/nonexistent"));
}

TEST_F(GoxelctlTest, SheetPutsThePresetsIntoOnePicture) {
  StartDaemon();

  const Outcome written =
      Run("sheet builtin:demo --presets front,top --columns 2 --gap 4 "
          "--no-labels --size 64x48 -o sheet.png");
  const Outcome told = Run("sheet builtin:demo --size 64x48 --json");

  ASSERT_EQ(written.exit_code, 0) << written.err;
  // Two views, and a gap before, between and behind them.
  EXPECT_EQ(ReadFile(home() / "sheet.png").substr(16, 8),
            std::string("\0\0\0\x8c\0\0\0\x38", 8));
  EXPECT_EQ(told.exit_code, 0) << told.err;
  EXPECT_THAT(told.out, StartsWith("{\"output\":null,\"reply\":{"));
}

}  // namespace
}  // namespace goxel
