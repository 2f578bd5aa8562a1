#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/editing_fixture.h"

namespace goxel {
namespace {

class BatchMethodsTest : public EditingTest {
 protected:
  JsonReply Batch(const std::string& operations,
                  const std::string& options = "") {
    return Call(client_, "goxel.batch_operations",
                "{\"operations\":[" + operations + "]" + options + "}");
  }
};

TEST_F(BatchMethodsTest, EveryKindOfOperationIsDoneInOrderAsOneUndoStep) {
  const std::string before = Contents();

  const JsonReply reply = Batch(
      R"({"type":"add_voxel","x":0,"y":0,"z":0,"color":"#010101"},)"
      R"({"type":"goxel.add_voxel","position":{"x":1,"y":0,"z":0},)"
      R"("rgba":[1,1,1,255]},)"
      R"({"type":"paint_voxel","x":1,"y":0,"z":0,"r":2,"g":2,"b":2},)"
      R"({"type":"paint_voxels","voxels":[[0,0,0]],"r":2,"g":2,"b":2},)"
      R"({"type":"flood_fill","x":0,"y":0,"z":0,"r":3,"g":3,"b":3},)"
      R"({"type":"remove_voxel","x":1,"y":0,"z":0},)"
      R"({"type":"procedural_shape","shape_type":"cube","size_x":2,)"
      R"("size_y":2,"size_z":2,"center_x":50},)"
      R"({"type":"create_layer","name":"top"},)"
      R"({"type":"add_voxel","x":0,"y":0,"z":0,"r":9,"g":9,"b":9,)"
      R"("layer_id":2},)"
      R"({"type":"create_layer","name":"gone"},)"
      R"({"type":"delete_layer","layer_name":"gone"},)"
      R"({"type":"set_layer_visibility","layer_id":2,"visible":false},)"
      R"({"type":"update_layer","layer_id":1,"name":"ground"},)"
      R"({"type":"set_active_layer","layer_id":1},)"
      R"({"type":"merge_layers","source_layer_id":2,"target_layer_id":1})");

  EXPECT_EQ(reply.At("/result"),
            R"({"success":true,"total_operations":15,)"
            R"("successful_operations":15,"failed_operations":0,"errors":[]})");
  EXPECT_EQ(ColorAt("[0,0,0]"), "[9,9,9,255]");
  EXPECT_EQ(ColorAt("[1,0,0]"), "[0,0,0,0]");
  EXPECT_EQ(Info("/voxels"), "9");
  EXPECT_EQ(Do("goxel.list_layers").At("/layers/0/name"), "\"ground\"");
  EXPECT_EQ(UndoSteps(), 1);
  Do("goxel.undo");
  EXPECT_EQ(Contents(), before);
}

TEST_F(BatchMethodsTest, WhatFailsIsCountedAndNamed) {
  const JsonReply reply =
      Batch(R"({"type":"add_voxel","x":1,"y":1,"z":1,"r":1,"g":1,"b":1},)"
            R"({"type":"dance"},7,{"x":1},{"type":"add_voxel","x":1},)"
            R"({"type":"add_voxel","x":1,"y":1,"z":1},)"
            R"({"type":"paint_voxel","x":9,"y":9,"z":9})");

  EXPECT_EQ(reply.At("/result/success"), "false");
  EXPECT_EQ(reply.Number("/result/total_operations"), 7);
  EXPECT_EQ(reply.Number("/result/successful_operations"), 1);
  EXPECT_EQ(reply.Number("/result/failed_operations"), 6);
  EXPECT_EQ(reply.Number("/result/errors/0/index"), 1);
  EXPECT_TRUE(reply.Text("/result/errors/0/message")
                  .starts_with("type is \"dance\"; expected add_voxel, "))
      << reply.text();
  EXPECT_EQ(reply.Text("/result/errors/1/message"),
            "it is 7; expected an object with a type");
  EXPECT_EQ(reply.Text("/result/errors/3/message"),
            "it needs x, y and z, or position");
  EXPECT_EQ(reply.Text("/result/errors/4/message"),
            "it needs r, g and b, or color");
  EXPECT_EQ(reply.Text("/result/errors/5/message"),
            "there is no voxel at 9, 9, 9");
  EXPECT_EQ(Info("/voxels"), "1");
}

TEST_F(BatchMethodsTest, AnAtomicBatchIsDoneWhollyOrNotAtAll) {
  const std::string add =
      R"({"type":"add_voxel","x":1,"y":1,"z":1,"r":1,"g":1,"b":1})";

  const JsonReply failed =
      Batch(add + R"(,{"type":"delete_layer","layer_id":9},)" + add,
            R"(,"atomic":true)");

  EXPECT_EQ(failed.Text("/error/message"),
            "operation 1: there is no layer 9; the layers are 1; none was "
            "done");
  EXPECT_EQ(failed.Number("/error/data/index"), 1);
  EXPECT_EQ(Info("/voxels"), "0");
  EXPECT_EQ(UndoSteps(), 0);
  EXPECT_EQ(Batch(add, R"(,"atomic":true)").At("/result/success"), "true");
  EXPECT_EQ(UndoSteps(), 1);
}

TEST_F(BatchMethodsTest, AnOperationThatFailsLeavesNoTrace) {
  Batch(R"({"type":"update_layer","layer_id":1,"name":"x","position":7},)"
        R"({"type":"update_layer","layer_id":1,"name":"x","material":3},)"
        R"({"type":"merge_layers","layer_ids":[1,9]})");

  EXPECT_EQ(Do("goxel.list_layers").At("/layers/0/name"), "\"Layer.1\"");
  EXPECT_EQ(UndoSteps(), 0);
}

TEST_F(BatchMethodsTest, ABatchThatGoesOverTheLimitIsNotDone) {
  const JsonReply reply =
      Batch(R"({"type":"procedural_shape","size_x":400,"size_y":400,)"
            R"("size_z":400},)"
            R"({"type":"procedural_shape","size_x":400,"size_y":400,)"
            R"("size_z":400,"center_x":400})");

  EXPECT_EQ(reply.Text("/error/data/reason"), "too_large") << reply.text();
  EXPECT_EQ(Info("/voxels"), "0");
}

TEST_F(BatchMethodsTest, OnlyTheFirstHundredFailuresAreTold) {
  std::string operations = "1";
  for (int i = 0; i < 999; ++i) operations += ",1";

  const JsonReply reply = Batch(operations);

  EXPECT_EQ(reply.Number("/result/failed_operations"), 1000);
  EXPECT_TRUE(reply.Has("/result/errors/99"));
  EXPECT_FALSE(reply.Has("/result/errors/100"));
}

}  // namespace
}  // namespace goxel
