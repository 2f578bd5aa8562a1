// That what is written is glTF 2.0, by the rules of its specification: the
// checks of chapter 3 that bear on buffers, accessors, meshes and nodes.

#include "renderer/formats/gltf_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "renderer/formats/surface.h"
#include "tests/colors.h"
#include "tests/written_scene.h"

namespace goxel {
namespace {

using simdjson::dom::element;

constexpr Color kGrey = {188, 188, 188, 255};  // Half of the light.

std::string DecodeBase64(std::string_view text) {
  EXPECT_EQ(text.size() % 4, 0u);
  std::string bytes;
  std::uint32_t group = 0;
  int digits = 0;
  for (const char c : text.substr(0, text.find('='))) {
    const std::size_t value =
        std::string_view(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
            "0123456789+/")
            .find(c);
    EXPECT_NE(value, std::string_view::npos) << c;
    group = group << 6 | static_cast<std::uint32_t>(value);
    if (++digits % 4 == 1) continue;
    bytes += static_cast<char>(group >> (4 - digits % 4) % 4 * 2 & 0xFF);
  }
  return bytes;
}

template <typename T>
T ValueAt(const std::string& bytes, std::size_t offset) {
  T value{};
  EXPECT_LE(offset + sizeof(T), bytes.size());
  if (offset + sizeof(T) <= bytes.size()) {
    std::memcpy(&value, bytes.data() + offset, sizeof(T));
  }
  return value;
}

// A file taken apart; every check is an expectation.
class GltfFile {
 public:
  explicit GltfFile(const Scene& scene)
      : text_(Written(scene, ExportFormat::kGltf)) {
    EXPECT_EQ(parser_.parse(text_).get(root_), simdjson::SUCCESS) << text_;
    EXPECT_EQ(std::string_view(root_["asset"]["version"]), "2.0");
    if (root_["buffers"].error() == simdjson::SUCCESS) ReadBuffer();
  }

  element root() const { return root_; }
  std::uint64_t Count(const char* list) const {
    return simdjson::dom::array(root_[list]).size();
  }
  element At(const char* list, std::uint64_t index) const {
    EXPECT_LT(index, Count(list)) << list;
    return root_[list].at(index);
  }

  // Checks the mesh and returns the colours and the area of its faces by
  // direction.
  struct Shown {
    std::set<std::array<std::uint16_t, 4>> colors;
    std::array<double, 6> area{};
    std::size_t quads = 0;
  };
  Shown Check(std::uint64_t mesh) const {
    const element primitive = At("meshes", mesh)["primitives"].at(0);
    (void)At("materials", primitive["material"].get_uint64());
    positions_ = Accessor(primitive["attributes"]["POSITION"], "VEC3", 5126);
    colors_ = Accessor(primitive["attributes"]["COLOR_0"], "VEC4", 5123);
    indices_ = Accessor(primitive["indices"], "SCALAR", 5125);
    EXPECT_EQ(positions_.count, colors_.count);
    EXPECT_EQ(indices_.count % 3, 0u);
    EXPECT_EQ(positions_.target, 34962u);
    EXPECT_EQ(indices_.target, 34963u);
    EXPECT_TRUE(bool(colors_.json["normalized"]));
    CheckBounds();
    return Triangles();
  }

 private:
  struct View {
    element json;
    std::size_t offset = 0, stride = 0, count = 0;
    std::uint64_t target = 0;
  };

  void ReadBuffer() {
    ASSERT_EQ(Count("buffers"), 1u);
    const std::string_view uri = At("buffers", 0)["uri"];
    constexpr std::string_view kStart = "data:application/octet-stream;base64,";
    ASSERT_TRUE(uri.starts_with(kStart));
    buffer_ = DecodeBase64(uri.substr(kStart.size()));
    EXPECT_EQ(buffer_.size(), std::uint64_t(At("buffers", 0)["byteLength"]));
  }

  static std::uint64_t UintOr(const element& object, const char* key,
                              std::uint64_t otherwise) {
    std::uint64_t value = 0;
    const bool has = object[key].get(value) == simdjson::SUCCESS;
    return has ? value : otherwise;
  }

