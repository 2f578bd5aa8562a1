// Whatever the bytes, a reader gives a scene or says what is wrong; it never
// crashes, hangs or takes much memory. Worth most under the sanitizers.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "renderer/formats/scene_file.h"
#include "tests/voxel_file_writer.h"

namespace goxel {
namespace {

// Small enough that a scene of this size costs a test nothing.
constexpr ReadLimits kLimits = {
    .max_file_bytes = 1 << 20, .max_voxels = 1 << 18, .max_tiles = 256};

// Reads in every format and follows all that a scene leads to.
void ReadAsEachFormat(const std::string& bytes) {
  for (const SceneFormat format :
       {SceneFormat::kVox, SceneFormat::kGox, SceneFormat::kQb,
        SceneFormat::kTxt, SceneFormat::kPly, SceneFormat::kObj}) {
    const Result<Scene> scene = ReadScene(AsBytes(bytes), format, kLimits);
    if (!scene) {
      EXPECT_FALSE(scene.error().message().empty());
      continue;
    }
    EXPECT_NE(scene->FindLayer(scene->active_layer), nullptr);
    const Volume volume = Composite(*scene);
    EXPECT_LE(volume.CountTiles(), kLimits.max_tiles);
  }
}

std::string ReadBytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A .gox with every kind of chunk and layer.
std::string RichGoxFile() {
  const Matrix4 moved = TranslationMatrix(5, 6, 7);
  return GoxFileOf(
      2,
      {GoxChunk("IMG ",
                GoxDictOf({{"box", Raw(BoxMatrix({16, 16, 16}, {0, 0, 16}))}})),
       BlockOf(Color{255, 0, 0, 255}), BlockOf(Color{0, 9, 0, 90}),
       GoxChunk("MATE", GoxDictOf({{"name", "m"}, {"metallic", Raw(1.0f)}})),
       LayerOf({{0, 0, 0, 0}, {1, 3, 3, 3}}, {{"name", "a"}, {"id", Int(1)}}),
       LayerOf({}, {{"id", Int(2)}, {"base_id", Int(1)}, {"mat", Raw(moved)}}),
       LayerOf({}, {{"id", Int(3)},
                    {"shape", "sphere"},
                    {"mode", Int(1)},
                    {"mat", Raw(BoxMatrix({6, 6, 6}, {0, 0, 8}))}}),
       GoxChunk("CAMR", GoxDictOf({{"dist", Raw(5.0f)}, {"active", ""}})),
       GoxChunk("LIGH", GoxDictOf({{"yaw", Raw(0.5f)}}))});
}

// A .vox with a graph, a hidden layer, a palette and a material.
std::string RichVoxFile() {
  return VoxFileOf(
      200,
      {ModelOf({4, 5, 6}, {{0, 0, 0, 1}, {3, 4, 5, 2}}),
       ModelOf({1, 1, 1}, {{0, 0, 0, 3}}),
       TransformOf(0, 1, {{"_r", "17"}, {"_t", "1 2 3"}}),
       GroupOf(1, {2, 3, 4}), TransformOf(2, 5, {{"_t", "9 9 9"}}),
       TransformOf(3, 5, {}, {{"_hidden", "1"}}),
       TransformOf(4, 6, {}, {{"_name", "x"}}, 2), ShapeOf(5, 0), ShapeOf(6, 1),
       VoxChunk("LAYR", Int(2) + VoxDictOf({{"_hidden", "1"}}) + Int(-1)),
       VoxChunk("RGBA", std::string(1024, '\x42')),
       VoxChunk("MATL", Int(1) + VoxDictOf({{"_type", "_metal"}}))});
}

// A .ply with a colour, an element to skip, a rectangle and two triangles.
std::string RichPlyFile() {
  return "ply\nformat ascii 1.0\ncomment c\nelement vertex 4\n"
         "property float x\nproperty float y\nproperty float z\n"
         "property uchar red\nproperty uchar green\nproperty uchar blue\n"
         "element edge 1\nproperty int a\nelement face 3\n"
         "property list uchar int vertex_indices\nend_header\n"
         "0 1 0 255 0 0\n20 1 0 255 0 0\n20 1 -1 255 0 0\n0 1 -1 255 0 0\n"
         "7\n4 0 1 2 3\n3 0 1 2\n3 0 2 3\n";
}

// An .obj with objects, colours at corners and every way to name a corner.
std::string RichObjFile() {
  return "# c\no a\nv 0 1 0 1 0.5 0\nv 1 1 0 1 0.5 0\nv 1 1 -1\n"
         "v 0 1 -1 1\nvn 0 1 0\nf 1//1 2//1 3/1 4\no b\ng g\n"
         "f -4 -3 -2\nf 1 3 4\n";
}

// Our own files, and the real ones that are small.
std::vector<std::string> Samples() {
  std::vector<std::string> samples = {RichGoxFile(), RichVoxFile(),
                                      RichPlyFile(), RichObjFile(),
                                      "# c\n1 2 3 ffffff\n-4 5 6 00ff00\n"};
  for (const char* name :
       {"vengi_rgb.gox", "vengi_shape3.gox", "vengi_rgb.vox", "vengi_rgb.qb",
        "floooh_cassette.vox", "mmmm_chr_cop1.vox"}) {
    const std::string bytes =
        ReadBytes(std::filesystem::path(GOXEL_DATA_DIR) / name);
    if (!bytes.empty()) samples.push_back(bytes);
  }
  return samples;
}

TEST(HostileSceneFile, OursAreValidBeforeTheyAreBroken) {
  EXPECT_TRUE(ReadScene(AsBytes(RichGoxFile()), SceneFormat::kGox, kLimits)
                  .has_value());
  EXPECT_TRUE(ReadScene(AsBytes(RichVoxFile()), SceneFormat::kVox, kLimits)
                  .has_value());
  EXPECT_TRUE(ReadScene(AsBytes(RichPlyFile()), SceneFormat::kPly, kLimits)
                  .has_value());
  EXPECT_TRUE(ReadScene(AsBytes(RichObjFile()), SceneFormat::kObj, kLimits)
                  .has_value());
}

TEST(HostileSceneFile, CutOffAnywhereIsHandled) {
  for (const std::string& sample : Samples()) {
    const std::size_t step = sample.size() / 700 + 1;
    for (std::size_t size = 0; size < sample.size(); size += step) {
      // A copy of its own size, so that a sanitizer sees one byte too many.
      ReadAsEachFormat(sample.substr(0, size));
    }
  }
}

TEST(HostileSceneFile, FlippedBitsAreHandled) {
  std::mt19937 random(20240229);
  for (const std::string& sample : Samples()) {
    for (int round = 0; round < 700; ++round) {
      std::string bytes = sample;
      for (unsigned flips = random() % 8 + 1; flips > 0; --flips) {
        bytes[random() % bytes.size()] ^=
            static_cast<char>(1u << (random() % 8));
      }
      ReadAsEachFormat(bytes);
    }
  }
}

// Lengths and counts are what readers trip over.
TEST(HostileSceneFile, ExtremeNumbersAreHandled) {
  constexpr std::int32_t kExtremes[] = {
      0, -1, 1, 2147483647, -2147483647 - 1, 0x7F800000, 65536, 0x10000001};
  std::mt19937 random(7);
  for (const std::string& sample : Samples()) {
    const std::size_t step = sample.size() / 150 + 1;
    for (std::size_t at = 0; at + 4 <= sample.size(); at += step) {
      std::string bytes = sample;
      bytes.replace(at, 4, Int(kExtremes[random() % std::size(kExtremes)]));
      ReadAsEachFormat(bytes);
    }
  }
}

TEST(HostileSceneFile, NoiseIsHandled) {
  std::mt19937 random(11);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 300, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    ReadAsEachFormat(bytes);
    ReadAsEachFormat("VOX " + Int(150) + "MAIN" + Int(0) + Int(0) + bytes);
    ReadAsEachFormat("GOX " + Int(2) + bytes);
  }
}

TEST(HostileSceneFile, LargerThanTheLimitIsRefused) {
  const auto scene =
      ReadScene(AsBytes(std::string(kLimits.max_file_bytes + 1, ' ')),
                SceneFormat::kTxt, kLimits);

  EXPECT_EQ(scene.error().code(), StatusCode::kTooLarge);
}

}  // namespace
}  // namespace goxel
