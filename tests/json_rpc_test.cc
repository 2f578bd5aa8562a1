#include "daemon/json_rpc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "ipc/protocol.h"

namespace goxel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

tl::expected<RpcCall, RpcRefusal> Parse(std::string_view text) {
  return ParseRequest(MessageText(text));
}

std::vector<std::string> Split(std::string_view text) {
  const auto ranges = SplitBatch(text);
  if (!ranges) return {"! " + ranges.error().error.status.message()};
  std::vector<std::string> parts;
  for (const TextRange& range : *ranges) {
    parts.emplace_back(text.substr(range.offset, range.length));
  }
  return parts;
}

TEST(JsonRpc, RequestIsTakenApart) {
  const auto call = Parse(
      R"({"jsonrpc": "2.0", "method": "a\tb", "params": [1, {"b": 2} ] , "id": 7 })");

  ASSERT_TRUE(call);
  EXPECT_EQ(call->method, "a\tb");
  EXPECT_EQ(call->params.view(), R"([1, {"b": 2} ])");
  EXPECT_EQ(call->id, "7");
}

struct IdCase {
  const char* given;
  const char* echoed;  // Null: refused.
};

class JsonRpcId : public testing::TestWithParam<IdCase> {};

TEST_P(JsonRpcId, IsEchoedAsItCame) {
  const std::string given = GetParam().given;

  const auto call = Parse(R"({"method":"m","id": )" + given + " }");

  if (GetParam().echoed == nullptr) {
    ASSERT_FALSE(call);
    EXPECT_EQ(call.error().error.code, kInvalidRequest);
    EXPECT_EQ(call.error().id, "null");
  } else {
    ASSERT_TRUE(call);
    EXPECT_EQ(call->id, GetParam().echoed);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, JsonRpcId,
    testing::Values(IdCase{"1", "1"}, IdCase{"-0", "-0"},
                    IdCase{"99999999999999999999", "99999999999999999999"},
                    IdCase{"1.5", "1.5"}, IdCase{"1E400", "1E400"},
                    IdCase{"\"\"", "\"\""}, IdCase{"\"a\\\"b\"", "\"a\\\"b\""},
                    IdCase{"\"\\u00e9\"", "\"\\u00e9\""},
                    IdCase{"null", "null"}, IdCase{"true", nullptr},
                    IdCase{"false", nullptr}, IdCase{"{}", nullptr},
                    IdCase{"[]", nullptr}, IdCase{"[1]", nullptr}));

TEST(JsonRpc, RequestWithoutIdIsANotification) {
  const auto call = Parse(R"({"jsonrpc":"2.0","method":"m"})");

  ASSERT_TRUE(call);
  EXPECT_EQ(call->id, "");
  EXPECT_EQ(call->params.view(), "");
}

TEST(JsonRpc, RequestWithNeitherVersionNorIdIsAnsweredWithNull) {
  const auto call = Parse(R"({"method":"m"})");

  ASSERT_TRUE(call);
  EXPECT_EQ(call->id, "null");
}

TEST(JsonRpc, NullParamsAreNone) {
  EXPECT_EQ(Parse(R"({"method":"m","params":null})")->params.view(), "");
}

TEST(JsonRpc, LastOfEqualMembersCountsAndOthersAreIgnored) {
  const auto call =
      Parse(R"({"id":1,"method":"a","x":{"y":[1,2]},"method":"b","id":2,)"
            R"("params":[],"params":{}})");

  ASSERT_TRUE(call);
  EXPECT_EQ(call->method, "b");
  EXPECT_EQ(call->id, "2");
  EXPECT_EQ(call->params.view(), "{}");
}

struct RefusalCase {
  const char* text;
  int code;
  const char* id;
  const char* message;
};

class JsonRpcRefusal : public testing::TestWithParam<RefusalCase> {};

TEST_P(JsonRpcRefusal, NamesCodeAndId) {
  const auto call = Parse(GetParam().text);

  ASSERT_FALSE(call);
  EXPECT_EQ(call.error().error.code, GetParam().code);
  EXPECT_EQ(call.error().id, GetParam().id);
  EXPECT_THAT(call.error().error.status.message(),
              HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, JsonRpcRefusal,
    testing::Values(RefusalCase{R"({"jsonrpc":"1.0","method":"m","id":1})",
                                kInvalidRequest, "1", "jsonrpc is \"1.0\""},
                    RefusalCase{R"({"jsonrpc":2.0,"method":"m","id":1})",
                                kInvalidRequest, "1", "jsonrpc is 2.0"},
                    RefusalCase{R"({"jsonrpc":"2.0","id":"x"})",
                                kInvalidRequest, "\"x\"", "no method"},
                    RefusalCase{R"({"method":1,"id":3})", kInvalidRequest, "3",
                                "method is a number"},
                    RefusalCase{R"({"method":1})", kInvalidRequest, "null",
                                "method is a number"},
                    RefusalCase{R"({"tool":"render","arguments":{}})",
                                kInvalidRequest, "null", "no method"},
                    RefusalCase{R"({})", kInvalidRequest, "null", "no method"},
                    RefusalCase{"1", kInvalidRequest, "null", "it is a number"},
                    RefusalCase{"[]", kInvalidRequest, "null",
                                "it is an array"},
                    RefusalCase{R"({"method":"m","params":"x","id":4})",
                                kInvalidParams, "4", "params is a string"},
                    RefusalCase{R"({"method":"m","params":1,"id":4})",
                                kInvalidParams, "4", "params is a number"},
                    RefusalCase{R"({"method":"m","params":true,"id":4})",
                                kInvalidParams, "4", "params is a boolean"}));

class JsonRpcParseError : public testing::TestWithParam<const char*> {};

TEST_P(JsonRpcParseError, IsAnsweredWithoutAnId) {
  const auto call = Parse(GetParam());

  ASSERT_FALSE(call) << call->method;
  EXPECT_EQ(call.error().error.code, kParseError);
  EXPECT_EQ(call.error().id, "null");
}

INSTANTIATE_TEST_SUITE_P(
    All, JsonRpcParseError,
    testing::Values(
        R"({"method":"m","id":1,})", R"({"method" "m"})",
        R"({"method":"m","params":[1 2]})", R"({"method":"m","params":[1,]})",
        R"({"method":"m","params":[,1]})", R"({"method":"m","params":{"a"}})",
        R"({"method":"m","params":{"a":}})", R"({"method":"m","params":{1:2}})",
        R"({"method":"m","params":[tru]})", R"({"method":"m","params":[nul]})",
        R"({"method":"m","params":[01]})", R"({"method":"m","params":[1.]})",
        R"({"method":"m","params":[.5]})", R"({"method":"m","params":[1e]})",
        R"({"method":"m","params":[+1]})", R"({"method":"m","params":[-]})",
        R"({"method":"m","params":[NaN]})", R"({"method":"m","params":['a']})",
        R"({"method":"m","params":["\x"]})",
        R"({"method":"m","params":["\ud800x"]})",
        "{\"method\":\"m\",\"params\":[\"\xff\"]}",
        "{\"method\":\"m\",\"params\":[\"\t\"]}",
        R"({"method":"m" // comment})", R"({"method":"m"}})",
        R"({"method":"m"} 1)", R"({"method":"m")", "{", "{\"a\":"));

TEST(JsonRpc, NumbersOfAnySizePass) {
  EXPECT_TRUE(Parse(
      R"({"method":"m","params":[123456789012345678901234567890,-1e999,0.0]})"));
}

TEST(JsonRpc, BatchIsCutIntoItsElements) {
  EXPECT_THAT(Split(R"([ {"a": [1, 2]} , 1,"x" ,[3] ])"),
              ElementsAre(R"({"a": [1, 2]})", "1", "\"x\"", "[3]"));
}

TEST(JsonRpc, EmptyBatchIsRefused) {
  EXPECT_THAT(Split("[ ]"), ElementsAre(HasSubstr("the batch is empty")));
}

TEST(JsonRpc, BatchWithOneMalformedElementIsRefusedWhole) {
  EXPECT_THAT(Split(R"([{"a":1},{"b" 2}])"),
              ElementsAre(HasSubstr("Parse error")));
  EXPECT_THAT(Split(R"([1,])"), ElementsAre(HasSubstr("Parse error")));
}

TEST(JsonRpc, LongerBatchThanTheLimitIsRefused) {
  std::string text = "[1";
  for (std::size_t i = 0; i < kMaxBatchRequests; ++i) text += ",1";

  EXPECT_THAT(Split(text + "]"), ElementsAre(HasSubstr("1000001 requests")));
}

TEST(JsonRpc, ErrorReplyCarriesReasonAndDetails) {
  const RpcError error{Status(StatusCode::kResourceExhausted, "full \"up\"\n")
                           .With("max_size", 5)
                           .With("hint", "wait"),
                       0};

  EXPECT_EQ(ErrorReply(error, "3"),
            R"({"jsonrpc":"2.0","error":{"code":-32003,)"
            R"("message":"full \"up\"\n","data":{"reason":)"
            R"("resource_exhausted","max_size":5,"hint":"wait"}},"id":3})");
}

TEST(JsonRpc, ErrorReplyKeepsTheCodeOfTheMethod) {
  EXPECT_EQ(
      ErrorReply({Status(StatusCode::kNotFound, "Method not found: x"),
                  kMethodNotFound},
                 "\"a\""),
      R"({"jsonrpc":"2.0","error":{"code":-32601,"message":)"
      R"("Method not found: x","data":{"reason":"not_found"}},"id":"a"})");
}

// Byte for byte what existing clients get.
TEST(JsonRpc, ParseErrorHasNoData) {
  EXPECT_EQ(ErrorReply({Status(StatusCode::kInvalidArgument,
                               "Parse error: JSON message too large"),
                        kParseError},
                       "null"),
            R"({"jsonrpc":"2.0","error":{"code":-32700,"message":)"
            R"("Parse error: JSON message too large"},"id":null})");
}

TEST(JsonRpc, BytesThatAreNoTextBecomeReplacementCharacters) {
  const RpcError error{
      Status(StatusCode::kInternal, "\xff \xc3\xa9 \xed\xa0\x80 \x1f"), 0};

  EXPECT_THAT(ErrorReply(error, "1"),
              HasSubstr("\"message\":\"\xef\xbf\xbd \xc3\xa9 \xef\xbf\xbd"
                        "\xef\xbf\xbd\xef\xbf\xbd \\u001f\""));
}

}  // namespace
}  // namespace goxel