  View Accessor(std::uint64_t index, std::string_view type,
                std::uint64_t component) const {
    View view;
    view.json = At("accessors", index);
    EXPECT_EQ(std::string_view(view.json["type"]), type);
    EXPECT_EQ(std::uint64_t(view.json["componentType"]), component);
    const std::size_t parts = type == "SCALAR" ? 1 : type == "VEC3" ? 3 : 4;
    const std::size_t bytes = component == 5123 ? 2 : 4;
    const element buffer_view =
        At("bufferViews", view.json["bufferView"].get_uint64());
    const std::uint64_t length = buffer_view["byteLength"];
    const std::uint64_t start = UintOr(buffer_view, "byteOffset", 0);
    const std::uint64_t inside = UintOr(view.json, "byteOffset", 0);
    view.stride = UintOr(buffer_view, "byteStride", parts * bytes);
    view.offset = start + inside;
    view.count = view.json["count"];
    view.target = buffer_view["target"];
    EXPECT_LE(start + length, buffer_.size());
    EXPECT_EQ(view.offset % bytes, 0u);
    EXPECT_EQ(view.stride % 4, 0u);
    EXPECT_GE(view.count, 1u);
    EXPECT_LE(inside + (view.count - 1) * view.stride + parts * bytes, length);
    return view;
  }

  template <typename T, std::size_t N>
  std::array<T, N> Item(const View& view, std::size_t index) const {
    return ValueAt<std::array<T, N>>(buffer_,
                                     view.offset + index * view.stride);
  }

  void CheckBounds() const {
    constexpr float kMost = std::numeric_limits<float>::max();
    std::array<float, 3> low = {kMost, kMost, kMost};
    std::array<float, 3> high = {-kMost, -kMost, -kMost};
    for (std::size_t i = 0; i < positions_.count; ++i) {
      const auto point = Item<float, 3>(positions_, i);
      for (std::size_t axis = 0; axis < 3; ++axis) {
        low[axis] = std::min(low[axis], point[axis]);
        high[axis] = std::max(high[axis], point[axis]);
      }
    }
    for (std::size_t axis = 0; axis < 3; ++axis) {
      EXPECT_EQ(double(positions_.json["min"].at(axis)), double{low[axis]});
      EXPECT_EQ(double(positions_.json["max"].at(axis)), double{high[axis]});
    }
  }

  Shown Triangles() const {
    Shown shown;
    shown.quads = indices_.count / 6;
    for (std::size_t i = 0; i < colors_.count; ++i) {
      shown.colors.insert(Item<std::uint16_t, 4>(colors_, i));
    }
    for (std::size_t i = 0; i < indices_.count; i += 3) {
      std::array<std::array<float, 3>, 3> corners;
      for (std::size_t j = 0; j < 3; ++j) {
        const std::uint32_t index = Item<std::uint32_t, 1>(indices_, i + j)[0];
        EXPECT_LT(index, positions_.count);
        corners[j] = Item<float, 3>(positions_, index);
      }
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const double area = SignedArea(corners, axis);
        shown.area[2 * axis + (area < 0 ? 1 : 0)] += std::abs(area);
      }
    }
    return shown;
  }

  // The area of a triangle seen along the axis: positive where it looks up it.
  static double SignedArea(const std::array<std::array<float, 3>, 3>& corners,
                           std::size_t axis) {
    const std::size_t u = (axis + 1) % 3;
    const std::size_t v = (axis + 2) % 3;
    const auto side = [&](std::size_t to, std::size_t along) {
      return double{corners[to][along]} - double{corners[0][along]};
    };
    return (side(1, u) * side(2, v) - side(1, v) * side(2, u)) / 2;
  }

  std::string text_;
  simdjson::dom::parser parser_;
  element root_;
  std::string buffer_;
  mutable View positions_, colors_, indices_;
};

std::array<double, 3> TranslationOf(const element& node) {
  return {double(node["translation"].at(0)), double(node["translation"].at(1)),
          double(node["translation"].at(2))};
}

TEST(GltfWriter, AVoxelIsACubeWithItsFacesOutward) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({5, -7, 3}, kGrey);

  const GltfFile file(scene);
  const GltfFile::Shown shown = file.Check(0);

  EXPECT_EQ(shown.quads, 6u);
  EXPECT_THAT(shown.area, testing::Each(testing::DoubleEq(1)));
  ASSERT_EQ(shown.colors.size(), 1u);
  const auto [r, g, b, a] = *shown.colors.begin();
  EXPECT_NEAR(r, 65535 * 0.5029, 10);  // Linear, not 188 / 255.
  EXPECT_EQ(r, g);
  EXPECT_EQ(a, 65535);
  EXPECT_EQ(TranslationOf(file.At("nodes", 1)),
            (std::array<double, 3>{5, -7, 3}));
}

