#include "daemon/projects.h"

#include <gtest/gtest.h>

#include <string>

namespace goxel {
namespace {

TEST(Projects, TheDefaultOneIsAlwaysThere) {
  Projects projects({});

  EXPECT_TRUE(projects.Find(kDefaultProjectId));
  EXPECT_EQ(projects.List().size(), 1u);
}

TEST(Projects, OneThatIsNotThereIsNamedWithThoseThatAre) {
  Projects projects({});
  ASSERT_TRUE(projects.FindOrMake("a"));

  const auto found = projects.Find("b");

  EXPECT_EQ(found.error().code(), StatusCode::kNotFound);
  EXPECT_EQ(found.error().message(),
            "there is no project 'b'; 2 of 2 there are: a, default");
}

TEST(Projects, AreMadeOnceById) {
  Projects projects({});
  const auto first = projects.FindOrMake("a");

  EXPECT_EQ(projects.FindOrMake("a").value(), first.value());
  EXPECT_EQ(projects.Make("a").error().code(), StatusCode::kFailedPrecondition);
  EXPECT_TRUE(projects.Make("b"));
}

TEST(Projects, IdsOfOtherCharactersAreRefused) {
  Projects projects({});

  for (const std::string& id :
       {std::string(), std::string("a b"), std::string("../x"),
        std::string("\xc3\xa4"), std::string(65, 'a')}) {
    EXPECT_EQ(projects.Make(id).error().code(), StatusCode::kInvalidArgument)
        << id;
  }
  EXPECT_TRUE(projects.Make("A-z_0.9"));
  EXPECT_TRUE(projects.Make(std::string(64, 'a')));
}

TEST(Projects, ThereAreOnlySoMany) {
  Projects projects({.max_projects = 2, .limits = {}, .show_hash = {}});
  ASSERT_TRUE(projects.Make("a"));

  EXPECT_EQ(projects.FindOrMake("b").error().code(),
            StatusCode::kResourceExhausted);
  EXPECT_TRUE(projects.FindOrMake("a"));
  EXPECT_TRUE(projects.Close("a"));
  EXPECT_TRUE(projects.Make("b"));
}

TEST(Projects, AClosedOneLivesOnForThoseWhoHoldIt) {
  Projects projects({});
  const auto held = projects.Make("a").value();
  ASSERT_TRUE(held->Replace(NewScene(), "held", {}).ok());

  EXPECT_TRUE(projects.Close("a"));

  EXPECT_FALSE(projects.Close("a"));
  EXPECT_FALSE(projects.Find("a"));
  EXPECT_EQ(held->Describe()->name, "held");
}

TEST(Projects, OnlyTheProjectMeantIsClosed) {
  Projects projects({});
  const auto first = projects.Make("a").value();
  projects.Close("a");
  const auto second = projects.Make("a").value();

  EXPECT_FALSE(projects.Close("a", first));
  EXPECT_TRUE(projects.Find("a"));
  EXPECT_TRUE(projects.Close("a", second));
}

TEST(Projects, ClosingTheDefaultOneTakesItsScene) {
  Projects projects({});
  const auto project = projects.Find(kDefaultProjectId).value();
  ASSERT_TRUE(project->Replace(NewScene(), "p", {}).ok());

  EXPECT_TRUE(projects.Close(kDefaultProjectId));

  EXPECT_FALSE(project->Describe());
  EXPECT_EQ(projects.Find(kDefaultProjectId).value(), project);
}

}  // namespace
}  // namespace goxel
