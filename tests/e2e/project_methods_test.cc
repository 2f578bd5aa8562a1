#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "tests/e2e/editing_fixture.h"

namespace goxel {
namespace {

class ProjectMethodsTest : public EditingTest {
 protected:
  explicit ProjectMethodsTest(const std::vector<std::string>& flags = {})
      : EditingTest(flags) {}

  std::string ProjectCount() { return Do("goxel.list_projects").At("/count"); }

  // A connection's end is noticed soon, not at once.
  bool AwaitProjectCount(const std::string& count) {
    for (int i = 0; i < 1000; ++i) {
      if (ProjectCount() == count) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
};

class SmallProjectsTest : public ProjectMethodsTest {
 protected:
  SmallProjectsTest()
      : ProjectMethodsTest({"--max-projects", "3", "--max-voxels", "100"}) {}
};

TEST_F(ProjectMethodsTest, AProjectIsWhatItsIdSays) {
  Do("goxel.create_project", R"({"name":"A","project_id":"a"})");
  Do("goxel.add_voxel", R"({"x":1,"y":1,"z":1,"r":7,"project_id":"a"})");

  EXPECT_EQ(Do("goxel.get_voxel", R"({"x":1,"y":1,"z":1,"project_id":"a"})")
                .At("/exists"),
            "true");
  EXPECT_EQ(Do("goxel.get_voxel", R"({"x":1,"y":1,"z":1})").At("/exists"),
            "false");
  EXPECT_EQ(
      Do("goxel.get_voxel", R"({"x":1,"y":1,"z":1,"project_id":"default"})")
          .At("/exists"),
      "false");
}

TEST_F(ProjectMethodsTest, AnUnknownProjectIsNotFound) {
  for (const char* method :
       {"goxel.add_voxel", "goxel.list_layers", "goxel.undo",
        "goxel.get_project_info", "goxel.close_project",
        "goxel.procedural_shape", "goxel.batch_operations"}) {
    EXPECT_EQ(Call(client_, method, R"({"project_id":"nobody"})")
                  .Text("/error/data/reason"),
              "not_found")
        << method;
  }
}

TEST_F(ProjectMethodsTest, ProjectsAreListedWithTheirFigures) {
  Do("goxel.create_project",
     R"({"name":"A","project_id":"a","width":1,"height":2,"depth":3})");
  Do("goxel.add_voxel", R"({"project_id":"a"})");

  EXPECT_EQ(Do("goxel.list_projects").At(""),
            R"({"count":2,"projects":[)"
            R"({"project_id":"a","has_scene":true,"name":"A",)"
            R"("width":1,"height":2,"depth":3,"layer_count":1,"voxels":1,)"
            R"("undo_steps":1,"redo_steps":0},)"
            R"({"project_id":"default","has_scene":true,)"
            R"("name":"New Project","width":64,"height":64,"depth":64,)"
            R"("layer_count":1,"voxels":0,"undo_steps":0,"redo_steps":0}]})");
}

TEST_F(ProjectMethodsTest, AClosedProjectIsGone) {
  Do("goxel.create_project", R"({"project_id":"a"})");

  EXPECT_EQ(Do("goxel.close_project", R"({"project_id":"a"})").At(""),
            R"({"success":true,"project_id":"a"})");
  EXPECT_EQ(ProjectCount(), "1");
}

TEST_F(ProjectMethodsTest, TheDefaultProjectIsClosedOnlyByName) {
  EXPECT_EQ(Call(client_, "goxel.close_project").Text("/error/message"),
            "Missing required parameter: project_id");
  EXPECT_EQ(Do("goxel.get_project_info").At("/has_scene"), "true");

  Do("goxel.close_project", R"(["default"])");

  EXPECT_EQ(Call(client_, "goxel.get_project_info").Text("/error/data/reason"),
            "failed_precondition");
  EXPECT_EQ(ProjectCount(), "1");
}

TEST_F(ProjectMethodsTest, AnEphemeralProjectGoesWithItsConnection) {
  std::optional<SocketClient> other(std::in_place, home_.socket());
  Call(*other, "goxel.create_project",
       R"({"project_id":"mine","ephemeral":true})");
  Call(*other, "goxel.create_project", R"({"project_id":"kept"})");
  EXPECT_EQ(ProjectCount(), "3");

  other.reset();

  EXPECT_TRUE(AwaitProjectCount("2"));
  EXPECT_EQ(Do("goxel.list_projects").At("/projects/1/project_id"), "\"kept\"");
}

TEST_F(ProjectMethodsTest, AConnectionClosesNoProjectThatOthersMadeAfterIts) {
  std::optional<SocketClient> other(std::in_place, home_.socket());
  Call(*other, "goxel.create_project",
       R"({"project_id":"p","ephemeral":true})");
  Do("goxel.close_project", R"(["p"])");
  Do("goxel.create_project", R"({"project_id":"p","name":"later"})");
  // Goes after it: when this one is gone, so is what the first asked for.
  std::optional<SocketClient> last(std::in_place, home_.socket());
  Call(*last, "goxel.create_project", R"({"project_id":"q","ephemeral":true})");

  other.reset();
  last.reset();

  EXPECT_TRUE(AwaitProjectCount("2"));
  EXPECT_EQ(Do("goxel.get_project_info", R"({"project_id":"p"})").At("/name"),
            "\"later\"");
}

TEST_F(ProjectMethodsTest, AnEphemeralProjectTakesNobodysPlace) {
  Do("goxel.create_project", R"({"project_id":"p"})");

  EXPECT_EQ(Call(client_, "goxel.create_project",
                 R"({"project_id":"p","ephemeral":true})")
                .Text("/error/message"),
            "there is a project 'p' already");
  EXPECT_EQ(Call(client_, "goxel.create_project", R"({"ephemeral":true})")
                .Text("/error/data/reason"),
            "invalid_argument");
}

TEST_F(ProjectMethodsTest, SizesBeyond32BitsAreRefused) {
  EXPECT_EQ(Call(client_, "goxel.create_project", R"(["p",4294967297])")
                .Text("/error/message"),
            "width is 4294967297; expected an integer from 1 to 2147483647");
}

TEST_F(SmallProjectsTest, ThereAreOnlySoManyProjects) {
  Do("goxel.create_project", R"({"project_id":"a"})");
  Do("goxel.create_project", R"({"project_id":"b"})");

  EXPECT_EQ(Call(client_, "goxel.create_project", R"({"project_id":"c"})")
                .Text("/error/data/reason"),
            "resource_exhausted");
  Do("goxel.close_project", R"(["a"])");
  Do("goxel.create_project", R"({"project_id":"c"})");
}

TEST_F(SmallProjectsTest, ARequestThatGoesOverTheVoxelLimitChangesNothing) {
  Do("goxel.procedural_shape", R"(["cube",10,9,1])");
  struct Case {
    const char* method;
    const char* params;
  };
  std::string eleven;
  for (int i = 0; i < 11; ++i) {
    eleven += std::string(eleven.empty() ? "" : ",") + R"({"x":)" +
              std::to_string(50 + i) + R"(,"y":0,"z":0,"r":1,"g":1,"b":1})";
  }
  const std::string add = R"({"voxels":[)" + eleven + "]}";

  for (const auto& [method, params] :
       {Case{"goxel.procedural_shape", R"(["cube",1,11,1,50])"},
        Case{"goxel.procedural_shape", R"(["cube",5,5,5])"},
        Case{"add_voxels", add.c_str()},
        Case{"goxel.batch_operations",
             R"({"operations":[{"type":"procedural_shape","size_x":1,)"
             R"("size_y":11,"size_z":1,"center_x":50}]})"}}) {
    const JsonReply reply = Call(client_, method, params);
    EXPECT_EQ(reply.Text("/error/data/reason"), "too_large") << reply.text();
    EXPECT_EQ(Info("/voxels"), "90") << method;
  }
  for (int i = 0; i < 10; ++i) {
    Do("goxel.add_voxel", "[70,0," + std::to_string(i) + "]");
  }
  EXPECT_EQ(
      Call(client_, "goxel.add_voxel", "[71,0,0]").Text("/error/data/reason"),
      "too_large");
  // What is there may be written again.
  Do("goxel.add_voxel", "[70,0,0,5,5,5]");
}

}  // namespace
}  // namespace goxel
