// What existing clients send, and what they expect back.

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/e2e/daemon_process.h"
#include "tests/e2e/expectation.h"

namespace goxel {
namespace {

class MethodsTest : public testing::Test {
 protected:
  MethodsTest() : daemon_(home_), ready_(daemon_.AwaitReady()) {}

  DaemonHome home_;
  DaemonProcess daemon_;
  bool ready_;
  SocketClient client_{home_.socket()};
};

TEST_F(MethodsTest, RepliesAreThoseThatClientsKnow) {
  for (
      const Expectation& e : std::initializer_list<Expectation>{
          {"version", "{}",
           R"({"version":"0.19.0","type":"daemon","protocol":"JSON-RPC 2.0"})"},
          {"echo", "[1,2]", "[1,2]"},
          {"echo", R"({"a":"\u00e4"})", "{\"a\":\"\xc3\xa4\"}"},
          {"goxel.get_status", "[]",
           R"({"version":"0.19.0","layer_count":0,"read_only":false,)"
           R"("width":0,"height":0,"depth":0})"},
          {"goxel.create_project", "[]",
           R"({"success":true,"name":"New Project","width":64,"height":64,)"
           R"("depth":64})"},
          {"goxel.create_project", R"(["P",10,0,"x"])",
           R"({"success":true,"name":"P","width":10,"height":64,"depth":64})"},
          {"goxel.get_status", "[]",
           R"({"version":"0.19.0","layer_count":1,"read_only":false,)"
           R"("width":10,"height":64,"depth":64})"},
          {"goxel.add_voxel", "[1,2,3,255,0,0]",
           R"({"success":true,"x":1,"y":2,"z":3,"layer_id":0,)"
           R"("color":[255,0,0,255]})"},
          {"goxel.add_voxel",
           R"({"position":{"x":-0.5,"y":0,"z":4},"color":"#01020304"})",
           R"({"success":true,"x":-1,"y":0,"z":4,"layer_id":0,)"
           R"("color":[1,2,3,4]})"},
          {"goxel.add_voxel", R"({"x":5,"r":9,"g":8,"b":7,"layer_id":77})",
           R"({"success":true,"x":5,"y":0,"z":0,"layer_id":77,)"
           R"("color":[9,8,7,255]})"},
          {"goxel.get_voxel", "[5,0,0]",
           R"({"x":5,"y":0,"z":0,"exists":true,"color":[9,8,7,255]})"},
          {"goxel.get_voxel", R"({"x":9,"y":9,"z":9})",
           R"({"x":9,"y":9,"z":9,"exists":false,"color":[0,0,0,0]})"},
          {"goxel.remove_voxel", "[5,0,0]",
           R"({"success":true,"x":5,"y":0,"z":0,"layer_id":0})"},
          {"goxel.get_voxel", "[5,0,0]",
           R"({"x":5,"y":0,"z":0,"exists":false,"color":[0,0,0,0]})"},
          {"add_voxels",
           R"({"voxels":[{"x":1,"y":1,"z":1,"r":1,"g":2,"b":3},)"
           R"({"x":2,"y":1,"z":1,"r":256,"g":2,"b":3},{"x":1}]})",
           R"({"success":false,"added":1,"failed":2})"},
          {"add_voxels", R"([[{"x":7,"y":7,"z":7,"r":1,"g":2,"b":3,"a":"q"}]])",
           R"({"success":true,"added":1,"failed":0})"},
          {"add_voxels", R"({"voxels":[]})",
           R"({"success":true,"added":0,"failed":0})"},
          {"goxel.get_voxel", "[7,7,7]",
           R"({"x":7,"y":7,"z":7,"exists":true,"color":[1,2,3,255]})"},
          {"goxel.list_renders", "[]",
           R"({"success":true,"renders":[],"count":0,"total_size":0})"},
      }) {
    EXPECT_EQ(Call(client_, e.method, e.params).At("/result"), e.result)
        << e.method << " " << e.params;
  }
}

struct ErrorExpectation {
  const char* method;
  const char* params;
  int code;
  const char* message;
  const char* reason;
};

TEST_F(MethodsTest, ErrorsAreThoseThatClientsKnow) {
  for (const ErrorExpectation& e : std::initializer_list<ErrorExpectation>{
           {"goxel.add_voxel", "[1,2,3]", -1004,
            "Failed to add voxel: error code -1", "failed_precondition"},
           {"goxel.remove_voxel", "[1,2,3]", -1005,
            "Failed to remove voxel: error code -1", "failed_precondition"},
           {"goxel.get_voxel", "[1,2,3]", -1006,
            "Failed to get voxel: error code -1", "failed_precondition"},
           {"goxel.render_scene", R"(["/tmp/never.png",10,10])", -1015,
            "Failed to render scene: error code -1", "failed_precondition"},
           {"add_voxels", "null", -32602, "Missing voxels parameter",
            "invalid_argument"},
           {"add_voxels", R"({"voxels":7})", -32602,
            "Invalid voxels parameter (must be array)", "invalid_argument"},
           {"goxel.load_project", "[]", -32602,
            "Missing required parameter: path", "invalid_argument"},
           {"goxel.get_render_info", "[]", -32602,
            "Must specify path parameter", "invalid_argument"},
           {"goxel.get_render_info", R"(["../../etc/passwd"])", -1020,
            "Render not found: File not found", "not_found"},
           {"goxel.cleanup_render", R"(["/etc/passwd"])", -1021,
            "Failed to cleanup render: File not found", "not_found"},
           {"goxel.nonsense", "[]", -32601, "Method not found: goxel.nonsense",
            "not_found"},
           {"", "[]", -32601, "Method not found: ", "not_found"},
       }) {
    const JsonReply reply = Call(client_, e.method, e.params);
    EXPECT_EQ(reply.Number("/error/code"), e.code) << reply.text();
    EXPECT_EQ(reply.Text("/error/message"), e.message);
    EXPECT_EQ(reply.Text("/error/data/reason"), e.reason);
  }
}

TEST_F(MethodsTest, AddVoxelsWithoutAProjectFailsForAll) {
  EXPECT_EQ(Call(client_, "add_voxels",
                 R"([[{"x":1,"y":1,"z":1,"r":1,"g":2,"b":3}]])")
                .At("/result"),
            R"({"success":false,"added":0,"failed":1})");
}

TEST_F(MethodsTest, ListMethodsNamesWhatThereIs) {
  const JsonReply reply = Call(client_, "list_methods");

  EXPECT_EQ(
      reply.At("/result/methods/0"),
      R"({"method":"echo","description":"Echo back the input parameters"})");
  const auto count = static_cast<int>(reply.Number("/result/count"));
  for (int i = 0; i < count; ++i) {
    const std::string method =
        reply.Text("/result/methods/" + std::to_string(i) + "/method");
    EXPECT_NE(Call(client_, method, "{}").Number("/error/code"), -32601)
        << method;
  }
}

TEST_F(MethodsTest, HelloAgreesOnAProtocol) {
  const JsonReply reply = Call(client_, "goxel.hello", R"({"client":"test"})");

  EXPECT_EQ(reply.Number("/result/protocol"), 1) << reply.text();
  EXPECT_EQ(reply.Text("/result/paths/index"),
            (std::filesystem::canonical(home_.renders()) / "index").string());
  EXPECT_TRUE(std::filesystem::exists(reply.Text("/result/paths/index")));
}

TEST_F(MethodsTest, HelloRefusesAProtocolItDoesNotSpeak) {
  const JsonReply reply =
      Call(client_, "goxel.hello", R"({"protocol":{"min":7,"max":9}})");

  EXPECT_EQ(reply.Text("/error/data/reason"), "incompatible_protocol");
  EXPECT_EQ(reply.Text("/error/data/theirs"), "7 to 9");
}

TEST_F(MethodsTest, LoadsTheBuiltInScene) {
  const JsonReply reply =
      Call(client_, "goxel.load_project", R"(["builtin:demo"])");

  EXPECT_EQ(reply.At("/result/success"), "true");
  EXPECT_EQ(reply.Text("/result/path"), "builtin:demo");
  EXPECT_GT(reply.Number("/result/voxels"), 100'000);
}

TEST_F(MethodsTest, AFileThatCannotBeLoadedLeavesTheProjectAlone) {
  Call(client_, "goxel.create_project", R"(["kept",7,7,7])");
  const std::string path = home_.path() / "broken.vox";
  std::ofstream(path) << "VOX nothing of the kind";

  const JsonReply broken =
      Call(client_, "goxel.load_project", "[\"" + path + "\"]");
  const JsonReply missing =
      Call(client_, "goxel.load_project", R"(["/nowhere/x.vox"])");

  EXPECT_EQ(broken.Number("/error/code"), -1002) << broken.text();
  EXPECT_TRUE(missing.Text("/error/message")
                  .starts_with("Failed to load project '/nowhere/x.vox': "));
  EXPECT_EQ(Call(client_, "goxel.get_status").Number("/result/width"), 7);
}

TEST_F(MethodsTest, LoadsRealFilesByTheirContent) {
  const std::filesystem::path data = GOXEL_DATA_DIR;
  if (!std::filesystem::exists(data / "vengi_rgb.vox")) {
    GTEST_SKIP() << "no voxel files in " << data;
  }
  for (const char* name : {"vengi_rgb.vox", "vengi_rgb.gox", "vengi_rgb.qb"}) {
    const auto misnamed = home_.path() / "scene.bin";
    std::filesystem::copy_file(
        data / name, misnamed,
        std::filesystem::copy_options::overwrite_existing);
    EXPECT_TRUE(
        Call(client_, "goxel.load_project", "[\"" + misnamed.string() + "\"]")
            .Has("/result/success"))
        << name;
  }
}

TEST_F(MethodsTest, BatchesAnswerInOrderAndNotificationsNotAtAll) {
  EXPECT_EQ(
      client_.Call(R"([{"jsonrpc":"2.0","method":"goxel.create_project"},)"
                   R"({"method":"goxel.add_voxel","params":[1,1,1],"id":"a"},)"
                   R"({"method":"goxel.get_voxel","params":[1,1,1],"id":2}])"
                   "\n"),
      R"([{"jsonrpc":"2.0","result":{"success":true,"x":1,"y":1,"z":1,)"
      R"("layer_id":0,"color":[0,0,0,255]},"id":"a"},)"
      R"({"jsonrpc":"2.0","result":{"x":1,"y":1,"z":1,"exists":true,)"
      R"("color":[0,0,0,255]},"id":2}])");
}

TEST_F(MethodsTest, TenThousandPipelinedPingsAreAnsweredInOrder) {
  std::string requests;
  constexpr int kPings = 10'000;
  for (int i = 0; i < kPings; ++i) {
    requests += R"({"method":"ping","id":)" + std::to_string(i) + "}\n";
  }

  ASSERT_TRUE(client_.Send(requests));

  for (int i = 0; i < kPings; ++i) {
    ASSERT_TRUE(
        client_.ReadLine().ends_with("\"id\":" + std::to_string(i) + "}"));
  }
}

TEST_F(MethodsTest, LongRequestsAreAppliedAsAWhole) {
  Call(client_, "goxel.create_project");
  std::string voxels;
  constexpr int kVoxels = 100'000;
  for (int i = 0; i < kVoxels; ++i) {
    voxels += R"({"x":)" + std::to_string(i % 100) + R"(,"y":)" +
              std::to_string(i / 100 % 100) + R"(,"z":)" +
              std::to_string(i / 10'000) + R"(,"r":1,"g":2,"b":3},)";
  }
  voxels.pop_back();

  const JsonReply reply =
      Call(client_, "add_voxels", R"({"voxels":[)" + voxels + "]}");

  EXPECT_EQ(reply.At("/result"),
            R"({"success":true,"added":100000,"failed":0})");
  EXPECT_EQ(Call(client_, "goxel.get_voxel", "[99,99,9]").At("/result/exists"),
            "true");
}

}  // namespace
}  // namespace goxel
