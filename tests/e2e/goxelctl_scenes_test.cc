// goxelctl info, convert and diff, and scenes from stdin.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/e2e/goxelctl_fixture.h"
#include "tests/real_scene_files.h"

namespace goxel {
namespace {

using testing::HasSubstr;

class GoxelctlScenesTest : public GoxelctlTest {
 protected:
  void SetUp() override {
    StartDaemon();
    std::ofstream(home() / "a.txt") << "0 0 0 ff0000\n1 0 0 ff0000\n"
                                       "40 3 -20 00ff00\n";
    std::ofstream(home() / "b.txt") << "0 0 0 ff0000\n1 0 0 fa0000\n"
                                       "40 4 -20 00ff00\n2 0 0 0000ff\n";
  }
};

TEST_F(GoxelctlScenesTest, InfoTellsWhatIsInAFile) {
  const Outcome text = Run("info a.txt");
  const Outcome json = Run("info a.txt --json");

  EXPECT_EQ(text.exit_code, 0) << text.err;
  for (const char* part :
       {"format   txt", "voxels   3", "size     41 x 4 x 21",
        "from (0, 0, -20) to (40, 3, 0)", "layers   1", "colours  2",
        "#FF0000FF   66.7 %  2 voxels", "cameras  0"}) {
    EXPECT_THAT(text.out, HasSubstr(part));
  }
  const JsonReply reply(json.out);
  EXPECT_EQ(reply.Text("/format"), "txt");
  EXPECT_EQ(reply.At("/bounds/size"), "[41,4,21]");
  EXPECT_EQ(reply.Number("/layers/0/voxels"), 3);
  EXPECT_EQ(reply.At("/cameras"), "[]");
}

TEST_F(GoxelctlScenesTest, InfoReadsEveryRealFile) {
  const auto files = RealSceneFiles();
  if (files.empty()) GTEST_SKIP() << "no files in " << GOXEL_DATA_DIR;

  for (const auto& file : files) {
    const Outcome outcome = Run("info --json '" + file.string() + "'");
    EXPECT_EQ(outcome.exit_code, 0) << file << outcome.err;
    EXPECT_GT(JsonReply(outcome.out).Number("/voxels"), 0) << file;
  }
}

TEST_F(GoxelctlScenesTest, AnEmptySceneHasNoBounds) {
  std::ofstream(home() / "empty.txt") << "# no voxels\n";

  const Outcome text = Run("info empty.txt");
  if (text.exit_code != 0) GTEST_SKIP() << "refused: " << text.err;

  EXPECT_THAT(text.out, HasSubstr("size     empty"));
  EXPECT_THAT(Run("info empty.txt --json").out, HasSubstr("\"bounds\":null"));
}

TEST_F(GoxelctlScenesTest, AnySceneCanComeFromStdin) {
  EXPECT_THAT(Run("info - --json <a.txt").out, HasSubstr("\"voxels\":3"));
  ASSERT_EQ(Run("render a.txt --size 64x64 -o file.png").exit_code, 0);
  ASSERT_EQ(Run("render - --size 64x64 -o '{scene}.png' <a.txt").exit_code, 0);
  EXPECT_EQ(Run("diff file.png stdin.png").exit_code, 0);
  EXPECT_EQ(Run("diff a.txt - <a.txt").exit_code, 0);
  EXPECT_EQ(Run("info - </dev/null").exit_code, 1);
}

TEST_F(GoxelctlScenesTest, ConvertedScenesAreTheSame) {
  for (const char* name : {"c.gox", "c.vox", "c.qb", "c.txt"}) {
    const std::string file = name;
    const Outcome outcome = Run("convert a.txt " + file);
    EXPECT_EQ(outcome.exit_code, 0) << file << outcome.err;
    EXPECT_EQ(Run("diff a.txt " + file).exit_code, 0) << file;
  }
}

TEST_F(GoxelctlScenesTest, ConvertTellsEveryFileThatItWrote) {
  const Outcome text = Run("convert a.txt mesh.obj");
  const Outcome json = Run("convert a.txt '{scene}.ply' --json");

  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.err, HasSubstr("mesh.obj"));
  EXPECT_THAT(text.err, HasSubstr("mesh.mtl"));
  EXPECT_EQ(JsonReply(json.out).Text("/output"), "a.ply");
  EXPECT_TRUE(std::filesystem::exists(home() / "a.ply"));
}

TEST_F(GoxelctlScenesTest, ConvertSaysWhatIsLost) {
  const Outcome outcome = Run("convert builtin:demo lost.pov --json");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(JsonReply(outcome.out).Has("/reply/warnings"));
}

TEST_F(GoxelctlScenesTest, ConvertWritesToStdoutInAFormatThatIsGiven) {
  const Outcome outcome = Run("convert b.txt - --format gox");

  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  std::ofstream(home() / "piped.gox", std::ios::binary) << outcome.out;
  EXPECT_EQ(Run("diff b.txt piped.gox").exit_code, 0);
  EXPECT_EQ(Run("convert b.txt - --format obj").exit_code, 1);
  EXPECT_TRUE(std::filesystem::is_empty(temporary()));
}

TEST_F(GoxelctlScenesTest, ConvertRefusesWhatItCannotWrite) {
  EXPECT_EQ(Run("convert a.txt -").exit_code, 2);
  EXPECT_EQ(Run("convert a.txt c.vox --format nothing").exit_code, 2);
  EXPECT_EQ(Run("convert a.txt").exit_code, 2);
  EXPECT_EQ(Run("convert a.txt c.kvx").exit_code, 1);
  EXPECT_EQ(Run("convert a.txt nowhere/c.vox").exit_code, 1);
  EXPECT_EQ(Run("convert missing.txt c.vox").exit_code, 1);
}

TEST_F(GoxelctlScenesTest, DiffCountsVoxelsThatAreAddedRemovedAndRecoloured) {
  const Outcome text = Run("diff a.txt b.txt");
  const JsonReply json(Run("diff a.txt b.txt --json").out);

  EXPECT_EQ(text.exit_code, 5);
  EXPECT_EQ(text.out,
            "4 voxels differ: 2 added, 1 removed, 1 of another colour, by 5 of "
            "255 at most\n");
  EXPECT_EQ(json.Text("/kind"), "scenes");
  EXPECT_EQ(json.Number("/changed"), 4);
  EXPECT_EQ(json.Number("/worst_channel"), 5);
  EXPECT_EQ(Run("diff a.txt a.txt").exit_code, 0);
}

TEST_F(GoxelctlScenesTest, DiffAllowsWhatThresholdAndToleranceSay) {
  EXPECT_EQ(Run("diff a.txt b.txt --threshold 3").exit_code, 5);
  EXPECT_EQ(Run("diff a.txt b.txt --threshold 4").exit_code, 0);
  EXPECT_EQ(Run("diff a.txt b.txt --threshold 3 --tolerance 5").exit_code, 0);
  EXPECT_EQ(Run("diff a.txt b.txt --threshold 3 --tolerance 4").exit_code, 5);
}

// More voxels than one page of the reply has.
TEST_F(GoxelctlScenesTest, DiffSeesOneVoxelOfMany) {
  std::ofstream first(home() / "many1.txt");
  std::ofstream second(home() / "many2.txt");
  for (int i = 0; i < 250'000; ++i) {
    const std::string place = std::to_string(i % 97) + " " +
                              std::to_string(i / 97 % 89 - 40) + " " +
                              std::to_string(i / (97 * 89));
    first << place << " 808080\n";
    second << place << (i == 240'000 ? " 808081\n" : " 808080\n");
  }
  first.close();
  second.close();

  const JsonReply json(Run("diff many1.txt many2.txt --json").out);

  EXPECT_EQ(json.Number("/changed"), 1);
  EXPECT_EQ(json.Number("/recolored"), 1);
}

TEST_F(GoxelctlScenesTest, DiffShowsThePixelsThatDifferInRed) {
  ASSERT_EQ(Run("render a.txt --style flat --size 64x64 -o a.png").exit_code,
            0);
  ASSERT_EQ(Run("render b.txt --style flat --size 64x64 -o b.png").exit_code,
            0);

  const Outcome outcome = Run("diff a.png b.png -o d.png --json");

  EXPECT_EQ(outcome.exit_code, 5) << outcome.err;
  const JsonReply json(outcome.out);
  EXPECT_EQ(json.Number("/pixels"), 64 * 64);
  EXPECT_GT(json.Number("/changed"), 0);
  // A picture differs from its own difference, but not from itself.
  EXPECT_EQ(Run("diff d.png d.png").exit_code, 0);
  EXPECT_EQ(Run("diff a.png d.png").exit_code, 5);
  EXPECT_EQ(Run("diff a.png b.png --threshold 4096").exit_code, 0);
  EXPECT_EQ(Run("diff a.png b.png --tolerance 255").exit_code, 0);
}

TEST_F(GoxelctlScenesTest, DiffRefusesWhatCannotBeCompared) {
  ASSERT_EQ(Run("render a.txt --size 64x64 -o a.png").exit_code, 0);
  ASSERT_EQ(Run("render a.txt --size 32x64 -o narrow.png").exit_code, 0);
  std::ofstream(home() / "cut.png", std::ios::binary)
      << ReadFile(home() / "a.png").substr(0, 60);

  EXPECT_EQ(Run("diff a.png a.txt").exit_code, 2);
  EXPECT_EQ(Run("diff a.txt b.txt -o d.png").exit_code, 2);
  EXPECT_EQ(Run("diff a.png a.png -o -").exit_code, 2);
  EXPECT_EQ(Run("diff a.png cut.png").exit_code, 1);
  EXPECT_EQ(Run("diff a.txt missing.txt").exit_code, 1);
  const Outcome missing = Run("diff none.png a.png -o d.png");
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("'none.png' cannot be read as a PNG"));
  const Outcome sizes = Run("diff a.png narrow.png");
  EXPECT_EQ(sizes.exit_code, 5);
  EXPECT_THAT(sizes.err, HasSubstr("32 x 64"));
}

}  // namespace
}  // namespace goxel
