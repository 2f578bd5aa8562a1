#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/editing_fixture.h"

namespace goxel {
namespace {

using HistoryMethodsTest = EditingTest;

struct Edit {
  const char* method;
  const char* params;
};

constexpr Edit kEdits[] = {
    {"goxel.add_voxel", "[9,9,9,1,2,3]"},
    {"add_voxels", R"([[{"x":5,"y":5,"z":5,"r":1,"g":2,"b":3}]])"},
    {"goxel.remove_voxel", "[0,0,0]"},
    {"goxel.paint_voxels", "[0,0,0,9,8,7]"},
    {"goxel.paint_voxels", R"({"voxels":[[0,0,0],[1,0,0]],"r":4})"},
    {"goxel.flood_fill", "[0,0,0,7,7,7]"},
    {"goxel.procedural_shape", R"(["sphere",9])"},
    {"goxel.procedural_shape", R"({"size_x":4,"mode":"subtract"})"},
    {"goxel.procedural_shape", R"({"size_x":4,"mode":"paint","b":3})"},
    {"goxel.batch_operations",
     R"({"operations":[{"type":"remove_voxel","x":0,"y":0,"z":0},)"
     R"({"type":"create_layer"}]})"},
    {"goxel.create_layer", R"(["third"])"},
    {"goxel.delete_layer", "[2]"},
    {"goxel.delete_layer", R"({"layer_name":"second"})"},
    {"goxel.merge_layers", "[2,1]"},
    {"goxel.set_layer_visibility", "[1,false]"},
    {"goxel.set_active_layer", "[1]"},
    {"goxel.update_layer", R"({"layer_id":1,"name":"x","position":1})"},
};

TEST_F(HistoryMethodsTest, EveryEditIsOneStepThatUndoTakesBackAndRedoMakes) {
  for (const auto& [method, params] : kEdits) {
    SCOPED_TRACE(std::string(method) + " " + params);
    Do("goxel.create_project");
    Do("goxel.procedural_shape", R"(["cube",3,3,3])");
    Do("goxel.create_layer", R"(["second"])");
    for (const char* cell : {"[0,0,0]", "[1,0,0]", "[0,0,1]"}) {
      Do("goxel.add_voxel", cell);
    }
    const std::string before = Contents();
    const int steps = UndoSteps();

    Do(method, params);
    const std::string after = Contents();
    EXPECT_NE(after, before);
    EXPECT_EQ(UndoSteps(), steps + 1);

    const CallResult undone = Do("goxel.undo");
    EXPECT_EQ(Contents(), before);
    EXPECT_EQ(undone.At("/undo_steps"), std::to_string(steps));
    EXPECT_EQ(undone.At("/redo_steps"), "1");

    const CallResult redone = Do("goxel.redo");
    EXPECT_EQ(Contents(), after);
    EXPECT_EQ(redone.At("/undo_steps"), std::to_string(steps + 1));
    EXPECT_EQ(redone.At("/redo_steps"), "0");
  }
}

TEST_F(HistoryMethodsTest, AllEditsAreTakenBackOneByOne) {
  std::vector<std::string> states = {Contents()};
  for (const auto& [method, params] : kEdits) {
    Call(client_, method, params);
    const std::string contents = Contents();
    if (contents != states.back()) states.push_back(contents);
  }
  ASSERT_GT(states.size(), 10u);
  ASSERT_EQ(UndoSteps(), static_cast<int>(states.size()) - 1);

  for (auto state = states.rbegin() + 1; state != states.rend(); ++state) {
    Do("goxel.undo");
    EXPECT_EQ(Contents(), *state);
  }
  for (std::size_t i = 1; i < states.size(); ++i) {
    Do("goxel.redo");
    EXPECT_EQ(Contents(), states[i]);
  }
}

TEST_F(HistoryMethodsTest, NothingToUndoIsAnErrorThatSaysSo) {
  const JsonReply undone = Call(client_, "goxel.undo");
  const JsonReply redone = Call(client_, "goxel.redo");

  EXPECT_EQ(undone.Text("/error/data/reason"), "failed_precondition");
  EXPECT_EQ(undone.Text("/error/message"), "there is nothing to undo");
  EXPECT_EQ(redone.Text("/error/message"), "there is nothing to redo");
}

TEST_F(HistoryMethodsTest, AnEditAfterUndoEndsWhatCouldBeRedone) {
  Do("goxel.add_voxel", "[1,1,1]");
  Do("goxel.undo");
  Do("goxel.add_voxel", "[2,2,2]");

  EXPECT_FALSE(Call(client_, "goxel.redo").Has("/result"));
}

TEST_F(HistoryMethodsTest, WhatChangesNothingOrFailsIsNoStep) {
  Do("goxel.add_voxel", "[1,1,1,5,5,5]");
  const int steps = UndoSteps();

  Do("goxel.add_voxel", "[1,1,1,5,5,5]");
  Do("goxel.remove_voxel", "[7,7,7]");
  Do("goxel.flood_fill", "[7,7,7]");
  Call(client_, "goxel.paint_voxels", "[7,7,7]");
  Call(client_, "goxel.delete_layer", "[9]");

  EXPECT_EQ(UndoSteps(), steps);
}

}  // namespace
}  // namespace goxel
