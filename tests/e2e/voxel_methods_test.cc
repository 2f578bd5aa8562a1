// Painting, filling and drawing shapes over the wire: what is ours beside what
// existing clients know.

#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/editing_fixture.h"

namespace goxel {
namespace {

using VoxelMethodsTest = EditingTest;

TEST_F(VoxelMethodsTest, GetVoxelLooksAtTheLayerNamed) {
  Do("goxel.add_voxel", "[1,1,1,9,9,9]");
  Do("goxel.create_layer");

  EXPECT_EQ(Do("goxel.get_voxel", "[1,1,1]").At("/exists"), "false");
  EXPECT_EQ(Do("goxel.get_voxel", "[1,1,1,1]").At("/exists"), "true");
  EXPECT_EQ(
      Do("goxel.get_voxel", R"({"x":1,"y":1,"z":1,"layer_id":1})").At("/color"),
      "[9,9,9,255]");
  const JsonReply unknown = Call(client_, "goxel.get_voxel", "[1,1,1,7]");
  EXPECT_EQ(unknown.Number("/error/code"), -1006);
  EXPECT_EQ(unknown.Text("/error/data/hint"),
            "there is no layer 7; the layers are 1, 2");
}

TEST_F(VoxelMethodsTest, ColorsOfAnyOtherKindAreRefusedByName) {
  struct Case {
    const char* params;
    const char* message;
  };
  for (const auto& [params, message] :
       {Case{R"({"r":"red"})", R"(r is "red"; expected a number)"},
        Case{R"({"color":[1,null,"x"]})", "g is null; expected a number"},
        Case{R"([0,0,0,1,{}])", "g is {}; expected a number"}}) {
    const JsonReply reply = Call(client_, "goxel.add_voxel", params);
    EXPECT_EQ(reply.Number("/error/code"), -32602) << reply.text();
    EXPECT_NE(reply.Text("/error/message").find(message), std::string::npos)
        << reply.text();
  }
}

TEST_F(VoxelMethodsTest, PaintTakesAListOfCells) {
  for (const char* cell : {"[0,0,0]", "[1,0,0]", "[2,0,0]"}) {
    Do("goxel.add_voxel", cell);
  }

  EXPECT_EQ(Do("goxel.paint_voxels",
               R"({"voxels":[[0,0,0],{"x":2,"y":0,"z":0}],"color":"#010203"})")
                .At("/painted"),
            "2");
  EXPECT_EQ(ColorAt("[0,0,0]"), "[1,2,3,255]");
  EXPECT_EQ(ColorAt("[1,0,0]"), "[0,0,0,255]");
  EXPECT_EQ(ColorAt("[2,0,0]"), "[1,2,3,255]");
}

TEST_F(VoxelMethodsTest, PaintingAListWithAnEmptyCellPaintsNothing) {
  Do("goxel.add_voxel", "[0,0,0]");

  const JsonReply reply =
      Call(client_, "goxel.paint_voxels",
           R"({"voxels":[[0,0,0],[5,0,0]],"color":[1,2,3]})");

  EXPECT_EQ(reply.Number("/error/code"), -1009) << reply.text();
  EXPECT_EQ(reply.Text("/error/data/hint"), "there is no voxel at 5, 0, 0");
  EXPECT_EQ(ColorAt("[0,0,0]"), "[0,0,0,255]");
  EXPECT_EQ(UndoSteps(), 1);
}

TEST_F(VoxelMethodsTest, ACellOfAListThatIsNoneIsNamed) {
  const JsonReply reply =
      Call(client_, "goxel.paint_voxels", R"({"voxels":[[0,0,0],[1,2]]})");

  EXPECT_EQ(reply.Number("/error/code"), -32602);
  EXPECT_TRUE(reply.Text("/error/message").starts_with("voxels[1]: "))
      << reply.text();
}

TEST_F(VoxelMethodsTest, PaintRefusesAnEmptyColor) {
  Do("goxel.add_voxel", "[0,0,0]");

  EXPECT_EQ(Call(client_, "goxel.paint_voxels", R"({"color":"#01020300"})")
                .Number("/error/code"),
            -32602);
}

TEST_F(VoxelMethodsTest, WithoutALayerPaintMeansLayer1OrElseTheActiveOne) {
  Do("goxel.add_voxel", "[0,0,0]");
  Do("goxel.create_layer");
  Do("goxel.add_voxel", "[0,0,0]");

  Do("goxel.paint_voxels", "[0,0,0,7,7,7]");
  EXPECT_EQ(ColorAt("[0,0,0,1]"), "[7,7,7,255]");
  EXPECT_EQ(ColorAt("[0,0,0,2]"), "[0,0,0,255]");
  Do("goxel.delete_layer", "[1]");
  Do("goxel.paint_voxels", "[0,0,0,7,7,7]");
  EXPECT_EQ(ColorAt("[0,0,0,2]"), "[7,7,7,255]");
}

TEST_F(VoxelMethodsTest, FloodFillKnowsToleranceConnectivityAndALimit) {
  Do("goxel.add_voxel", "[0,0,0,100,0,0]");
  Do("goxel.add_voxel", "[1,0,0,104,0,0]");
  Do("goxel.add_voxel", "[2,1,0,104,0,0]");

  const auto fill = [&](const std::string& options) {
    const JsonReply reply =
        Call(client_, "goxel.flood_fill",
             R"({"x":0,"y":0,"z":0,"color":[100,0,0],)" + options + "}");
    return reply.At("/result/voxels_filled");
  };
  EXPECT_EQ(fill(R"("tolerance":3)"), "1");
  EXPECT_EQ(fill(R"("tolerance":4,"connectivity":18,"max_voxels":2)"),
            "missing");
  EXPECT_EQ(fill(R"("tolerance":4,"connectivity":18)"), "3");
  EXPECT_EQ(ColorAt("[2,1,0]"), "[100,0,0,255]");
  EXPECT_EQ(fill(R"("connectivity":7)"), "missing");
}

TEST_F(VoxelMethodsTest, ShapesAddSubtractAndPaint) {
  EXPECT_EQ(
      Do("goxel.procedural_shape", R"(["cube",6,6,6])").At("/voxels_created"),
      "216");
  const CallResult painted =
      Do("goxel.procedural_shape",
         R"({"shape_type":"sphere","size_x":20,"mode":"paint","r":9})");
  EXPECT_EQ(painted.At("/voxels_created"), "0");
  EXPECT_EQ(painted.At("/voxels_painted"), "216");
  EXPECT_EQ(ColorAt("[0,0,0]"), "[9,0,0,255]");
  EXPECT_EQ(Do("goxel.procedural_shape",
               R"({"size_x":4,"size_y":4,"size_z":4,"mode":"subtract"})")
                .At("/voxels_removed"),
            "64");
  EXPECT_EQ(Info("/voxels"), "152");
}

TEST_F(VoxelMethodsTest, ALineGoesFromOneCellToAnother) {
  EXPECT_EQ(Do("goxel.procedural_shape",
               R"({"shape_type":"line","from":[0,0,0],"to":[-30,10,5],"g":8})")
                .At("/voxels_created"),
            "31");
  EXPECT_EQ(ColorAt("[0,0,0]"), "[0,8,0,255]");
  EXPECT_EQ(ColorAt("[-30,10,5]"), "[0,8,0,255]");
}

TEST_F(VoxelMethodsTest, ShapesThatCannotBeAreRefusedBeforeAnyWork) {
  struct Case {
    const char* params;
    const char* reason;
    const char* message;
  };
  for (const auto& [params, reason, message] :
       {Case{R"({"shape_type":"sphere","size_x":4,"size_y":5})",
             "invalid_argument",
             "size_y is 5 and size_x 4; a sphere is as wide one way as "
             "another, \"ellipsoid\" need not be"},
        Case{R"({"size_x":20,"center_x":2147483647})", "invalid_argument",
             "center_x is 2147483647, so that with size_x 20 the shape would "
             "leave -2147483648 to 2147483647"},
        Case{R"({"size_x":2000000000,"size_y":2000000000})", "too_large",
             "this cube would be of more than 67108864 voxels, as many as a "
             "project may have"},
        Case{R"({"shape_type":"line","size_x":2147483647,"mode":"subtract"})",
             "too_large",
             "this line would be of more than 67108864 voxels, as many as a "
             "project may have"}}) {
    const JsonReply reply = Call(client_, "goxel.procedural_shape", params);
    EXPECT_EQ(reply.Text("/error/data/reason"), reason) << reply.text();
    EXPECT_EQ(reply.Text("/error/message"), message);
  }
  EXPECT_EQ(Call(client_, "goxel.procedural_shape", R"(["teapot"])")
                .Text("/error/data/hint"),
            "there is no shape 'teapot'; expected cube, sphere, ellipsoid, "
            "cylinder, pyramid, line or plane");
}

TEST_F(VoxelMethodsTest, AHugeShapeMaySubtractAndPaint) {
  Do("goxel.add_voxel", "[5,5,5]");

  EXPECT_EQ(Do("goxel.procedural_shape",
               R"({"shape_type":"sphere","size_x":2000000000,)"
               R"("mode":"subtract"})")
                .At("/voxels_removed"),
            "1");
}

}  // namespace
}  // namespace goxel
