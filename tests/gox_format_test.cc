#include "renderer/formats/gox_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "tests/colors.h"
#include "tests/voxel_file_writer.h"

namespace goxel {
namespace {

using testing::HasSubstr;

Result<Scene> Read(const std::string& file, const ReadLimits& limits = {}) {
  return ReadGox(AsBytes(file), limits);
}

// The scene of a file that must be read.
Scene SceneOf(const std::string& file) {
  Result<Scene> scene = Read(file);
  if (!scene) {
    ADD_FAILURE() << scene.error().message();
    return NewScene();
  }
  return *scene;
}

void ExpectRefused(const std::string& file, StatusCode code,
                   const std::string& words) {
  const Result<Scene> scene = Read(file);
  ASSERT_FALSE(scene.has_value());
  EXPECT_EQ(scene.error().code(), code);
  EXPECT_THAT(scene.error().message(), HasSubstr(words));
}

std::string Gzip(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY),
            Z_OK);
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  std::string input = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

// A block in which each voxel tells where it is.
Tile GradientTile() {
  Tile tile;
  for (int z = 0; z < 16; ++z) {
    for (int y = 0; y < 16; ++y) {
      for (int x = 0; x < 16; ++x) {
        tile.voxels[static_cast<std::size_t>(Tile::IndexOf(x, y, z))] = {
            static_cast<std::uint8_t>(x), static_cast<std::uint8_t>(y),
            static_cast<std::uint8_t>(z), 255};
      }
    }
  }
  return tile;
}

TEST(GoxFormat, FileOfBlocksAndALayerAloneIsEnough) {
  const Scene scene = SceneOf(
      GoxFileOf(2, {BlockOf(GradientTile()), LayerOf({{0, 16, -32, 48}}, {})}));

  ASSERT_EQ(scene.layers.size(), 1u);
  EXPECT_EQ(scene.layers[0].id, 1);
  EXPECT_TRUE(scene.layers[0].visible);
  EXPECT_EQ(scene.layers[0].volume.CountVoxels(), 4096u);
  EXPECT_EQ(scene.layers[0].volume.Get({16 + 3, -32 + 5, 48 + 7}),
            (Color{3, 5, 7, 255}));
}

TEST(GoxFormat, BlocksStandAtAnyPosition) {
  const Scene scene = SceneOf(
      GoxFileOf(2, {BlockOf(GradientTile()), LayerOf({{0, 1, -15, 7}}, {})}));

  const Volume& volume = scene.layers[0].volume;
  const Box expected = {{1, -15, 7}, {17, 1, 23}};
  EXPECT_EQ(volume.Bounds(), expected);
  EXPECT_EQ(volume.Get({1 + 15, -15 + 1, 7 + 9}), (Color{15, 1, 9, 255}));
}

TEST(GoxFormat, Version1StoresTheCentreOfABlock) {
  const Scene scene = SceneOf(
      GoxFileOf(1, {BlockOf(GradientTile()), LayerOf({{0, 14, 0, 8}}, {})}));

  const Box expected = {{6, -8, 0}, {22, 8, 16}};
  EXPECT_EQ(scene.layers[0].volume.Bounds(), expected);
}

TEST(GoxFormat, LaterBlockErasesWhereItIsEmpty) {
  Tile one;
  one.voxels[0] = kBlue;
  const std::string red = BlockOf(kRed);

  for (const std::int32_t shift : {0, 8}) {
    const Scene scene = SceneOf(GoxFileOf(
        2, {red, BlockOf(one), LayerOf({{0, 0, 0, 0}, {1, shift, 0, 0}}, {})}));
    const Volume& volume = scene.layers[0].volume;
    EXPECT_EQ(volume.Get({shift, 0, 0}), kBlue);
    EXPECT_EQ(volume.Get({shift + 1, 0, 0}), Color{});
    EXPECT_EQ(volume.CountVoxels(),
              1u + static_cast<unsigned>(shift) * 16u * 16u);
  }
}

TEST(GoxFormat, BlocksMayComeAfterTheLayerThatShowsThem) {
  const Scene scene =
      SceneOf(GoxFileOf(2, {LayerOf({{0, 0, 0, 0}}, {}), BlockOf(kRed)}));

  EXPECT_EQ(scene.layers[0].volume.CountVoxels(), 4096u);
}

TEST(GoxFormat, LayerSettingsAreRead) {
  const std::string material = GoxChunk("MATE", GoxDictOf({{"name", "m"}}));
  const Scene scene = SceneOf(
      GoxFileOf(2, {material, material,
                    LayerOf({}, {{"name", std::string("roof\0rest", 9)},
                                 {"id", Int(7)},
                                 {"mode", Int(1)},
                                 {"material", Int(1)},
                                 {"visible", std::string(1, '\0')},
                                 {"mat", Raw(TranslationMatrix(1, 2, 3))},
                                 {"marker_color", "abcd"}})}));

  const Layer& layer = scene.layers[0];
  EXPECT_EQ(layer.name, "roof");
  EXPECT_EQ(layer.id, 7);
  EXPECT_EQ(layer.mode, BlendMode::kSubtract);
  EXPECT_EQ(layer.material, 1);
  EXPECT_FALSE(layer.visible);
  EXPECT_EQ(layer.matrix, TranslationMatrix(1, 2, 3));
  EXPECT_EQ(scene.active_layer, 7);
}

TEST(GoxFormat, SettingsOfUnexpectedSizeOrValueCountAsMissing) {
  Matrix4 broken = kIdentityMatrix;
  broken[3] = std::numeric_limits<float>::quiet_NaN();
  const Scene scene = SceneOf(GoxFileOf(
      2, {GoxChunk("MATE", GoxDictOf({{"color", "abcd"}, {"metallic", ""}})),
          LayerOf({}, {{"visible", "xx"},
                       {"mode", Int(99)},
                       {"material", Int(5)},
                       {"mat", Raw(broken)}})}));

  EXPECT_EQ(scene.materials[0].color, Material().color);
  EXPECT_EQ(scene.materials[0].metallic, Material().metallic);
  EXPECT_TRUE(scene.layers[0].visible);
  EXPECT_EQ(scene.layers[0].mode, BlendMode::kOver);
  EXPECT_EQ(scene.layers[0].material, -1);
  EXPECT_EQ(scene.layers[0].matrix, kIdentityMatrix);
}

TEST(GoxFormat, LayersWithoutAnIdOfTheirOwnGetTheNextFreeOne) {
  const Scene scene = SceneOf(GoxFileOf(
      2, {LayerOf({}, {{"id", Int(2)}}), LayerOf({}, {{"id", Int(0)}}),
          LayerOf({}, {{"id", Int(2)}}), LayerOf({}, {{"id", Int(-5)}})}));

  std::vector<std::int32_t> ids;
  for (const Layer& layer : scene.layers) ids.push_back(layer.id);
  EXPECT_THAT(ids, testing::ElementsAre(2, 1, 3, 4));
}

TEST(GoxFormat, LayersCombineByTheirModes) {
  const Scene scene = SceneOf(
      GoxFileOf(2, {BlockOf(kRed), BlockOf(kBlue), LayerOf({{0, 0, 0, 0}}, {}),
                    LayerOf({{1, 8, 0, 0}}, {{"mode", Int(1)}})}));

  EXPECT_EQ(Composite(scene).CountVoxels(), 8u * 16 * 16);
}

TEST(GoxFormat, CloneShowsItsBaseMoved) {
  const Scene scene = SceneOf(GoxFileOf(
      2, {BlockOf(GradientTile()), LayerOf({{0, 0, 0, 0}}, {{"id", Int(1)}}),
          LayerOf({}, {{"id", Int(2)},
                       {"base_id", Int(1)},
                       {"mat", Raw(TranslationMatrix(100, 0, -3))}})}));

  EXPECT_EQ(scene.layers[1].base_id, 1);
  EXPECT_EQ(scene.layers[1].volume.Get({102, 4, 5}), (Color{2, 4, 8, 255}));
  EXPECT_EQ(scene.layers[1].volume.CountVoxels(), 4096u);
}

TEST(GoxFormat, CloneOfAMissingLayerAndCyclesOfClonesAreRefused) {
  const auto clone = [](int id, int base) {
    return LayerOf({}, {{"id", Int(id)}, {"base_id", Int(base)}});
  };
  ExpectRefused(GoxFileOf(2, {clone(1, 9)}), StatusCode::kDataLoss,
                "clone of layer 9");
  ExpectRefused(GoxFileOf(2, {clone(1, 2), clone(2, 1)}), StatusCode::kDataLoss,
                "clone of itself");
}

TEST(GoxFormat, ShapeLayersAreFilledInsideTheImageBox) {
  const std::string image = GoxChunk(
      "IMG ", GoxDictOf({{"box", Raw(BoxMatrix({16, 16, 16}, {0, 0, 16}))}}));
  const Scene scene = SceneOf(GoxFileOf(
      2,
      {image, LayerOf({}, {{"shape", "cube"},
                           {"color", Raw(kBlue)},
                           {"mat", Raw(BoxMatrix({4, 4, 4}, {0, 0, 0}))}})}));

  const Box box = {{-16, -16, 0}, {16, 16, 32}};
  EXPECT_EQ(scene.image_box, box);
  const Box expected = {{-4, -4, 0}, {4, 4, 4}};
  EXPECT_EQ(scene.layers[0].volume.Bounds(), expected);
  EXPECT_EQ(scene.layers[0].volume.Get({0, 0, 0}), kBlue);
}

TEST(GoxFormat, ImageBoxWithoutASizeIsNone) {
  const std::string image =
      GoxChunk("IMG ", GoxDictOf({{"box", Raw(Matrix4{})}}));

  EXPECT_EQ(SceneOf(GoxFileOf(2, {image})).image_box, std::nullopt);
}

TEST(GoxFormat, MaterialsOfOneChunkAreToldApartByTheirNames) {
  const std::array<float, 4> green = {0, 1, 0, 0.5f};
  const std::array<float, 3> glow = {3, 2, 1};
  const Scene scene = SceneOf(GoxFileOf(
      2,
      {GoxChunk("MATE", GoxDictOf({{"name", "a"},
                                   {"roughness", Raw(0.25f)},
                                   {"name", "b"},
                                   {"color", Raw(green)},
                                   {"emission", Raw(glow)}})),
       GoxChunk("MATE", GoxDictOf({{"name", "c"}, {"metallic", Raw(1.0f)}}))}));

  ASSERT_EQ(scene.materials.size(), 3u);
  EXPECT_EQ(scene.materials[0].roughness, 0.25f);
  EXPECT_EQ(scene.materials[1].name, "b");
  EXPECT_EQ(scene.materials[1].color, green);
  EXPECT_EQ(scene.materials[1].emission, glow);
  EXPECT_EQ(scene.materials[2].metallic, 1.0f);
}

TEST(GoxFormat, CamerasAreRead) {
  const Matrix4 pose = TranslationMatrix(1, 2, 3);
  const Scene scene =
      SceneOf(GoxFileOf(2, {GoxChunk("CAMR", GoxDictOf({{"name", "a"}})),
                            GoxChunk("CAMR", GoxDictOf({{"name", "b"},
                                                        {"dist", Raw(50.0f)},
                                                        {"ortho", "\x01"},
                                                        {"mat", Raw(pose)},
                                                        {"mode", Int(0)},
                                                        {"active", ""}}))}));

  ASSERT_EQ(scene.cameras.size(), 2u);
  EXPECT_FALSE(scene.cameras[0].active);
  EXPECT_EQ(scene.cameras[1].name, "b");
  EXPECT_EQ(scene.cameras[1].distance, 50.0f);
  EXPECT_TRUE(scene.cameras[1].orthographic);
  EXPECT_TRUE(scene.cameras[1].active);
  EXPECT_EQ(scene.cameras[1].matrix, pose);
}

// The view of an old camera is T(0, 0, -distance) * rotation * T(offset); a
// quarter turn about X takes Y to Z and Z to -Y.
TEST(GoxFormat, OldCamerasGetTheMatrixOfTheirTurnAndOffset) {
  const float half = std::sqrt(0.5f);
  const std::array<float, 4> turn = {half, half, 0, 0};  // w, x, y, z
  const std::array<float, 3> offset = {1, 2, 3};
  const Scene scene = SceneOf(
      GoxFileOf(2, {GoxChunk("CAMR", GoxDictOf({{"dist", Raw(10.0f)},
                                                {"rot", Raw(turn)},
                                                {"ofs", Raw(offset)}}))}));

  // In the world: the inverse turn takes Z to Y; the centre is at -offset.
  const Matrix4 expected = {1, 0, 0, 0, 0,  0,       -1, 0,
                            0, 1, 0, 0, -1, -2 + 10, -3, 1};
  ASSERT_EQ(scene.cameras.size(), 1u);
  for (std::size_t i = 0; i < 16; ++i) {
    EXPECT_NEAR(scene.cameras[0].matrix[i], expected[i], 1e-5f) << i;
  }
}

TEST(GoxFormat, LightIsRead) {
  const Scene scene = SceneOf(
      GoxFileOf(2, {GoxChunk("LIGH", GoxDictOf({{"pitch", Raw(0.5f)},
                                                {"yaw", Raw(1.5f)},
                                                {"intensity", Raw(3.0f)},
                                                {"ambient", Raw(0.1f)},
                                                {"shadow", Raw(0.9f)},
                                                {"fixed", "\x01"}}))}));

  ASSERT_TRUE(scene.light.has_value());
  EXPECT_EQ(scene.light->pitch, 0.5f);
  EXPECT_EQ(scene.light->yaw, 1.5f);
  EXPECT_EQ(scene.light->intensity, 3.0f);
  EXPECT_EQ(scene.light->ambient, 0.1f);
  EXPECT_EQ(scene.light->shadow, 0.9f);
  EXPECT_TRUE(scene.light->fixed);
}

TEST(GoxFormat, FileWithoutLayersIsAnEmptyScene) {
  const Scene scene = SceneOf(GoxFileOf(2, {}));

  EXPECT_EQ(scene.layers.size(), 1u);
  EXPECT_TRUE(scene.layers[0].volume.empty());
}

TEST(GoxFormat, GzipStreamOfAFileIsReadLikeTheFile) {
  const std::string file =
      GoxFileOf(1, {BlockOf(kRed), LayerOf({{0, 8, 8, 8}}, {})});

  EXPECT_EQ(SceneOf(Gzip(file)).layers[0].volume.CountVoxels(), 4096u);
}

TEST(GoxFormat, BrokenOrOversizedGzipStreamIsRefused) {
  const std::string packed = Gzip(GoxFileOf(2, {}));
  ExpectRefused(packed.substr(0, packed.size() - 9), StatusCode::kDataLoss,
                "gzip stream");
  ExpectRefused(Gzip("something else"), StatusCode::kInvalidArgument,
                "no Goxel file");

  const std::string bomb = Gzip(std::string(10'000'000, '\0'));
  const auto result = Read(bomb, {.max_file_bytes = 1'000'000});
  EXPECT_EQ(result.error().code(), StatusCode::kTooLarge);
}

TEST(GoxFormat, UnknownChunksArePassedOver) {
  const Scene scene = SceneOf(GoxFileOf(
      2, {GoxChunk("PREV", "no picture"), GoxChunk("PLAC", "?"), BlockOf(kRed),
          GoxChunk("CLRH", ""), LayerOf({{0, 0, 0, 0}}, {})}));

  EXPECT_EQ(scene.layers[0].volume.CountVoxels(), 4096u);
}

TEST(GoxFormat, BrokenFilesAreRefusedByWhatIsWrong) {
  ExpectRefused("PNG and more", StatusCode::kInvalidArgument, "GOX ");
  ExpectRefused(GoxFileOf(3, {}), StatusCode::kInvalidArgument, "version 3");
  ExpectRefused(GoxFileOf(0, {}), StatusCode::kInvalidArgument, "version 0");
  ExpectRefused(GoxFileOf(2, {"LAYR" + Int(1000)}), StatusCode::kDataLoss,
                "cut off");
  ExpectRefused(GoxFileOf(2, {GoxChunk("LAYR", Int(1 << 30))}),
                StatusCode::kDataLoss, "names 1073741824 blocks");
  ExpectRefused(GoxFileOf(2, {LayerOf({{0, 0, 0, 0}}, {})}),
                StatusCode::kDataLoss, "names block 0");
  ExpectRefused(GoxFileOf(2, {GoxChunk("BL16", "no PNG")}),
                StatusCode::kDataLoss, "not a PNG");
  const std::vector<std::uint8_t> pixels(32 * 32 * 4);
  ExpectRefused(GoxFileOf(2, {GoxChunk("BL16", PngOf(32, 32, pixels.data()))}),
                StatusCode::kDataLoss, "32 x 32");
  ExpectRefused(
      GoxFileOf(2, {BlockOf(kRed), LayerOf({{0, 2147483640, 0, 0}}, {})}),
      StatusCode::kDataLoss, "beyond 32-bit coordinates");
  ExpectRefused(GoxFileOf(2, {GoxChunk("LIGH", Int(3) + "abc" + Int(-1))}),
                StatusCode::kDataLoss, "LIGH is cut off");
}

TEST(GoxFormat, LimitsAreKeptByBlocksShapesAndClones) {
  const std::string block = BlockOf(kRed);
  const std::string layer = LayerOf({{0, 0, 0, 0}, {0, 16, 0, 0}}, {});
  const std::string file = GoxFileOf(2, {block, layer});
  EXPECT_TRUE(Read(file, {.max_voxels = 8192, .max_tiles = 2}).has_value());
  EXPECT_EQ(Read(file, {.max_voxels = 8191}).error().code(),
            StatusCode::kTooLarge);
  EXPECT_EQ(Read(file, {.max_tiles = 1}).error().code(), StatusCode::kTooLarge);

  const std::string image = GoxChunk(
      "IMG ", GoxDictOf({{"box", Raw(BoxMatrix({1e9f, 1e9f, 1e9f}, {}))}}));
  const std::string shape = LayerOf(
      {},
      {{"shape", "sphere"}, {"mat", Raw(BoxMatrix({1e8f, 1e8f, 1e8f}, {}))}});
  ExpectRefused(GoxFileOf(2, {image, shape}), StatusCode::kTooLarge, "covers");

  const std::string clone =
      LayerOf({}, {{"id", Int(5)},
                   {"base_id", Int(1)},
                   {"mat", Raw(BoxMatrix({1e6f, 1e6f, 1e6f}, {}))}});
  ExpectRefused(
      GoxFileOf(2, {block, LayerOf({{0, 0, 0, 0}}, {{"id", Int(1)}}), clone}),
      StatusCode::kTooLarge, "covers");
}

}  // namespace
}  // namespace goxel
