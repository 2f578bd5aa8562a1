#include "daemon/method_table.h"

#include <gmock/gmock.h>

#include <future>
#include <memory>
#include <string>
#include <utility>

namespace goxel {
namespace {

using testing::HasSubstr;

class MethodTableTest : public testing::Test {
 protected:
  // Adds `tell`, which answers with what it was given.
  void AddTeller(RunsOn runs_on, bool reads_text) {
    table_.Add({.name = "tell",
                .description = "",
                .runs_on = runs_on,
                .project_use = ProjectUse::kNeeds,
                .reads_text = reads_text,
                .call = [this](const MethodCall& call, const Responder& done) {
                  told_params_ = call.params.given();
                  told_project_ = call.project;
                  done(RpcReply{std::string(call.text), nullptr, 0, {}});
                }});
  }

  RpcResult Call(MessageText params) {
    std::promise<RpcResult> answer;
    table_.Dispatch(
        {.method = "tell", .params = std::move(params), .peer = nullptr},
        [&](RpcResult result) { answer.set_value(std::move(result)); },
        {.project = worker_, .files = files_}, projects_);
    return answer.get_future().get();
  }

  MethodTable table_;
  Projects projects_{ProjectsOptions{}};
  std::shared_ptr<Project> other_ = projects_.FindOrMake("other").value();
  bool told_params_ = false;
  std::shared_ptr<Project> told_project_;
  Worker worker_;
  Worker files_;
};

std::string Voxels() {
  return R"("voxels":[{"project_id":"no"},)" + std::string(100'000, ' ') + "1]";
}

TEST_F(MethodTableTest, ProjectIdIsFoundWhereverItStandsInALongText) {
  AddTeller(RunsOn::kProject, true);
  for (const std::string& params :
       {R"({"project_id":"other",)" + Voxels() + "}",
        "{" + Voxels() + R"( , "project_id" : "other" })",
        "{" + Voxels() + R"(,"proje\u0063t_id":"other"})"}) {
    const auto reply = Call(MessageText(params));

    ASSERT_TRUE(reply) << reply.error().status.message();
    EXPECT_EQ(reply->json, params);
    EXPECT_EQ(told_project_, other_);
  }
}

TEST_F(MethodTableTest, WithoutAProjectIdALongTextIsForTheDefaultProject) {
  AddTeller(RunsOn::kProject, true);
  const auto default_project = projects_.Find(kDefaultProjectId).value();
  for (const std::string& params :
       {"{" + Voxels() + "}", std::string(R"([[{"project_id":"other"}]])"),
        std::string(R"({"project_id":null})"), std::string()}) {
    ASSERT_TRUE(Call(MessageText(params)));

    EXPECT_EQ(told_project_, default_project) << params.substr(0, 100);
  }
}

TEST_F(MethodTableTest, WrongProjectIdOfALongTextIsRefusedByName) {
  AddTeller(RunsOn::kProject, true);

  const auto unknown = Call(MessageText(R"({"voxels":[],"project_id":"x"})"));
  const auto number = Call(MessageText(R"({"voxels":[],"project_id":7})"));

  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().status.code(), StatusCode::kNotFound);
  ASSERT_FALSE(number);
  EXPECT_THAT(number.error().status.message(), HasSubstr("project_id is 7"));
}

TEST_F(MethodTableTest, TextOfARequestThatWaitsForAWorkerIsKept) {
  AddTeller(RunsOn::kWorker, false);
  std::promise<void> go_on;
  worker_.Post([&] { go_on.get_future().wait(); });
  std::string socket_buffer = R"(["first"])";
  socket_buffer.resize(socket_buffer.size() + MessageText::kPadding, ' ');
  std::promise<RpcResult> answer;

  table_.Dispatch(
      {.method = "tell",
       .params = MessageText::Within(
           std::string_view(socket_buffer).substr(0, 9), nullptr),
       .peer = nullptr},
      [&](RpcResult result) { answer.set_value(std::move(result)); },
      {.project = worker_, .files = files_}, projects_);
  socket_buffer.replace(0, 9, R"(["other"])");
  go_on.set_value();

  const auto reply = answer.get_future().get();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->json, R"(["first"])");
  EXPECT_TRUE(told_params_);
}

}  // namespace
}  // namespace goxel
