// goxelctl as a person or a script runs it, against the real daemon.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "tests/e2e/goxelctl_fixture.h"

namespace goxel {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr char kPngStart[] = "\x89PNG\r\n";

TEST_F(GoxelctlTest, WrongUseIsExitCode2) {
  for (const char* arguments :
       {"",
        "dance",
        "render",
        "render a.vox --size big",
        "render a.vox -o x.gif",
        "render a.vox --size 0x5",
        "render a.vox --mode fast",
        "render a.vox --mode fd",
        "render a.vox --mode mmap -o x.png",
        "render a.vox -o - --json",
        "render a.vox --camera top --azimuth 3",
        "render a.vox --ttl -1",
        "render a.vox --style toon",
        "render a.vox --samples 2",
        "render a.vox --shadows hard",
        "render a.vox --light 30",
        "render a.vox --background blue",
        "render a.vox --outline",
        "render a.vox --matrix nowhere.txt",
        "render a.vox --stored-camera hero --matrix pose.txt",
        "show",
        "show 12",
        "ping -n 0"}) {
    const Outcome outcome = Run(arguments);

    EXPECT_EQ(outcome.exit_code, 2) << arguments;
    EXPECT_THAT(outcome.out, IsEmpty()) << arguments;
    EXPECT_NE(outcome.err, "") << arguments;
  }
}

TEST_F(GoxelctlTest, HelpAndVersionAreExitCode0) {
  EXPECT_EQ(Run("--help").exit_code, 0);
  EXPECT_EQ(Run("render --help").exit_code, 0);
  EXPECT_THAT(Run("--version").out, StartsWith("goxelctl version "));
}

TEST_F(GoxelctlTest, WithoutDaemonIsExitCode3AndSaysHowToStartIt) {
  for (const char* arguments : {"ping", "render builtin:demo", "ls"}) {
    const Outcome outcome = Run(arguments);

    EXPECT_EQ(outcome.exit_code, 3) << arguments;
    EXPECT_THAT(outcome.out, IsEmpty()) << arguments;
  }
  EXPECT_THAT(Run("ping").err, HasSubstr("goxel-daemon --socket " + socket()));
}

TEST_F(GoxelctlTest, PingPrintsTheLatency) {
  StartDaemon();

  EXPECT_THAT(Run("ping").out, StartsWith("pong from " + socket()));
  EXPECT_THAT(Run("ping --count 5 --json").out, StartsWith("{\"count\":5,"));
}

TEST_F(GoxelctlTest, RenderWritesThePictureWhereAsked) {
  StartDaemon();

  const Outcome outcome = Run("render builtin:demo -o a.png --size 64x48");

  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, IsEmpty());
  const std::string png = ReadFile(home() / "a.png");
  EXPECT_THAT(png, StartsWith(kPngStart));
  // Big-endian width and height, at fixed places in every PNG.
  EXPECT_EQ(png.substr(16, 8), std::string("\0\0\0\x40\0\0\0\x30", 8));
}

TEST_F(GoxelctlTest, RenderWithoutOutputPrintsThePath) {
  StartDaemon();

  const Outcome outcome = Run("render builtin:demo --size 64x48");

  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  ASSERT_THAT(outcome.out, StartsWith(renders() + "/render_"));
  const std::string path = outcome.out.substr(0, outcome.out.size() - 1);
  EXPECT_THAT(ReadFile(path), StartsWith(kPngStart));
}

TEST_F(GoxelctlTest, RenderToStdoutWritesNothingElseThere) {
  StartDaemon();
  ASSERT_EQ(Run("render builtin:demo --size 64x48 -o a.png").exit_code, 0);

  EXPECT_EQ(Run("render builtin:demo --size 64x48 -o -").out,
            ReadFile(home() / "a.png"));
}

