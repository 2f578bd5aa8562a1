#include "daemon/mcp_envelope.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "ipc/protocol.h"

namespace goxel {
namespace {

class McpEnvelopeTest : public testing::Test {
 protected:
  tl::expected<RpcCall, RpcRefusal> Parse(
      std::string_view message, WireProtocol protocol = WireProtocol::kAuto) {
    return ParseMessage(MessageText(message), protocol);
  }

  RpcRefusal Refused(std::string_view message,
                     WireProtocol protocol = WireProtocol::kAuto) {
    auto call = Parse(message, protocol);
    EXPECT_FALSE(call) << message << " became " << call->method;
    return call ? RpcRefusal{} : std::move(call.error());
  }

  std::string ParamsOf(std::string_view message) {
    auto call = Parse(message);
    return call ? std::string(call->params.view())
                : call.error().error.status.message();
  }
};

TEST_F(McpEnvelopeTest, EveryToolStandsForItsMethod) {
  const std::initializer_list<std::pair<const char*, const char*>> tools = {
      {"goxel_create_project", "goxel.create_project"},
      {"goxel_open_file", "goxel.load_project"},
      {"goxel_save_file", "goxel.save_project"},
      {"goxel_export_file", "goxel.export_model"},
      {"goxel_render_scene", "goxel.render_scene"},
      {"goxel_get_voxel", "goxel.get_voxel"},
      {"goxel_add_voxels", "goxel.add_voxel"},
      {"goxel_remove_voxels", "goxel.remove_voxel"},
      {"goxel_paint_voxels", "goxel.paint_voxels"},
      {"goxel_flood_fill", "goxel.flood_fill"},
      {"goxel_procedural_shape", "goxel.procedural_shape"},
      {"goxel_batch_voxel_operations", "goxel.batch_operations"},
      {"goxel_new_layer", "goxel.create_layer"},
      {"goxel_delete_layer", "goxel.delete_layer"},
      {"goxel_list_layers", "goxel.list_layers"},
      {"goxel_merge_layers", "goxel.merge_layers"},
      {"goxel_set_layer_visibility", "goxel.set_layer_visibility"},
      {"ping", "ping"},
      {"version", "version"},
      {"list_methods", "list_methods"}};
  EXPECT_EQ(tools.size(), 20u);
  for (const auto& [tool, method] : tools) {
    const auto call = Parse(std::string(R"({"tool":")") + tool +
                            R"(","arguments":{"a":[1,{"b":2}]}})");
    ASSERT_TRUE(call) << call.error().error.status.message();
    EXPECT_EQ(call->method, method);
    EXPECT_EQ(call->params.view(), R"({"a":[1,{"b":2}]})");
    EXPECT_TRUE(call->mcp);
    EXPECT_EQ(call->id, "");
  }
}

TEST_F(McpEnvelopeTest, MembersMayStandInAnyOrderAndLayout) {
  for (const char* message : {
           R"({"arguments":{"x":1},"tool":"goxel_get_voxel","id":"q"})",
           R"({"id":"q","tool":"goxel_get_voxel","arguments":{"x":1}})",
           "{ \"tool\" : \"goxel_get_voxel\" ,\r\n\t\"id\" : \"q\",\n"
           " \"more\": [1, {}], \"arguments\" : {\"x\":1} }",
           R"({"tool":"ping","id":7,"tool":"goxel_get_voxel","id":"q",)"
           R"("arguments":{"x":1}})",
       }) {
    const auto call = Parse(message);
    ASSERT_TRUE(call) << message;
    EXPECT_EQ(call->method, "goxel.get_voxel") << message;
    EXPECT_EQ(call->params.view(), R"({"x":1})") << message;
    EXPECT_EQ(call->id, "\"q\"") << message;
  }
}

TEST_F(McpEnvelopeTest, WhoHasAMethodSpeaksJsonRpc) {
  const auto call =
      Parse(R"({"tool":"version","method":"ping","jsonrpc":"2.0","id":1})");

  ASSERT_TRUE(call);
  EXPECT_EQ(call->method, "ping");
  EXPECT_FALSE(call->mcp);
  EXPECT_FALSE(Refused(R"({"tool":"version","method":7})").mcp);
  EXPECT_FALSE(Refused(R"({"arguments":{}})").mcp);
}

TEST_F(McpEnvelopeTest, ArgumentsMayBeLeftOut) {
  EXPECT_EQ(ParamsOf(R"({"tool":"ping"})"), "");
  EXPECT_EQ(ParamsOf(R"({"tool":"ping","arguments":null})"), "");
  EXPECT_EQ(ParamsOf(R"({"tool":"ping","arguments":{}})"), "{}");
}

TEST_F(McpEnvelopeTest, ChannelsThatAColourLacksAre255) {
  const auto expect = [&](const std::string& given, const std::string& want) {
    EXPECT_EQ(
        ParamsOf(R"({"tool":"goxel_add_voxels","arguments":)" + given + "}"),
        want);
  };
  expect(R"({"color":{"r":1,"g":2,"b":3,"a":4}})",
         R"({"color":{"r":1,"g":2,"b":3,"a":4}})");
  expect(R"({"x":1,"color": { "g":2 },"y":2})",
         R"({"x":1,"color": {"r":255,"b":255,"a":255, "g":2 },"y":2})");
  expect(R"({"color":{}})", R"({"color":{"r":255,"g":255,"b":255,"a":255}})");
  expect(R"({"color":[1,2,3]})", R"({"color":[1,2,3]})");
  expect(R"({"color":"#010203"})", R"({"color":"#010203"})");
}

TEST_F(McpEnvelopeTest, SoAreThoseOfTheOperationsOfABatch) {
  EXPECT_EQ(
      ParamsOf(R"({"tool":"goxel_batch_voxel_operations","arguments":)"
               R"({"operations":[{"type":"add_voxel","color":{"r":9}},7,)"
               R"({"type":"remove_voxel"},{"color":{"b":1},"x":2}]}})"),
      R"({"operations":[{"type":"add_voxel","color":{"g":255,"b":255,"a":255,)"
      R"("r":9}},7,{"type":"remove_voxel"},)"
      R"({"color":{"r":255,"g":255,"a":255,"b":1},"x":2}]})");
}

struct RefusalExpectation {
  const char* message;
  const char* id;
  int code;
  const char* words;  // Part of the message.
};

TEST_F(McpEnvelopeTest, WhatCannotBeDoneIsRefusedWithTheReason) {
  for (const RefusalExpectation& e : std::initializer_list<RefusalExpectation>{
           {R"({"tool":"goxel_fly","id":3})", "3", kMethodNotFound,
            "Tool not found: goxel_fly; the tools are goxel_create_project, "},
           {R"({"tool":""})", "", kMethodNotFound, "Tool not found: ;"},
           {R"({"tool":7,"id":3})", "3", kInvalidRequest, "tool is 7"},
           {R"({"tool":null})", "", kInvalidRequest, "tool is null"},
           {R"({"tool":"ping","arguments":[1],"id":"a"})", "\"a\"",
            kInvalidParams, "arguments is [1]; give an object"},
           {R"({"tool":"ping","arguments":"x"})", "", kInvalidParams,
            "arguments is \"x\""},
           {R"({"tool":"ping","id":{}})", "", kInvalidRequest, "id is {}"},
           {R"({"tool":"ping","arguments":{"x":nope}})", "", kParseError,
            "not JSON"},
           {"{ \"tool\" \"ping\"}", "", kParseError, "not JSON"},
       }) {
    const RpcRefusal refusal = Refused(e.message);
    EXPECT_TRUE(refusal.mcp) << e.message;
    EXPECT_EQ(refusal.id, e.id) << e.message;
    EXPECT_EQ(refusal.error.code, e.code) << e.message;
    EXPECT_NE(refusal.error.status.message().find(e.words), std::string::npos)
        << refusal.error.status.message();
  }
}

TEST_F(McpEnvelopeTest, AProtocolThatIsNotSpokenIsRefusedInTheOtherOne) {
  const RpcRefusal tool = Refused(R"({"tool":"ping"})", WireProtocol::kJsonRpc);
  EXPECT_FALSE(tool.mcp);
  EXPECT_EQ(tool.error.code, kInvalidRequest);
  EXPECT_NE(tool.error.status.message().find("--protocol jsonrpc"),
            std::string::npos);

  const RpcRefusal method =
      Refused(R"({"method":"ping","id":4})", WireProtocol::kMcp);
  EXPECT_TRUE(method.mcp);
  EXPECT_EQ(method.id, "4");
  EXPECT_NE(method.error.status.message().find("--protocol mcp"),
            std::string::npos);

  EXPECT_TRUE(Refused("{nonsense}", WireProtocol::kMcp).mcp);
  EXPECT_FALSE(Refused("{\"tool\":nope}", WireProtocol::kJsonRpc).mcp);
  EXPECT_TRUE(Parse(R"({"method":"ping"})", WireProtocol::kJsonRpc));
  EXPECT_TRUE(Parse(R"({"tool":"ping"})", WireProtocol::kMcp));
}

TEST(McpReplyTest, CodesAreThoseOfTheEnvelope) {
  const auto reply = [](int code) {
    return McpErrorReply({Status(StatusCode::kInternal, "no"), code}, "");
  };
  EXPECT_EQ(reply(kMethodNotFound),
            R"({"success":false,"error_code":-1001,"error_message":"no",)"
            R"("error_data":{"reason":"internal"}})");
  for (const int code : {kParseError, kInvalidRequest, kInvalidParams}) {
    EXPECT_NE(reply(code).find("-1002"), std::string::npos) << code;
  }
  for (const int code : {kInternalError, -1004, 0}) {
    EXPECT_NE(reply(code).find("-1003"), std::string::npos) << code;
  }
}

TEST(McpReplyTest, AnIdIsGivenBackAsItCame) {
  EXPECT_EQ(McpReplyTail(""), "}");
  EXPECT_EQ(McpReplyTail("\"a\""), R"(,"id":"a"})");
  const RpcError error{
      Status(StatusCode::kTooLarge, "too large").With("limit", 7), 0};
  EXPECT_EQ(McpErrorReply(error, "1.50"),
            R"({"success":false,"error_code":-1003,)"
            R"("error_message":"too large",)"
            R"("error_data":{"reason":"too_large","limit":7},"id":1.50})");
}

}  // namespace
}  // namespace goxel
