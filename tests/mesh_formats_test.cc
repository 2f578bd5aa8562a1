// .ply and .obj files: which of them are voxels, and where those are.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "renderer/formats/obj_format.h"
#include "renderer/formats/ply_format.h"
#include "tests/colors.h"
#include "tests/voxel_file_writer.h"

namespace goxel {
namespace {

using testing::HasSubstr;

// A .ply file as Goxel writes it: colours from 0 to 1, Y up.
std::string PlyOf(const std::vector<std::string>& vertices,
                  const std::vector<std::string>& faces) {
  std::string text =
      "ply\nformat ascii 1.0\ncomment Generated from Goxel 0.11.0\n"
      "element vertex " +
      std::to_string(vertices.size()) +
      "\nproperty float x\nproperty float y\nproperty float z\n"
      "property float red\nproperty float green\nproperty float blue\n"
      "element face " +
      std::to_string(faces.size()) +
      "\nproperty list uchar int vertex_indices\nend_header\n";
  for (const std::string& vertex : vertices) text += vertex + "\n";
  for (const std::string& face : faces) text += face + "\n";
  return text;
}

std::string RedPlyOf(const std::vector<std::string>& points,
                     const std::vector<std::string>& faces) {
  std::vector<std::string> vertices;
  for (const std::string& point : points) {
    vertices.push_back(point + " 1.000000 0.000000 0.000000");
  }
  return PlyOf(vertices, faces);
}

Result<Scene> ReadPlyFile(const std::string& file,
                          const ReadLimits& limits = {}) {
  return ReadPly(AsBytes(file), limits);
}

Result<std::string> NoFile(std::string_view name) {
  return Fail(StatusCode::kNotFound, "no " + std::string(name) + " here");
}

Result<Scene> ReadObjFile(const std::string& file,
                          const MaterialSource& materials = NoFile) {
  return ReadObj(AsBytes(file), {}, materials);
}

void ExpectOneVoxel(const Result<Scene>& scene, Cell cell, Color color) {
  ASSERT_TRUE(scene.has_value()) << scene.error().message();
  ASSERT_EQ(scene->layers.size(), 1u);
  EXPECT_EQ(scene->layers[0].volume.CountVoxels(), 1u);
  EXPECT_EQ(scene->layers[0].volume.Get(cell), color);
}

void ExpectRefused(const Result<Scene>& scene, StatusCode code,
                   const std::string& words) {
  ASSERT_FALSE(scene.has_value()) << "expected: " << words;
  EXPECT_EQ(scene.error().code(), code) << scene.error().message();
  EXPECT_THAT(scene.error().message(), HasSubstr(words));
}

// The corners of the cell (5, 7, 3), Y up, as the formats number them: bit 0 of
// the number minus one is the upper end of x, bit 1 of Y, bit 2 of Z.
const std::vector<std::string> kCorners = {"5 3 -8", "6 3 -8", "5 4 -8",
                                           "6 4 -8", "5 3 -7", "6 3 -7",
                                           "5 4 -7", "6 4 -7"};
// Its six faces, counter-clockwise seen from outside.
const std::vector<std::string> kFaces = {"4 1 3 7 5", "4 0 4 6 2", "4 2 6 7 3",
                                         "4 0 1 5 4", "4 4 5 7 6", "4 0 2 3 1"};

TEST(PlyFormat, EachFaceOfAVoxelGivesThatVoxel) {
  for (const std::string& face : kFaces) {
    ExpectOneVoxel(ReadPlyFile(RedPlyOf(kCorners, {face})), {5, 7, 3}, kRed);
  }
}

TEST(PlyFormat, FilesOfGoxelGiveTheirVoxels) {
  ExpectOneVoxel(ReadPlyFile(RedPlyOf(kCorners, kFaces)), {5, 7, 3}, kRed);
}

TEST(PlyFormat, AMergedFaceIsSplitIntoVoxels) {
  const auto scene = ReadPlyFile(
      RedPlyOf({"0 1 0", "0 1 3", "20 1 3", "20 1 0"}, {"4 0 1 2 3"}));

  ASSERT_TRUE(scene.has_value()) << scene.error().message();
  const Volume& volume = scene->layers[0].volume;
  EXPECT_EQ(volume.CountVoxels(), 60u);
  EXPECT_EQ(volume.Bounds(), (Box{{0, -3, 0}, {20, 0, 1}}));
}

TEST(PlyFormat, TwoTrianglesAreOneFace) {
  ExpectOneVoxel(ReadPlyFile(RedPlyOf(kCorners, {"3 1 3 7", "3 1 7 5"})),
                 {5, 7, 3}, kRed);
  ExpectOneVoxel(ReadPlyFile(RedPlyOf(kCorners, {"3 3 7 1", "3 5 1 7"})),
                 {5, 7, 3}, kRed);
}

TEST(PlyFormat, WholeNumbersAreColoursFrom0To255) {
  const std::string file =
      "ply\r\nformat ascii 1.0\r\nelement vertex 4\r\nproperty uchar green\r\n"
      "property double x\r\nproperty double y\r\nproperty double z\r\n"
      "property uchar red\r\nproperty uchar blue\r\nelement edge 1\r\n"
      "property int a\r\nelement face 1\r\n"
      "property list uchar uint vertex_index\r\nproperty int flags\r\n"
      "end_header\r\n128 0 0 1 255 0\r\n128 1 0 1 255 0\r\n"
      "128 1 1 1 255 0\r\n128 0 1 1 255 0\r\n9\r\n4 0 1 2 3 77\r\n";

  ExpectOneVoxel(ReadPlyFile(file), {0, -1, 0}, kOrange);
}

TEST(PlyFormat, MeshesThatAreNoVoxelsAreRefusedByWhatTheyAre) {
  constexpr auto kCode = StatusCode::kInvalidArgument;
  ExpectRefused(ReadPlyFile(RedPlyOf({"0 0 0", "1 0 0", "1 1 0", "0 1.5 0"},
                                     {"4 0 1 2 3"})),
                kCode,
                "line 18: the corner (0, 1.5, 0) lies between whole numbers");
  ExpectRefused(ReadPlyFile(RedPlyOf({"0 0 0", "1 0 0", "1 1 1", "0 1 1"},
                                     {"4 0 1 2 3"})),
                kCode, "is no rectangle along the axes; expected faces of");
  ExpectRefused(ReadPlyFile(RedPlyOf(kCorners, {"3 1 3 7", "3 0 4 6"})), kCode,
                "is not followed by the other half of a rectangle");
  ExpectRefused(ReadPlyFile(RedPlyOf(kCorners, {"3 1 3 7"})), kCode,
                "the triangle (6, 3, -8) (6, 4, -8) (6, 4, -7)");
  ExpectRefused(ReadPlyFile(RedPlyOf(kCorners, {"5 0 1 2 3 4"})), kCode,
                "line 22 is \"5 0 1 2 3 4\"; expected a face of voxels");
  ExpectRefused(ReadPlyFile(RedPlyOf(kCorners, {})), kCode,
                "8 points but no face");
  ExpectRefused(ReadPlyFile("ply\nformat binary_little_endian 1.0\n"), kCode,
                "only text .ply files are read");
}

TEST(PlyFormat, BrokenFilesAreRefusedByWhatIsWrong) {
  constexpr auto kCode = StatusCode::kDataLoss;
  ExpectRefused(ReadPlyFile("ply\nformat ascii 1.0\n"), kCode, "end_header");
  ExpectRefused(ReadPlyFile("ply\nproperty float x\n"), kCode,
                "a property behind its element");
  ExpectRefused(
      ReadPlyFile("ply\nelement vertex 99\nproperty float x\nproperty "
                  "float y\nproperty float z\nend_header\n1 1 1\n"),
      kCode, "promises 99 lines of \"vertex\", but only 6 bytes");
  ExpectRefused(ReadPlyFile(RedPlyOf(kCorners, {"4 0 1 2 8"})), kCode,
                "so many of the 8 vertices");
  ExpectRefused(ReadPlyFile(PlyOf({"0 0 0 1 0 1.01"}, {})), kCode,
                "line 14 is \"0 0 0 1 0 1.01\"; expected the 6 numbers");
  ExpectRefused(ReadPlyFile(PlyOf({"0 0 nan 1 0 1"}, {})), kCode, "line 14");
  const std::string whole = RedPlyOf(kCorners, kFaces);
  ExpectRefused(ReadPlyFile(whole.substr(0, whole.size() - 10)), kCode,
                "the file ends after 5 of 6 lines of \"face\"");
}

// A strip of voxels along x.
std::string StripOf(int length) {
  const std::string end = std::to_string(length);
  return RedPlyOf({"0 0 0", end + " 0 0", end + " 1 0", "0 1 0"},
                  {"4 0 1 2 3"});
}

TEST(PlyFormat, AFaceOfTheWholeWorldIsTooLarge) {
  const std::string file =
      RedPlyOf({"-2147483648 0 0", "2147483647 0 0", "2147483647 2147483647 0",
                "-2147483648 2147483647 0"},
               {"4 0 1 2 3"});

  ExpectRefused(ReadPlyFile(file, {.max_tiles = 10}), StatusCode::kTooLarge,
                "the faces cover more than 67108864 cells");
}

TEST(PlyFormat, MoreVoxelsOrTilesThanAllowedAreTooLarge) {
  const ReadLimits few_voxels = {.max_voxels = 40};
  EXPECT_TRUE(ReadPlyFile(StripOf(40), few_voxels).has_value());
  ExpectRefused(ReadPlyFile(StripOf(41), few_voxels), StatusCode::kTooLarge,
                "more than 40 voxels");
  const ReadLimits few_tiles = {.max_tiles = 3};
  EXPECT_TRUE(ReadPlyFile(StripOf(48), few_tiles).has_value());
  ExpectRefused(ReadPlyFile(StripOf(49), few_tiles), StatusCode::kTooLarge,
                "more than 3 tiles");
}

TEST(PlyFormat, VoxelsBeyondTheLastCoordinateAreRefused) {
  // The first cell ends at 2^31; the second would start there.
  const std::string last = RedPlyOf(
      {"2147483648 0 0", "2147483648 1 0", "2147483648 1 1", "2147483648 0 1"},
      {"4 0 1 2 3"});
  ExpectOneVoxel(ReadPlyFile(last), {2147483647, -1, 0}, kRed);
  const std::string beyond = RedPlyOf(
      {"2147483648 0 0", "2147483648 1 0", "2147483648 1 1", "2147483648 0 1"},
      {"4 0 3 2 1"});
  ExpectRefused(ReadPlyFile(beyond), StatusCode::kInvalidArgument,
                "beyond 32-bit coordinates");
}

// A top face of the cell (0, 0, 0), Y up.
const std::string kTop = "v 0 1 0\nv 1 1 0\nv 1 1 -1\nv 0 1 -1\n";

TEST(ObjFormat, FacesNameTheirCornersInManyWays) {
  for (const char* face :
       {"f 1 2 3 4", "f 1//1 2//1 3//1 4//1", "f 1/5 2 3 4", "f -4 -3 -2 -1",
        "f 1/1/1 2/2/1 3/3/1 4/4/1 ", "f 1 2 3\nf 1 3 4"}) {
    ExpectOneVoxel(ReadObjFile(kTop + face), {0, 0, 0}, kWhite);
  }
}

TEST(ObjFormat, FilesOfGoxelHaveColoursAtTheirCorners) {
  ExpectOneVoxel(ReadObjFile("# Goxel 0.11.0\n"
                             "v 0 1 0 1.000000 0.501961 0.000000\n"
                             "v 1 1 0 1.000000 0.501961 0.000000\n"
                             "v 1 1 -1 1.000000 0.501961 0.000000\n"
                             "v 0 1 -1 1.000000 0.501961 0.000000\n"
                             "vn 0 1 0\nf 1//1 2//1 3//1 4//1\n"),
                 {0, 0, 0}, kOrange);
}

TEST(ObjFormat, MaterialsGiveTheColour) {
  const MaterialSource materials = [](std::string_view name) {
    EXPECT_EQ(name, "my scene.mtl");
    return Result<std::string>(
        "newmtl other\nKd 0 0 0\nnewmtl my orange\nKa 0 0 0\n"
        "Kd 1 0.501961 0\nillum 1\n");
  };

  ExpectOneVoxel(ReadObjFile("mtllib my scene.mtl\n" + kTop +
                                 "usemtl my orange\nf 1 2 3 4\n",
                             materials),
                 {0, 0, 0}, kOrange);
}

TEST(ObjFormat, ObjectsWithFacesAreLayers) {
  const auto scene = ReadObjFile("o empty\n" + kTop +
                                 "o lower\nf 1 2 3 4\no \no upper one\n"
                                 "v 0 2 0\nv 1 2 0\nv 1 2 -1\nv 0 2 -1\n"
                                 "f 5 6 7 8\n");

  ASSERT_TRUE(scene.has_value()) << scene.error().message();
  ASSERT_EQ(scene->layers.size(), 2u);
  EXPECT_EQ(scene->layers[0].name, "lower");
  EXPECT_EQ(scene->layers[0].id, 1);
  EXPECT_EQ(scene->layers[1].name, "upper one");
  EXPECT_EQ(scene->layers[1].volume.Get({0, 0, 1}), kWhite);
  EXPECT_EQ(scene->active_layer, 2);
}

TEST(ObjFormat, BrokenFilesAreRefusedByWhatIsWrong) {
  constexpr auto kCode = StatusCode::kInvalidArgument;
  ExpectRefused(ReadObjFile("v 1 2\n"), kCode, "line 1 is \"v 1 2\"");
  ExpectRefused(ReadObjFile(kTop + "f 1 2 3 5\n"), kCode,
                "line 5 is \"f 1 2 3 5\"; expected \"f\" and the numbers of 3 "
                "or 4 of the 4 corners");
  ExpectRefused(ReadObjFile(kTop + "f 1 2 3 0\n"), kCode, "line 5");
  ExpectRefused(ReadObjFile(kTop + "f 1 2 3 -5\n"), kCode, "line 5");
  ExpectRefused(ReadObjFile(kTop + "f 1 2 3 4 1\n"), kCode, "line 5");
  ExpectRefused(ReadObjFile(kTop + "f 1 2 2 4\n"), kCode,
                "line 5: the face (0, 1, 0) (1, 1, 0)");
  ExpectRefused(ReadObjFile(kTop + "f 1 2\n"), kCode, "the face has 2 corners");
  ExpectRefused(ReadObjFile(kTop), kCode, "4 points but no face");
  ExpectRefused(ReadObjFile("curv 0 1 2 3\n"), kCode,
                "another line of an .obj file");
}

TEST(ObjFormat, ColoursThatCannotBeReadAreMissed) {
  constexpr auto kCode = StatusCode::kInvalidArgument;
  const std::string file = "mtllib a.mtl\n" + kTop + "usemtl m\nf 1 2 3 4\n";
  ExpectRefused(ReadObjFile(file), kCode,
                "line 6: material \"m\" is in no .mtl file that could be read "
                "(no a.mtl here)");
  const auto with = [&file](const std::string& materials) {
    return ReadObjFile(file, [&materials](std::string_view) {
      return Result<std::string>(materials);
    });
  };
  ExpectRefused(with("newmtl m\nmap_Kd a.png\n"), kCode,
                "only plain colours (Kd) are read");
  ExpectRefused(with("newmtl m\nKd 1 2 3\n"), kCode,
                "a.mtl: line 2 is \"Kd 1 2 3\"");
}

TEST(ObjFormat, TheLimitsCountAllObjectsTogether) {
  std::string file = kTop;
  for (int i = 0; i < 4; ++i) file += "o x\nf 1 2 3 4\n";

  EXPECT_TRUE(ReadObj(AsBytes(file), {.max_tiles = 4}, NoFile).has_value());
  ExpectRefused(ReadObj(AsBytes(file), {.max_tiles = 3}, NoFile),
                StatusCode::kTooLarge, "more than 3 tiles");
}

class ObjFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = "/tmp/goxel_obj_XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
    std::filesystem::create_directory(directory_ / "sub");
    Write("beside.mtl", "newmtl m\nKd 1 0 0\n");
    Write("beside.txt", "newmtl m\nKd 1 0 0\n");
    Write("sub/below.mtl", "newmtl m\nKd 1 0 0\n");
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void Write(const std::string& name, const std::string& content) {
    std::ofstream(directory_ / name) << content;
  }

