// Tool calls (MCP messages) to the real daemon, where they are more than a
// request in another envelope.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "tests/e2e/daemon_process.h"
#include "tests/e2e/json_pattern.h"

namespace goxel {
namespace {

class McpTest : public testing::Test {
 protected:
  McpTest() : daemon_(home_), ready_(daemon_.AwaitReady()) {}

  DaemonHome home_;
  DaemonProcess daemon_;
  bool ready_;
  SocketClient client_{home_.socket()};
};

TEST_F(McpTest, ToolCallsAndRequestsOfOneClientAreAnsweredInOrder) {
  std::string requests;
  for (int i = 0; i < 500; ++i) {
    const std::string x = std::to_string(i);
    requests += R"({"tool":"goxel_add_voxels","arguments":{"position":{"x":)" +
                x + R"(},"color":{"r":)" + std::to_string(i % 256) + "}}}";
    requests +=
        R"({"method":"goxel.get_voxel","params":[)" + x + "],\"id\":" + x + "}";
  }
  ASSERT_NE(client_.Call(R"({"tool":"goxel_create_project"})"), "closed");
  ASSERT_TRUE(client_.Send(requests));

  for (int i = 0; i < 500; ++i) {
    const std::string x = std::to_string(i);
    const std::string color = "[" + std::to_string(i % 256) + ",255,255,255]";
    EXPECT_EQ(
        Mismatch(R"({"success":true,"content":{"success":true,"x":)" + x +
                     R"(,"y":0,"z":0,"layer_id":0,"color":)" + color + "}}",
                 client_.ReadLine()),
        "");
    EXPECT_EQ(Mismatch(R"({"jsonrpc":"2.0","result":{"x":)" + x +
                           R"(,"y":0,"z":0,"exists":true,"color":)" + color +
                           "},\"id\":" + x + "}",
                       client_.ReadLine()),
              "");
  }
}

TEST_F(McpTest, DescriptorComesWithTheReply) {
  ASSERT_NE(client_.Call(R"({"tool":"goxel_create_project"})"), "closed");

  const JsonReply reply(client_.Call(
      R"({"tool":"goxel_render_scene","arguments":{"width":32,"height":16,)"
      R"("options":{"return_mode":"fd"}}})"));

  EXPECT_EQ(reply.At("/success"), "true") << reply.text();
  const UniqueFd descriptor = client_.TakeDescriptor();
  ASSERT_TRUE(descriptor.valid());
  struct stat file {};
  ASSERT_EQ(::fstat(descriptor.get(), &file), 0);
  EXPECT_GE(file.st_size, 32 * 16 * 4);
}

TEST_F(McpTest, TextThatIsNoJsonIsAnsweredAndTheNextToolCallToo) {
  const JsonReply refused(
      client_.Call("{\"tool\":\"ping\",\"arguments\":{oops}}\n"));

  EXPECT_EQ(refused.Number("/error_code"), -1002) << refused.text();
  EXPECT_EQ(
      JsonReply(client_.Call("{\"tool\":\"ping\"}\n")).At("/content/pong"),
      "true");
}

TEST(McpProtocolTest, OnlyToolCallsAreAnsweredWhereThatWasAskedFor) {
  const DaemonHome home;
  DaemonProcess daemon(home, {"--protocol", "mcp"});
  ASSERT_TRUE(daemon.AwaitReady());
  SocketClient client(home.socket());

  EXPECT_EQ(Mismatch(R"({"success":true,"content":{"...":0},"id":1})",
                     client.Call(R"({"tool":"ping","id":1})")),
            "");
  EXPECT_EQ(
      Mismatch(R"({"success":false,"error_code":-1002,"error_message":)"
               R"("*has --protocol mcp","error_data":{"...":0},"id":2})",
               client.Call(R"({"jsonrpc":"2.0","method":"ping","id":2})")),
      "");
  EXPECT_EQ(Mismatch(R"({"success":false,"error_code":-1002,"...":0})",
                     client.Call("nonsense\n")),
            "");
}

TEST(McpProtocolTest, OnlyRequestsAreAnsweredWhereThatWasAskedFor) {
  const DaemonHome home;
  DaemonProcess daemon(home, {"--protocol", "jsonrpc"});
  ASSERT_TRUE(daemon.AwaitReady());
  SocketClient client(home.socket());

  EXPECT_EQ(Mismatch(R"({"jsonrpc":"2.0","error":{"code":-32600,"message":)"
                     R"("*has --protocol jsonrpc"},"id":1})",
                     client.Call(R"({"tool":"ping","id":1})")),
            "");
  EXPECT_EQ(Mismatch(R"({"jsonrpc":"2.0","result":{"...":0},"id":2})",
                     client.Call(R"({"method":"ping","id":2})")),
            "");
}

}  // namespace
}  // namespace goxel
