// The formats without a scene graph or layers of their own: .qb and .txt.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "renderer/formats/qb_format.h"
#include "renderer/formats/text_format.h"
#include "tests/colors.h"
#include "tests/voxel_file_writer.h"

namespace goxel {
namespace {

using testing::HasSubstr;

// ---- .qb ----

struct QbHeader {
  std::uint32_t bgra = 0;
  std::uint32_t right_handed = 0;
  std::uint32_t compressed = 0;
  std::uint32_t visibility_mask = 0;
};

std::string QbFileOf(const QbHeader& header,
                     const std::vector<std::string>& matrices) {
  std::string bytes = Int(0x101) + Raw(header) +
                      Int(static_cast<std::int64_t>(matrices.size()));
  for (const std::string& matrix : matrices) bytes += matrix;
  return bytes;
}

std::string MatrixOf(std::array<std::uint32_t, 3> size,
                     std::array<std::int32_t, 3> position,
                     const std::vector<std::uint32_t>& words) {
  std::string bytes =
      "\x03"
      "box" +
      Raw(size) + Raw(position);
  for (const std::uint32_t word : words) bytes += Raw(word);
  return bytes;
}

Result<Scene> ReadQbFile(const std::string& file,
                         const ReadLimits& limits = {}) {
  return ReadQb(AsBytes(file), limits);
}

constexpr std::uint32_t kOrangeWord = 0xFF0080FFu;  // RGBA FF 80 00 FF

TEST(QbFormat, RawVoxelsRunXFirstThenYThenZ) {
  const auto scene = ReadQbFile(
      QbFileOf({}, {MatrixOf({2, 3, 2}, {10, 20, 30},
                             {0, 0, 0, 0, 0, kOrangeWord, 0, 0, 0, 0, 0, 0})}));

  // The voxel (1, 2, 0), with Y up, at (11, 22, 30).
  ASSERT_TRUE(scene.has_value()) << scene.error().message();
  EXPECT_EQ(scene->layers[0].name, "box");
  EXPECT_EQ(scene->layers[0].volume.CountVoxels(), 1u);
  EXPECT_EQ(scene->layers[0].volume.Get({11, -31, 22}), kOrange);
}

TEST(QbFormat, RightHandedFilesOnlySwapTheAxes) {
  const auto scene = ReadQbFile(QbFileOf(
      {.right_handed = 1}, {MatrixOf({1, 1, 1}, {1, 2, 3}, {kOrangeWord})}));

  ASSERT_TRUE(scene.has_value());
  EXPECT_EQ(scene->layers[0].volume.Get({1, 3, 2}), kOrange);
}

TEST(QbFormat, CompressedSlicesAreUnpacked) {
  const auto scene = ReadQbFile(
      QbFileOf({.compressed = 1},
               {MatrixOf({2, 2, 2}, {0, 0, 0},
                         {2, 3, kOrangeWord, 0, 6, kOrangeWord, 6})}));

  ASSERT_TRUE(scene.has_value());
  const Volume& volume = scene->layers[0].volume;
  EXPECT_EQ(volume.CountVoxels(), 4u);
  EXPECT_EQ(volume.Get({1, -1, 1}), Color{});
  EXPECT_EQ(volume.Get({0, -2, 0}), kOrange);
}

TEST(QbFormat, BgraFilesSwapRedAndBlue) {
  const auto scene = ReadQbFile(
      QbFileOf({.bgra = 1}, {MatrixOf({1, 1, 1}, {0, 0, 0}, {kOrangeWord})}));

  ASSERT_TRUE(scene.has_value());
  EXPECT_EQ(scene->layers[0].volume.Get({0, -1, 0}),
            (Color{0x00, 0x80, 0xFF, 255}));
}

TEST(QbFormat, AlphaOfAVisibilityMaskIsNoColour) {
  const auto scene = ReadQbFile(
      QbFileOf({.visibility_mask = 1},
               {MatrixOf({2, 1, 1}, {0, 0, 0}, {0x020080FFu, 0x000080FFu})}));

  ASSERT_TRUE(scene.has_value());
  EXPECT_EQ(scene->layers[0].volume.CountVoxels(), 1u);
  EXPECT_EQ(scene->layers[0].volume.Get({0, -1, 0}), kOrange);
}

TEST(QbFormat, EveryMatrixIsALayer) {
  const std::string matrix = MatrixOf({1, 1, 1}, {0, 0, 0}, {kOrangeWord});
  const auto scene = ReadQbFile(QbFileOf({}, {matrix, matrix, matrix}));

  ASSERT_TRUE(scene.has_value());
  ASSERT_EQ(scene->layers.size(), 3u);
  EXPECT_EQ(scene->layers[2].id, 3);
  EXPECT_EQ(scene->active_layer, 3);
}

TEST(QbFormat, BrokenFilesAreRefusedByWhatIsWrong) {
  const auto expect = [](const std::string& file, StatusCode code,
                         const std::string& words) {
    const auto scene = ReadQbFile(file);
    ASSERT_FALSE(scene.has_value());
    EXPECT_EQ(scene.error().code(), code);
    EXPECT_THAT(scene.error().message(), HasSubstr(words));
  };
  constexpr std::uint32_t kMany = 0xFFFFFFFFu;
  expect("short", StatusCode::kDataLoss, "Qubicle header");
  expect(QbFileOf({}, {MatrixOf({2, 2, 2}, {0, 0, 0}, {0})}),
         StatusCode::kDataLoss, "needs 4 voxels");
  expect(QbFileOf({}, {MatrixOf({1, kMany, 1}, {0, 0, 0}, {})}),
         StatusCode::kDataLoss, "beyond 32-bit coordinates");
  expect(QbFileOf({.compressed = 1},
                  {MatrixOf({2, 1, 1}, {0, 0, 0}, {2, 3, kOrangeWord, 6})}),
         StatusCode::kDataLoss, "holds 3 voxels");
  expect(QbFileOf({.compressed = 1}, {MatrixOf({1, 1, 1}, {0, 0, 0}, {2, 1})}),
         StatusCode::kDataLoss, "cut off");
  expect(QbFileOf({.compressed = 1},
                  {MatrixOf({40000, 40000, 1}, {0, 0, 0},
                            {2, 1'600'000'000, kOrangeWord, 6})}),
         StatusCode::kTooLarge, "voxels");
}

TEST(QbFormat, HugeEmptyMatricesTakeNoTime) {
  EXPECT_TRUE(
      ReadQbFile(QbFileOf({}, {MatrixOf({0, 5, 2'000'000'000}, {0, 0, 0}, {})}))
          .has_value());
  EXPECT_TRUE(ReadQbFile(QbFileOf({.compressed = 1},
                                  {MatrixOf({40000, 40000, 1}, {0, 0, 0},
                                            {2, 1'600'000'000, 0, 6})}))
                  .has_value());
}

// ---- .txt ----

Result<Scene> ReadTextFile(const std::string& file,
                           const ReadLimits& limits = {}) {
  return ReadText(AsBytes(file), limits);
}

TEST(TextFormat, LinesAreVoxels) {
  const auto scene = ReadTextFile(
      "# Goxel\n"
      "\n"
      "0 0 0 ff8000\n"
      "  -5\t7 2147483647 0A0b0C  \r\n"
      "0 0 0 102030");

  ASSERT_TRUE(scene.has_value());
  const Volume& volume = scene->layers[0].volume;
  EXPECT_EQ(volume.CountVoxels(), 2u);
  EXPECT_EQ(volume.Get({-5, 7, 2147483647}), (Color{10, 11, 12, 255}));
  EXPECT_EQ(volume.Get({0, 0, 0}), (Color{16, 32, 48, 255}));
}

TEST(TextFormat, FileOfCommentsIsAnEmptyScene) {
  const auto scene = ReadTextFile("# nothing\n\n");

  ASSERT_TRUE(scene.has_value());
  EXPECT_TRUE(scene->layers[0].volume.empty());
}

TEST(TextFormat, WrongLineIsNamed) {
  const std::vector<std::string> wrong = {
      "1 2 3",        "1 2 3 ff00",     "1 2 3 ff00ff 4",
      "1 2 x ff00ff", "1.5 2 3 ffffff", "2147483648 0 0 ffffff",
      "1 2 3 -12345", "1 2 3 +12345"};
  for (const std::string& line : wrong) {
    const auto scene = ReadTextFile("# one\n1 2 3 ffffff\n" + line + "\n");
    ASSERT_FALSE(scene.has_value()) << line;
    EXPECT_EQ(scene.error().code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(scene.error().message(), HasSubstr("line 3 is \"" + line));
  }
}

TEST(TextFormat, MessageQuotesNoMoreThanItsReaderWants) {
  const auto scene = ReadTextFile(std::string(100'000, '\x01'));

  ASSERT_FALSE(scene.has_value());
  EXPECT_LT(scene.error().message().size(), 200u);
  EXPECT_THAT(scene.error().message(), HasSubstr("???"));
}

TEST(TextFormat, LimitsAreKept) {
  const std::string file = "0 0 0 ffffff\n100 0 0 ffffff\n";

  EXPECT_TRUE(
      ReadTextFile(file, {.max_voxels = 2, .max_tiles = 2}).has_value());
  EXPECT_EQ(ReadTextFile(file, {.max_voxels = 1}).error().code(),
            StatusCode::kTooLarge);
  EXPECT_EQ(ReadTextFile(file, {.max_tiles = 1}).error().code(),
            StatusCode::kTooLarge);
}

}  // namespace
}  // namespace goxel