TEST_F(GoxelctlTest, RenderLeavesTheProjectOfOthersAlone) {
  StartDaemon();
  SocketClient client(socket());
  Call(client, "goxel.create_project", R"(["theirs"])");
  Call(client, "goxel.add_voxel", "[1,2,3,4,5,6]");

  ASSERT_EQ(Run("render builtin:demo --size 64x48").exit_code, 0);

  EXPECT_EQ(Call(client, "goxel.get_voxel", "[1,2,3]").At("/result/color"),
            "[4,5,6,255]");
}

TEST_F(GoxelctlTest, TwoRendersAtOnceDoNotMixTheirScenes) {
  StartDaemon();
  std::ofstream(home() / "red.txt") << "0 0 0 ff0000\n";
  std::ofstream(home() / "blue.txt") << "0 0 0 0000ff\n";
  const auto draw = [&](const std::string& color) {
    return Run("render " + color + ".txt --mode fd --size 64x64 -o " + color +
               ".pam");
  };
  draw("red");
  draw("blue");
  const std::string red = ReadFile(home() / "red.pam");
  const std::string blue = ReadFile(home() / "blue.pam");
  ASSERT_NE(red, blue);

  for (int round = 0; round < 10; ++round) {
    std::thread other([&] { draw("blue"); });
    draw("red");
    other.join();

    EXPECT_EQ(ReadFile(home() / "red.pam"), red) << "round " << round;
    EXPECT_EQ(ReadFile(home() / "blue.pam"), blue) << "round " << round;
  }
}

TEST_F(GoxelctlTest, EveryModeGivesTheSamePixels) {
  StartDaemon();
  const std::string scene = "render builtin:demo --size 64x48 --camera front ";
  ASSERT_EQ(Run(scene + "-o file.ppm").exit_code, 0);
  ASSERT_EQ(Run(scene + "-o mmap.pam --mode mmap").exit_code, 0);
  ASSERT_EQ(Run(scene + "-o fd.pam --mode fd").exit_code, 0);

  const std::string pam = ReadFile(home() / "mmap.pam");
  EXPECT_EQ(pam, ReadFile(home() / "fd.pam"));
  constexpr std::size_t kPixels = 64 * 48;
  const std::string rgba = pam.substr(pam.size() - kPixels * 4);
  std::string rgb;
  for (std::size_t i = 0; i < kPixels; ++i) rgb += rgba.substr(i * 4, 3);
  const std::string ppm = ReadFile(home() / "file.ppm");
  EXPECT_TRUE(ppm.ends_with(rgb));
}

// Each flag is the parameter that it stands for: the picture of the other way
// round, and not the picture without it.
TEST_F(GoxelctlTest, EveryFlagOfTheViewChangesThePicture) {
  StartDaemon();
  const std::string scene = "render builtin:demo --size 64x48 --mode fd ";
  const auto picture = [&](const std::string& flags) {
    const Outcome outcome = Run(scene + "-o view.pam " + flags);
    EXPECT_EQ(outcome.exit_code, 0) << flags << ": " << outcome.err;
    return ReadFile(home() / "view.pam");
  };
  std::ofstream(home() / "pose.txt") << "1 0 0 10\n0 1 0 10\n0 0 1 200\n"
                                        "0 0 0 1\n";
  const std::string plain = picture("");

  for (const char* flags :
       {"--style flat", "--shadows off", "--no-ao", "--samples 9",
        "--outline 2", "--ground", "--background '#ff0000'",
        "--background-bottom 00ff0080", "--transparent", "--light 100,20",
        "--camera dimetric", "--azimuth 3", "--elevation 3", "--roll 30",
        "--fov 60", "--ortho", "--matrix pose.txt"}) {
    EXPECT_NE(picture(flags), plain) << flags;
  }
  EXPECT_EQ(picture("--style default --shadows fast --ao --samples 4 "
                    "--background f0f0f0 --camera isometric --fov 20"),
            plain);
}

