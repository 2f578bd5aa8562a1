#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/editing_fixture.h"

namespace goxel {
namespace {

class LayerMethodsTest : public EditingTest {
 protected:
  std::string Ids() {
    const CallResult layers = Do("goxel.list_layers");
    std::string ids;
    for (int i = 0; i < std::stoi(layers.At("/count")); ++i) {
      ids += layers.At("/layers/" + std::to_string(i) + "/id") + " ";
    }
    return ids;
  }
};

TEST_F(LayerMethodsTest, ListLayersTellsWhatIsTrueOfThem) {
  Do("goxel.create_layer", R"({"name":"top","visible":false})");
  Do("goxel.add_voxel", "[-3,4,5,1,1,1]");
  Do("goxel.add_voxel", "[7,4,5,1,1,1]");

  EXPECT_EQ(
      Do("goxel.list_layers").reply().At("/result"),
      R"({"count":2,"layers":[)"
      R"({"id":1,"name":"Layer.1","visible":true,"mode":"over",)"
      R"("material":-1,"base_id":0,"voxels":0,"active":false,"bounds":null},)"
      R"({"id":2,"name":"top","visible":false,"mode":"over",)"
      R"("material":-1,"base_id":0,"voxels":2,"active":true,)"
      R"("bounds":{"min":[-3,4,5],"max":[7,4,5]}}]})");
}

TEST_F(LayerMethodsTest, CreateLayerTellsTheIdAndMakesItActive) {
  EXPECT_EQ(Do("goxel.create_layer", R"(["L1",1,2,3,true])").At(""),
            R"({"success":true,"id":2,"name":"L1","visible":true,)"
            R"("color":[1,2,3]})");
  EXPECT_EQ(Info("/active_layer"), "2");
}

TEST_F(LayerMethodsTest, AnIdThatIsFreeIsTakenAgain) {
  Do("goxel.create_layer");
  Do("goxel.create_layer");
  Do("goxel.delete_layer", "[2]");

  EXPECT_EQ(Do("goxel.create_layer").At("/id"), "2");
  EXPECT_EQ(Ids(), "1 3 2 ");
}

TEST_F(LayerMethodsTest, DeletingByANameThatTwoHaveAsksForTheId) {
  Do("goxel.create_layer", R"(["twin"])");
  Do("goxel.create_layer", R"(["twin"])");

  EXPECT_EQ(Call(client_, "goxel.delete_layer", R"({"layer_name":"twin"})")
                .Text("/error/message"),
            "2 layers are called 'twin'; give layer_id");
  EXPECT_EQ(Ids(), "1 2 3 ");
}

TEST_F(LayerMethodsTest, SeveralLayersMergeIntoTheLowest) {
  Do("goxel.add_voxel", "[0,0,0,1,1,1]");
  Do("goxel.create_layer");
  Do("goxel.add_voxel", "[0,0,0,2,2,2]");
  Do("goxel.create_layer");
  Do("goxel.add_voxel", "[0,0,0,3,3,3]");

  EXPECT_EQ(Do("goxel.merge_layers", R"({"layer_ids":[3,1,2]})").At("/id"),
            "1");
  EXPECT_EQ(Ids(), "1 ");
  EXPECT_EQ(ColorAt("[0,0,0]"), "[3,3,3,255]");
}

TEST_F(LayerMethodsTest, TheBlendModeIsThatOfTheMergedLayer) {
  Do("goxel.add_voxel", "[0,0,0,1,1,1]");
  Do("goxel.add_voxel", "[1,0,0,1,1,1]");
  Do("goxel.create_layer");
  Do("goxel.add_voxel", "[0,0,0,2,2,2]");
  Do("goxel.update_layer", R"({"layer_id":2,"mode":"subtract"})");

  Do("goxel.merge_layers", "[2,1]");

  EXPECT_EQ(ColorAt("[0,0,0]"), "[0,0,0,0]");
  EXPECT_EQ(ColorAt("[1,0,0]"), "[1,1,1,255]");
}

TEST_F(LayerMethodsTest, TheActiveLayerIsWhereEditsGo) {
  Do("goxel.create_layer");
  EXPECT_EQ(Do("goxel.set_active_layer", "[1]").At("/layer_id"), "1");
  Do("goxel.add_voxel", "[0,0,0]");

  EXPECT_EQ(Do("goxel.list_layers").At("/layers/0/voxels"), "1");
  EXPECT_EQ(
      Call(client_, "goxel.set_active_layer", "[5]").Text("/error/data/reason"),
      "not_found");
}

TEST_F(LayerMethodsTest, UpdateLayerChangesWhatItNames) {
  Do("goxel.create_layer");
  Do("goxel.create_layer");

  const CallResult updated =
      Do("goxel.update_layer",
         R"({"layer_id":3,"name":"sky","mode":"max","visible":false,)"
         R"("position":0})");

  EXPECT_EQ(updated.At("/layer"),
            R"({"id":3,"name":"sky","visible":false,"mode":"max",)"
            R"("material":-1,"base_id":0,"voxels":0})");
  EXPECT_EQ(Ids(), "3 1 2 ");
  EXPECT_EQ(Do("goxel.update_layer", R"({"layer_id":3})").At("/layer/name"),
            "\"sky\"");
}

TEST_F(LayerMethodsTest, UpdateLayerRefusesWhatCannotBe) {
  struct Case {
    const char* params;
    const char* message;
  };
  for (const auto& [params, message] :
       {Case{R"({"name":"x"})", "Must specify valid layer_id"},
        Case{R"({"layer_id":1,"position":1})",
             "position is 1; expected 0 (the bottom) to 0"},
        Case{R"({"layer_id":1,"material":0})",
             "material is 0; expected -1 for none to -1"},
        Case{R"({"layer_id":1,"mode":"mix"})",
             "mode is \"mix\"; expected over, subtract, subtract_clamp, paint, "
             "max, intersect, intersect_fill, multiply_alpha or replace"}}) {
    EXPECT_EQ(
        Call(client_, "goxel.update_layer", params).Text("/error/message"),
        message);
  }
}

}  // namespace
}  // namespace goxel
