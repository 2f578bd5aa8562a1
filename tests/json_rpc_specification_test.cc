// The examples of https://www.jsonrpc.org/specification#examples, in its order,
// against the real server with the methods that they call.

#include <gmock/gmock.h>
#include <simdjson.h>

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/params.h"
#include "tests/socket_client.h"
#include "tests/test_server.h"

namespace goxel {
namespace {

struct Example {
  const char* name;
  const char* request;
  const char* reply;  // Empty: none.
};

void PrintTo(const Example& example, std::ostream* out) {
  *out << example.name;
}

constexpr Example kExamples[] = {
    {"positional", R"({"jsonrpc": "2.0", "method": "subtract",
         "params": [42, 23], "id": 1})",
     R"({"jsonrpc": "2.0", "result": 19, "id": 1})"},
    {"positional_reversed", R"({"jsonrpc": "2.0", "method": "subtract",
         "params": [23, 42], "id": 2})",
     R"({"jsonrpc": "2.0", "result": -19, "id": 2})"},
    {"named", R"({"jsonrpc": "2.0", "method": "subtract",
         "params": {"subtrahend": 23, "minuend": 42}, "id": 3})",
     R"({"jsonrpc": "2.0", "result": 19, "id": 3})"},
    {"named_reversed", R"({"jsonrpc": "2.0", "method": "subtract",
         "params": {"minuend": 42, "subtrahend": 23}, "id": 4})",
     R"({"jsonrpc": "2.0", "result": 19, "id": 4})"},
    {"notification",
     R"({"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]})", ""},
    {"notification_of_nothing", R"({"jsonrpc": "2.0", "method": "foobar"})",
     ""},
    {"no_such_method", R"({"jsonrpc": "2.0", "method": "foobar", "id": "1"})",
     R"({"jsonrpc": "2.0", "error": {"code": -32601,
         "message": "Method not found"}, "id": "1"})"},
    {"invalid_json",
     R"({"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz])",
     R"({"jsonrpc": "2.0", "error": {"code": -32700,
         "message": "Parse error"}, "id": null})"},
    {"invalid_request", R"({"jsonrpc": "2.0", "method": 1, "params": "bar"})",
     R"({"jsonrpc": "2.0", "error": {"code": -32600,
         "message": "Invalid Request"}, "id": null})"},
    {"batch_of_invalid_json", R"([
         {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
         {"jsonrpc": "2.0", "method"
       ])",
     R"({"jsonrpc": "2.0", "error": {"code": -32700,
         "message": "Parse error"}, "id": null})"},
    {"empty_array", "[]",
     R"({"jsonrpc": "2.0", "error": {"code": -32600,
         "message": "Invalid Request"}, "id": null})"},
    {"invalid_batch", "[1]",
     R"([{"jsonrpc": "2.0", "error": {"code": -32600,
          "message": "Invalid Request"}, "id": null}])"},
    {"invalid_batch_of_three", "[1,2,3]",
     R"([{"jsonrpc": "2.0", "error": {"code": -32600,
          "message": "Invalid Request"}, "id": null},
         {"jsonrpc": "2.0", "error": {"code": -32600,
          "message": "Invalid Request"}, "id": null},
         {"jsonrpc": "2.0", "error": {"code": -32600,
          "message": "Invalid Request"}, "id": null}])"},
    {"batch", R"([
         {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
         {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
         {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
         {"foo": "boo"},
         {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"},
          "id": "5"},
         {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
       ])",
     R"([{"jsonrpc": "2.0", "result": 7, "id": "1"},
         {"jsonrpc": "2.0", "result": 19, "id": "2"},
         {"jsonrpc": "2.0", "error": {"code": -32600,
          "message": "Invalid Request"}, "id": null},
         {"jsonrpc": "2.0", "error": {"code": -32601,
          "message": "Method not found"}, "id": "5"},
         {"jsonrpc": "2.0", "result": ["hello", 5], "id": "9"}])"},
    {"batch_of_notifications", R"([
         {"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
         {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}
       ])",
     ""},
};

std::int64_t Subtract(const Params& params) {
  return params.Find("minuend", 0)->get_int64().value() -
         params.Find("subtrahend", 1)->get_int64().value();
}

std::int64_t Sum(const Params& params) {
  std::int64_t sum = 0;
  for (const Json number : params.root().get_array()) {
    sum += number.get_int64().value();
  }
  return sum;
}

void Answer(const RpcRequest& request, const Responder& respond) {
  const auto params = Params::Parse(request.params.view());
  const auto reply = [&](std::string json) {
    respond(RpcReply{std::move(json), nullptr, 0, {}});
  };
  const std::string& method = request.method;
  if (method == "subtract") return reply(std::to_string(Subtract(*params)));
  if (method == "sum") return reply(std::to_string(Sum(*params)));
  if (method == "get_data") return reply(R"(["hello",5])");
  if (method == "update" || method == "notify_sum" || method == "notify_hello")
    return reply("null");
  respond(tl::unexpected(
      RpcError{Status(StatusCode::kNotFound, "Method not found: " + method),
               kMethodNotFound}));
}

// What the specification says of an error: its code, and the beginning of its
// message, which here goes on to say what was wrong.
std::string Essence(simdjson::dom::element error) {
  const std::string message(error["message"].get_string().value());
  return std::to_string(error["code"].get_int64().value()) + " " +
         message.substr(0, message.find(':'));
}

std::string EssenceOfReply(simdjson::dom::element reply) {
  std::vector<std::string> members;
  for (const auto [key, value] : reply.get_object()) {
    members.push_back(
        std::string(key) + ": " +
        (key == "error" ? Essence(value) : simdjson::minify(value)));
  }
  return testing::PrintToString(members);
}

std::string Essence(const std::string& text) {
  if (text.empty()) return "";
  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(text).value();
  if (!root.is_array()) return EssenceOfReply(root);
  std::vector<std::string> replies;
  for (const simdjson::dom::element reply : root.get_array()) {
    replies.push_back(EssenceOfReply(reply));
  }
  return testing::PrintToString(replies);
}

class SpecificationExample : public testing::TestWithParam<Example> {};

TEST_P(SpecificationExample, IsAnsweredAsSpecified) {
  TestServer server({}, Answer);
  SocketClient client(server.path());
  ASSERT_TRUE(client.Send(GetParam().request));
  client.EndWriting();

  const std::string reply = client.ReadAll();

  EXPECT_EQ(Essence(reply), Essence(std::string(GetParam().reply))) << reply;
}

// Between two requests of the same connection it does no harm either.
TEST_P(SpecificationExample, LeavesTheConnectionInOrder) {
  TestServer server({}, Answer);
  SocketClient client(server.path());
  const std::string ask =
      R"({"jsonrpc": "2.0", "method": "get_data", "id": "%"})";
  const std::string told = R"({"jsonrpc":"2.0","result":["hello",5],"id":"%"})";

  ASSERT_TRUE(client.Send(ask + GetParam().request + "\n" + ask));

  EXPECT_EQ(client.ReadLine(), told);
  const std::string wanted = Essence(std::string(GetParam().reply));
  if (!wanted.empty()) {
    EXPECT_EQ(Essence(client.ReadLine()), wanted);
  }
  EXPECT_EQ(client.ReadLine(), told);
}

INSTANTIATE_TEST_SUITE_P(JsonRpc, SpecificationExample,
                         testing::ValuesIn(kExamples), [](const auto& example) {
                           return std::string(example.param.name);
                         });

}  // namespace
}  // namespace goxel
