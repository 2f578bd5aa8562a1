#include "renderer/formats/scene_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "renderer/scene/scene.h"
#include "tests/voxel_file_writer.h"

namespace goxel {
namespace {

using simdjson::dom::element;
using testing::HasSubstr;

const std::filesystem::path kData = GOXEL_DATA_DIR;

std::string Sha256(const std::string& text) {
  std::array<unsigned char, 32> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(),
             nullptr);
  std::string hex;
  for (const unsigned char byte : digest) {
    constexpr char kDigits[] = "0123456789abcdef";
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

// "x y z rrggbb" of every solid voxel, in the order of the cells.
struct Content {
  std::string lines;
  std::set<std::string> colors;
  std::uint64_t voxels = 0;
};

std::string HexOf(Color color) {
  char text[7];
  std::snprintf(text, sizeof(text), "%02x%02x%02x", color.r, color.g, color.b);
  return text;
}

Content ContentOf(const Volume& volume) {
  std::vector<std::pair<Cell, Color>> voxels;
  for (const auto& [coord, tile] : volume.tiles()) {
    for (std::int32_t i = 0; i < kTileVoxels; ++i) {
      const Color color = tile->voxels[static_cast<std::size_t>(i)];
      if (color.a < kSolidAlpha) continue;
      voxels.push_back({{coord.x * 16 + i % 16, coord.y * 16 + i / 16 % 16,
                         coord.z * 16 + i / 256},
                        color});
    }
  }
  std::ranges::sort(voxels, {}, &std::pair<Cell, Color>::first);
  Content content;
  content.voxels = voxels.size();
  for (const auto& [cell, color] : voxels) {
    const std::string hex = HexOf(color);
    content.colors.insert(hex);
    content.lines += std::to_string(cell.x) + ' ' + std::to_string(cell.y) +
                     ' ' + std::to_string(cell.z) + ' ' + hex + '\n';
  }
  return content;
}

void ExpectBounds(const element& fact, const std::optional<Box>& bounds) {
  ASSERT_TRUE(bounds.has_value());
  for (std::size_t axis = 0; axis < 3; ++axis) {
    EXPECT_EQ(bounds->min[axis], fact.at(0).at(axis).get_int64().value());
    EXPECT_EQ(bounds->max[axis], fact.at(1).at(axis).get_int64().value());
  }
}

// Facts that one format has and others do not are passed over.
void ExpectNumber(const element& facts, std::string_view name,
                  std::uint64_t actual) {
  std::uint64_t expected = 0;
  if (facts[name].get(expected) != simdjson::SUCCESS) return;
  EXPECT_EQ(actual, expected) << name;
}

void ExpectMaterialTypes(const element& facts, const Scene& scene) {
  simdjson::dom::object types;
  if (facts["mat_types"].get(types) != simdjson::SUCCESS) return;
  std::map<std::string, std::int64_t> expected;
  for (const auto& [type, count] : types) {
    expected[std::string(type.substr(1))] = count.get_int64().value();
  }
  std::map<std::string, std::int64_t> actual;
  for (const Material& material : scene.materials) ++actual[material.name];
  EXPECT_EQ(actual, expected);
}

void ExpectLayers(const element& facts, const Scene& scene) {
  simdjson::dom::array layers;
  if (facts["layer_list"].get(layers) != simdjson::SUCCESS) return;
  ASSERT_EQ(scene.layers.size(), layers.size());
  std::size_t index = 0;
  for (const element& layer : layers) {
    const Layer& actual = scene.layers[index++];
    EXPECT_EQ(actual.name,
              std::string_view(layer["name"].get_string().value()));
    EXPECT_EQ(actual.visible, layer["visible"].get_bool().value());
    ExpectNumber(layer, "voxels", actual.volume.CountVoxels());
    if (!layer["bbox"].is_null()) {
      ExpectBounds(layer["bbox"], actual.volume.Bounds());
    }
  }
}

void ExpectFacts(const element& facts, const Scene& scene) {
  const Volume volume = Composite(scene);
  const Content content = ContentOf(volume);
  ExpectNumber(facts, "world_voxels", content.voxels);
  ExpectNumber(facts, "visible_voxels", content.voxels);
  ExpectNumber(facts, "used_colors", content.colors.size());
  ExpectNumber(facts, "colors", content.colors.size());
  ExpectNumber(facts, "cameras", scene.cameras.size());
  const std::string_view format = facts["fmt"].get_string().value();
  if (format == "gox") ExpectNumber(facts, "materials", scene.materials.size());
  if (format == "qb") ExpectNumber(facts, "raw_voxels", content.voxels);
  ExpectMaterialTypes(facts, scene);
  ExpectLayers(facts, scene);
  element bbox;
  if (facts["bbox"].get(bbox) == simdjson::SUCCESS) {
    ExpectBounds(bbox, volume.Bounds(kSolidAlpha));
  }
  std::string_view sha256;
  if (facts["content_sha256"].get(sha256) == simdjson::SUCCESS) {
    EXPECT_EQ(Sha256(content.lines), sha256);
  }
}

// Voxel by voxel what an independent reader found in the same files.
TEST(SceneFile, RealFilesHoldWhatIsKnownOfThem) {
  const std::filesystem::path facts_file = kData / "FACTS.jsonl";
  if (!std::filesystem::exists(facts_file)) {
    GTEST_SKIP() << "no " << facts_file;
  }
  simdjson::dom::parser parser;
  simdjson::dom::document_stream lines;
  ASSERT_EQ(parser.load_many(facts_file.string()).get(lines),
            simdjson::SUCCESS);
  int files = 0;
  for (auto line : lines) {
    const element facts = line.value();
    const std::string name(facts["file"].get_string().value());
    SCOPED_TRACE(name);
    const Result<Scene> scene = LoadScene(kData / name);
    if (facts["fmt"].error() != simdjson::SUCCESS) {
      EXPECT_FALSE(scene.has_value()) << "the facts say it is no voxel file";
      continue;
    }
    ASSERT_TRUE(scene.has_value()) << scene.error().message();
    ExpectFacts(facts, *scene);
    ++files;
  }
  EXPECT_GE(files, 17);
}

TEST(SceneFile, FileOfAnotherKindIsRefusedByWhatItLooksLike) {
  const std::string doom = "DOOD" + std::string(100, '\x07');

  const auto format = DetectSceneFormat(AsBytes(doom), "model.bin");

  ASSERT_FALSE(format.has_value());
  EXPECT_EQ(format.error().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(format.error().message(), HasSubstr("44 4F 4F 44"));
  EXPECT_THAT(format.error().message(), HasSubstr("\"DOOD\""));
  EXPECT_THAT(format.error().message(), HasSubstr(".gox"));
}

TEST(SceneFile, ContentCountsMoreThanTheName) {
  EXPECT_EQ(DetectSceneFormat(AsBytes("VOX and more"), "a.gox"),
            SceneFormat::kVox);
  EXPECT_EQ(DetectSceneFormat(AsBytes("GOX and more"), "a.vox"),
            SceneFormat::kGox);
  EXPECT_EQ(DetectSceneFormat(AsBytes("\x1F\x8B"), "a"), SceneFormat::kGox);
  EXPECT_EQ(DetectSceneFormat(AsBytes("# c\n1 2 3 ffffff\n"), "a.vox"),
            SceneFormat::kTxt);
  const std::string qb = Int(257) + Int(0) + Int(1) + Int(0) + Int(1) + Int(0);
  EXPECT_EQ(DetectSceneFormat(AsBytes(qb), "a.txt"), SceneFormat::kQb);
}

TEST(SceneFile, NameCountsWhereTheContentSaysNothing) {
  EXPECT_EQ(DetectSceneFormat(AsBytes("?"), "A.VOX"), SceneFormat::kVox);
  EXPECT_EQ(DetectSceneFormat(AsBytes("?"), "a.gox.gz"), SceneFormat::kGox);
  EXPECT_EQ(DetectSceneFormat(AsBytes("?"), "a.qb"), SceneFormat::kQb);
  EXPECT_EQ(DetectSceneFormat(AsBytes(""), "a.txt"), SceneFormat::kTxt);
  EXPECT_FALSE(DetectSceneFormat(AsBytes(""), "vox").has_value());
}

class SceneFileOnDisk : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "goxel_scene_file_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path Write(const std::string& name,
                              const std::string& bytes) {
    std::ofstream(directory_ / name, std::ios::binary) << bytes;
    return directory_ / name;
  }

  std::filesystem::path directory_;
};

TEST_F(SceneFileOnDisk, IsLoaded) {
  const auto scene = LoadScene(Write("a.txt", "1 2 3 ff0000\n"));

  ASSERT_TRUE(scene.has_value());
  EXPECT_EQ(scene->layers[0].volume.CountVoxels(), 1u);
}

TEST_F(SceneFileOnDisk, ErrorNamesTheFile) {
  const auto scene = LoadScene(Write("broken.vox", "VOX "));

  ASSERT_FALSE(scene.has_value());
  EXPECT_THAT(scene.error().message(), HasSubstr("broken.vox: "));
}

TEST_F(SceneFileOnDisk, ThatIsMissingIsNotFound) {
  EXPECT_EQ(LoadScene(directory_ / "none.vox").error().code(),
            StatusCode::kNotFound);
}

TEST_F(SceneFileOnDisk, ThatIsTooLargeIsRefusedUnread) {
  const auto path = Write("large.txt", "");
  // Sparse: the size alone must be enough.
  ASSERT_EQ(::truncate(path.c_str(), std::int64_t{1} << 40), 0);

  const auto scene = LoadScene(path);

  EXPECT_EQ(scene.error().code(), StatusCode::kTooLarge);
  EXPECT_THAT(scene.error().message(), HasSubstr("1099511627776 bytes"));
}

TEST_F(SceneFileOnDisk, ThatIsNoRegularFileIsRefusedWithoutWaiting) {
  const std::filesystem::path fifo = directory_ / "a.vox";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);

  EXPECT_EQ(LoadScene(fifo).error().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(LoadScene(directory_).error().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace goxel