TEST(GltfWriter, TheRootTurnsZUpIntoYUp) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, kRed);

  const GltfFile file(scene);
  const element rotation = file.At("nodes", 0)["rotation"];

  // The quarter turn about x that takes (0, 0, 1) to (0, 1, 0).
  const double x = rotation.at(0).get_double();
  const double w = rotation.at(3).get_double();
  EXPECT_NEAR(-2 * x * w, 1, 1e-12);     // y of the turned z axis.
  EXPECT_NEAR(1 - 2 * x * x, 0, 1e-12);  // Its z.
  EXPECT_EQ(std::uint64_t(file.root()["scenes"].at(0)["nodes"].at(0)), 0u);
  EXPECT_EQ(std::uint64_t(file.At("nodes", 0)["children"].at(0)), 1u);
}

TEST(GltfWriter, EveryVisibleLayerIsAMeshOfItsName) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, kRed);
  scene.layers[0].volume.Set({1, 0, 0}, kRed);
  scene.layers[0].name = "say \"hi\"\n";
  scene.AddLayer("empty");
  Layer& upper = scene.AddLayer("upper");
  upper.volume.Set({1, 0, 0}, kGrey);
  Layer& hidden = scene.AddLayer("hidden");
  hidden.volume.Set({9, 9, 9}, kGrey);
  hidden.visible = false;
  scene.AddLayer("too faint").volume.Set({4, 4, 4}, {1, 1, 1, 20});

  const GltfFile file(scene);

  ASSERT_EQ(file.Count("meshes"), 2u);
  EXPECT_EQ(file.Count("nodes"), 3u);
  EXPECT_EQ(std::string_view(file.At("meshes", 0)["name"]), "say \"hi\"\n");
  EXPECT_EQ(std::string_view(file.At("nodes", 2)["name"]), "upper");
  // The lower layer has lost the voxel that the upper one covers.
  EXPECT_EQ(file.Check(0).quads, 6u);
  EXPECT_EQ(file.Check(1).quads, 6u);
  EXPECT_EQ(file.Check(0).area[0], 1);
}

TEST(GltfWriter, LayersKeepTheirMaterials) {
  Scene scene = NewScene();
  scene.materials = {{.name = "unused"},
                     {.name = "lamp",
                      .color = {0.5f, 1, 1, 0.25f},
                      .metallic = std::numeric_limits<float>::quiet_NaN(),
                      .roughness = 7,
                      .emission = {3, 0.5f, -1}}};
  scene.layers[0].volume.Set({0, 0, 0}, kRed);
  scene.layers[0].material = 77;
  Layer& lit = scene.AddLayer("lit");
  lit.volume.Set({3, 0, 0}, kRed);
  lit.material = 1;

  const GltfFile file(scene);

  ASSERT_EQ(file.Count("materials"), 2u);
  const element plain = file.At("materials", 0);
  EXPECT_NEAR(double(plain["pbrMetallicRoughness"]["roughnessFactor"]), 0.5,
              1e-6);
  const element lamp = file.At("materials", 1);
  const element pbr = lamp["pbrMetallicRoughness"];
  EXPECT_EQ(std::string_view(lamp["name"]), "lamp");
  EXPECT_EQ(std::string_view(lamp["alphaMode"]), "BLEND");
  EXPECT_EQ(double(pbr["baseColorFactor"].at(3)), 0.25);
  EXPECT_EQ(double(pbr["metallicFactor"]), 0);
  EXPECT_EQ(double(pbr["roughnessFactor"]), 1);
  EXPECT_EQ(double(lamp["emissiveFactor"].at(0)), 1);
  EXPECT_EQ(double(lamp["emissiveFactor"].at(2)), 0);
}

TEST(GltfWriter, AnEmptySceneHasNoEmptyLists) {
  const GltfFile file(NewScene());

  EXPECT_EQ(file.Count("nodes"), 1u);
  for (const char* list :
       {"meshes", "materials", "accessors", "bufferViews", "buffers"}) {
    EXPECT_NE(file.root()[list].error(), simdjson::SUCCESS) << list;
  }
  EXPECT_NE(file.At("nodes", 0)["children"].error(), simdjson::SUCCESS);
}

TEST(GltfWriter, ARealSceneIsValid) {
  const auto scene =
      LoadScene(std::filesystem::path(GOXEL_DATA_DIR) / "ogt_multi_model.vox");
  if (!scene) GTEST_SKIP() << scene.error().message();

  const GltfFile file(*scene);

  ASSERT_GE(file.Count("meshes"), 1u);
  for (std::uint64_t i = 0; i < file.Count("meshes"); ++i) {
    const GltfFile::Shown shown = file.Check(i);
    // A closed surface shows as much to either side.
    for (std::size_t axis = 0; axis < 3; ++axis) {
      EXPECT_EQ(shown.area[2 * axis], shown.area[2 * axis + 1]);
    }
  }
}

}  // namespace
}  // namespace goxel