  Result<Scene> LoadWith(const std::string& library) {
    Write("scene.obj",
          "mtllib " + library + "\n" + kTop + "usemtl m\nf 1 2 3 4\n");
    return LoadScene(directory_ / "scene.obj");
  }

  std::filesystem::path directory_;
};

TEST_F(ObjFile, TheMaterialsBesideItAreRead) {
  ExpectOneVoxel(LoadWith("beside.mtl"), {0, 0, 0}, kRed);
}

TEST_F(ObjFile, NoFileElsewhereIsRead) {
  for (const std::string& library :
       {std::string("sub/below.mtl"),
        "../" + directory_.filename().string() + "/beside.mtl",
        (directory_ / "beside.mtl").string(), std::string("beside.txt")}) {
    ExpectRefused(LoadWith(library), StatusCode::kInvalidArgument,
                  "the name of an .mtl file in the same directory");
  }
}

TEST_F(ObjFile, AMissingFileIsNamed) {
  ExpectRefused(LoadWith("gone.mtl"), StatusCode::kInvalidArgument, "gone.mtl");
}

TEST_F(ObjFile, AnEndlessListOfFilesIsRefused) {
  std::string lines;
  for (int i = 0; i < 17; ++i) lines += "mtllib beside.mtl\n";
  Write("scene.obj", lines + kTop + "f 1 2 3 4\n");

  ExpectRefused(LoadScene(directory_ / "scene.obj"), StatusCode::kTooLarge,
                "at most 16 .mtl files");
}

TEST(MeshDetection, ContentComesFirstAndTheNameSecond) {
  const auto detect = [](const std::string& content, const char* name) {
    return DetectSceneFormat(AsBytes(content), name).value_or(SceneFormat::kQb);
  };
  EXPECT_EQ(detect("ply\nformat ascii 1.0\n", "a.txt"), SceneFormat::kPly);
  EXPECT_EQ(detect("ply\r\nformat ascii 1.0\r\n", ""), SceneFormat::kPly);
  EXPECT_EQ(detect("# c\n\nmtllib a.mtl\n", "a.txt"), SceneFormat::kObj);
  EXPECT_EQ(detect("v 1 2 3\n", ""), SceneFormat::kObj);
  EXPECT_EQ(detect("# c\n1 2 3 ff0000\n", "a.obj"), SceneFormat::kTxt);
  EXPECT_EQ(detect("# nothing else\n", "A.OBJ"), SceneFormat::kObj);
  EXPECT_EQ(detect("plyers\n", "a.ply"), SceneFormat::kPly);
}

}  // namespace
}  // namespace goxel