TEST_F(GoxelctlTest, ACameraThatTheFileDoesNotHaveIsAnError) {
  StartDaemon();

  const Outcome outcome =
      Run("render builtin:demo -o a.png --stored-camera hero");

  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("hero"));
}

TEST_F(GoxelctlTest, RenderSaysEverythingInJson) {
  StartDaemon();

  const Outcome outcome = Run("render builtin:demo --size 64x48 --json");

  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, StartsWith("{\"output\":null,\"reply\":{"));
  EXPECT_EQ(IdIn(outcome.out).size(), 16u);
}

TEST_F(GoxelctlTest, ASceneThatIsNotThereIsExitCode1) {
  StartDaemon();

  const Outcome outcome = Run("render missing.vox -o a.png");

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr((home() / "missing.vox").string()));
  EXPECT_FALSE(std::filesystem::exists(home() / "a.png"));
}

TEST_F(GoxelctlTest, ARefusedRenderIsExitCode4) {
  StartDaemon();

  const Outcome outcome = Run("render builtin:demo --size 99999x10 -o a.png");

  EXPECT_EQ(outcome.exit_code, 4);
  EXPECT_THAT(outcome.err, HasSubstr("99999"));
  EXPECT_FALSE(std::filesystem::exists(home() / "a.png"));
}

TEST_F(GoxelctlTest, AnOutputThatCannotBeWrittenLeavesNothingBehind) {
  StartDaemon();
  std::filesystem::create_directory(home() / "taken.png");

  const Outcome outcome = Run("render builtin:demo --size 64x48 -o taken.png");

  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("taken.png"));
  for (const auto& entry : std::filesystem::directory_iterator(home())) {
    EXPECT_FALSE(entry.path().filename().native().starts_with(".goxelctl"));
  }
}

TEST_F(GoxelctlTest, ListsAndShowsRendersWhileTheDaemonLivesAndAfter) {
  StartDaemon();
  const std::string id =
      IdIn(Run("render builtin:demo --size 64x48 --json").out);
  const std::string alive = Run("ls").out;

  StopDaemon();
  const Outcome down = Run("ls");

  EXPECT_THAT(alive, HasSubstr(id));
  EXPECT_EQ(down.exit_code, 0);
  EXPECT_THAT(down.out, HasSubstr(id));
  EXPECT_THAT(down.err, HasSubstr("no daemon serves"));
  EXPECT_THAT(Run("ls --json").out, HasSubstr("\"daemon_alive\":false"));
  EXPECT_THAT(Run("show " + id).out, HasSubstr("64 x 48"));
  EXPECT_THAT(Run("show " + id + " --json").out, HasSubstr("\"width\":64"));
  EXPECT_EQ(Run("show 00000000deadbeef").exit_code, 1);
}

TEST_F(GoxelctlTest, ShowsARenderByItsPath) {
  StartDaemon();
  std::string path = Run("render builtin:demo --size 64x48").out;
  path.pop_back();

  const Outcome outcome = Run("show " + path + " --dir /nonexistent");

  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr(path));
}

TEST_F(GoxelctlTest, AnotherProcessMapsTheRenderWithoutACopy) {
  StartDaemon();
  const Outcome rendered = Run("render builtin:demo --size 64x48 --mode mmap");
  ASSERT_EQ(rendered.exit_code, 0) << rendered.err;
  const std::string path = rendered.out.substr(0, rendered.out.size() - 1);

  const std::string command = std::string(GOXEL_MAP_EXAMPLE_BINARY) + " '" +
                              renders() + "' '" + path + "' >'" +
                              (home() / "map.txt").string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);

  const std::string report = ReadFile(home() / "map.txt");
  EXPECT_THAT(report, HasSubstr("64 x 48 pixels, stride 256"));
  // The mapping that holds the pixels is one of the render's own file.
  EXPECT_THAT(report, HasSubstr(path));
}

}  // namespace
}  // namespace goxel
