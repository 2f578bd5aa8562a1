#include "clients/cpp/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdlib>
#include <fstream>

#include "tests/render_directory.h"
#include "tests/result_code.h"
#include "tests/scripted_daemon.h"

namespace goxel {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

TEST(ClientTest, SendsOneLineOfJsonRpc) {
  std::string seen;
  const ScriptedServer server([&](const ScriptedConnection& connection) {
    seen = connection.ReadRequest();
    connection.Reply(seen, "{}");
  });

  ASSERT_TRUE(Connect(server)->Call("a.b", R"({"x":[1,2]})"));

  EXPECT_EQ(seen,
            R"({"jsonrpc":"2.0","id":1,"method":"a.b","params":{"x":[1,2]}})");
}

TEST(ClientTest, ReturnsTheTextOfTheResult) {
  for (const std::string result : {R"({"a":[1,{"b":null}]})", R"([])",
                                   R"("x\ny")", "17", "true", "null"}) {
    const ScriptedServer server(AnsweringResult(result));

    const auto got = Connect(server)->Call("m", "");

    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(got->view(), result);
  }
}

TEST(ClientTest, ParametersThatAreNoArrayOrObjectAreRefused) {
  const ScriptedServer server(AnsweringResult("1"));

  const auto got = Connect(server)->Call("m", "17");

  EXPECT_EQ(CodeOf(got), StatusCode::kInvalidArgument);
}

TEST(ClientTest, PutsSplitRepliesTogether) {
  const ScriptedServer server([](const ScriptedConnection& connection) {
    const std::string request = connection.ReadRequest();
    for (const char c : R"({"result":{"k":"v"},"id":1})" + std::string("\n")) {
      connection.Write({&c, 1});
    }
    connection.ReadRequest();
  });

  const auto got = Connect(server)->Call("m", "");

  ASSERT_TRUE(got) << got.error().message();
  EXPECT_EQ(got->view(), R"({"k":"v"})");
}

TEST(ClientTest, TakesJoinedRepliesApart) {
  const ScriptedServer server([](const ScriptedConnection& connection) {
    connection.ReadRequest();
    connection.Write(
        "{\"result\":\"one\",\"id\":1}\n"
        "{\"result\":\"two\",\"id\":2}\n{\"result\":\"thr");
    connection.ReadRequest();
    connection.ReadRequest();
    connection.Write("ee\",\"id\":3}\n");
    connection.ReadRequest();
  });
  const auto client = Connect(server);

  EXPECT_EQ(client->Call("m", "")->view(), R"("one")");
  EXPECT_EQ(client->Call("m", "")->view(), R"("two")");
  EXPECT_EQ(client->Call("m", "")->view(), R"("three")");
}

TEST(ClientTest, SkipsNotifications) {
  const ScriptedServer server(Answering([](const std::string&) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"goxel.render_progress\","
           "\"params\":{\"rows\":8}}\n{\"result\":5,\"id\":1}\n";
  }));

  EXPECT_EQ(Connect(server)->Call("m", "")->view(), "5");
}

TEST(ClientTest, AnErrorKeepsItsReasonMessageAndFigures) {
  const ScriptedServer server(Answering([](const std::string&) {
    return R"({"jsonrpc":"2.0","error":{"code":-32003,"message":"full",)"
           R"("data":{"reason":"resource_exhausted","max_size":100,)"
           R"("hint":"wait","list":[1]}},"id":1})"
           "\n";
  }));

  const auto got = Connect(server)->Call("m", "");

  ASSERT_FALSE(got);
  EXPECT_EQ(CodeOf(got), StatusCode::kResourceExhausted);
  EXPECT_EQ(got.error().message(), "full");
  ASSERT_EQ(got.error().details().size(), 2u);
  EXPECT_EQ(got.error().details()[0].key, "max_size");
  EXPECT_EQ(std::get<std::int64_t>(got.error().details()[0].value), 100);
  EXPECT_EQ(std::get<std::string>(got.error().details()[1].value), "wait");
}

TEST(ClientTest, AnErrorWithoutReasonIsMappedByItsNumber) {
  const ScriptedServer server(Answering([](const std::string&) {
    return "{\"error\":{\"code\":-32004,\"message\":\"big\"},\"id\":1}\n";
  }));

  EXPECT_EQ(CodeOf(Connect(server)->Call("m", "")), StatusCode::kTooLarge);
}

TEST(ClientTest, AnErrorWithoutIdAnswersTheCall) {
  const ScriptedServer server(Answering([](const std::string&) {
    return "{\"error\":{\"code\":-32700,\"message\":\"Parse error\"},"
           "\"id\":null}\n";
  }));

  EXPECT_EQ(CodeOf(Connect(server)->Call("m", "")),
            StatusCode::kInvalidArgument);
}

TEST(ClientTest, GarbageIsDataLoss) {
  for (const std::string garbage :
       {"hello\n", "\n", "{\n", "[]\n", "{}\n", "{\"id\":1}\n",
        "{\"result\":1,\"id\":2}\n", "{\"result\":1,\"id\":1}}\n",
        "{\"result\":1,\"id\":1} x\n", "{\"result\":,\"id\":1}\n",
        "{\"error\":7,\"id\":1}\n", "{\"result\":\"\xff\",\"id\":1}\n"}) {
    const ScriptedServer server(
        Answering([&](const std::string&) { return garbage; }));

    const auto got = Connect(server)->Call("m", "");

    ASSERT_FALSE(got) << garbage;
    EXPECT_EQ(CodeOf(got), StatusCode::kDataLoss) << garbage;
  }
}

TEST(ClientTest, GoesOnAfterGarbageOnAFreshConnection) {
  int connections = 0;
  const ScriptedServer server([&](const ScriptedConnection& connection) {
    const std::string request = connection.ReadRequest();
    if (++connections == 1) return connection.Write("garbage\n");
    connection.Reply(request, "\"fine\"");
  });
  const auto client = Connect(server);

  EXPECT_FALSE(client->Call("m", ""));
  EXPECT_EQ(client->Call("m", "")->view(), "\"fine\"");
}

TEST(ClientTest, ADaemonThatClosesBeforeItAnswersIsUnavailable) {
  const ScriptedServer server([](const ScriptedConnection& connection) {
    connection.ReadRequest();
    connection.Write("{\"result\":");
  });

  EXPECT_EQ(CodeOf(Connect(server)->Call("m", "")), StatusCode::kUnavailable);
}

TEST(ClientTest, ARequestThatWasSentIsNeverSentAgain) {
  std::atomic<int> requests = 0;
  const ScriptedServer server([&](const ScriptedConnection& connection) {
    if (!connection.ReadRequest().empty()) ++requests;
  });
  const auto client = Connect(server);

  EXPECT_FALSE(client->Call("m", ""));
  // The server takes connections in turn: when this call is answered, whatever
  // the first one sent has been seen.
  EXPECT_FALSE(client->Call("m", ""));

  EXPECT_EQ(requests, 2);
}

TEST(ClientTest, ConnectsAgainWhenTheDaemonClosedBetweenCalls) {
  const ScriptedServer server([](const ScriptedConnection& connection) {
    const std::string request = connection.ReadRequest();
    connection.Reply(request, "\"" + connection.IdOf(request) + "\"");
  });
  const auto client = Connect(server);

  EXPECT_EQ(client->Call("m", "")->view(), "\"1\"");
  server.WaitForClosed(1);
  EXPECT_EQ(client->Call("m", "")->view(), "\"2\"");
  server.WaitForClosed(2);
  EXPECT_EQ(client->Call("m", "")->view(), "\"3\"");
}

TEST(ClientTest, TellsWhyAFullDaemonClosesAtOnce) {
  const ScriptedServer server([](const ScriptedConnection& connection) {
    connection.Write(
        "{\"error\":{\"code\":-32006,\"message\":\"too many connections\"},"
        "\"id\":null}\n");
  });
  const auto client = Connect(server);

  const auto got = client->Call("m", "");

  ASSERT_FALSE(got);
  EXPECT_EQ(CodeOf(got), StatusCode::kUnavailable);
  EXPECT_EQ(got.error().message(), "too many connections");
}

TEST(ClientTest, ASilentDaemonTimesOut) {
  const ScriptedServer server([](const ScriptedConnection& connection) {
    connection.ReadRequest();
    connection.ReadRequest();
  });

  const auto client = Connect(server, milliseconds(20));

  EXPECT_EQ(CodeOf(client->Call("m", "")), StatusCode::kTimedOut);
}

TEST(ClientTest, ADaemonThatReadsNothingTimesOut) {
  std::atomic<bool> done = false;
  const ScriptedServer server([&](const ScriptedConnection&) {
    while (!done) std::this_thread::yield();
  });
  const std::string params = "[\"" + std::string(8 << 20, 'x') + "\"]";

  const auto got = Connect(server, milliseconds(20))->Call("m", params);
  done = true;

  EXPECT_EQ(CodeOf(got), StatusCode::kTimedOut);
}

TEST(ClientTest, AReplyOf50MegabytesArrivesWhole) {
  const std::string data(50'000'000, 'A');
  const ScriptedServer server(AnsweringResult("{\"data\":\"" + data + "\"}"));

  const auto got = Connect(server)->Call("m", "");

  ASSERT_TRUE(got) << got.error().message();
  EXPECT_EQ(got->view().size(), data.size() + 11);
  EXPECT_EQ(got->view().substr(9, data.size()), data);
}

TEST(ClientTest, AReplyOverTheLimitIsTooLarge) {
  const ScriptedServer server(AnsweringResult(std::string(1 << 20, '1')));
  const auto client = Client::Connect(
      {.socket_path = server.path(), .max_reply_bytes = 1 << 16});

  EXPECT_EQ(CodeOf((*client)->Call("m", "")), StatusCode::kTooLarge);
}

TEST(ClientTest, WithoutDaemonIsUnavailableAndSaysHowToStartOne) {
  const auto client = Client::Connect({.socket_path = "/nonexistent/a.sock"});

  ASSERT_FALSE(client);
  EXPECT_EQ(CodeOf(client), StatusCode::kUnavailable);
  EXPECT_THAT(client.error().message(),
              HasSubstr("goxel-daemon --socket /nonexistent/a.sock"));
}

TEST(ClientTest, AnOverlongSocketPathIsRefused) {
  const auto client =
      Client::Connect({.socket_path = "/tmp/" + std::string(200, 's')});

  EXPECT_EQ(CodeOf(client), StatusCode::kInvalidArgument);
}

TEST(ClientTest, TakesTheSocketFromTheEnvironment) {
  const ScriptedServer server(AnsweringResult("{\"pong\":true}"));
  ::setenv("GOXEL_SOCKET", server.path().c_str(), 1);

  const auto client = Client::Connect();
  ::unsetenv("GOXEL_SOCKET");

  ASSERT_TRUE(client) << client.error().message();
  EXPECT_EQ((*client)->socket_path(), server.path());
  EXPECT_TRUE((*client)->Ping().ok());
}

// Notes every request of a connection and answers it with an empty result.
auto AnswersAll(std::vector<std::string>* requests) {
  return [requests](const ScriptedConnection& connection) {
    for (std::string request = connection.ReadRequest(); !request.empty();
         request = connection.ReadRequest()) {
      requests->push_back(request);
      connection.Reply(request, "{}");
    }
  };
}

TEST(ClientTest, ScenePathsBecomeAbsoluteAndBuiltinScenesStay) {
  std::vector<std::string> requests;
  const ScriptedServer server(AnswersAll(&requests));
  const auto client = Connect(server);

  ASSERT_TRUE(client->LoadProject("a \"b\".vox").ok());
  ASSERT_TRUE(client->LoadProject("builtin:demo").ok());

  const std::string here = std::filesystem::current_path().native();
  EXPECT_THAT(requests[0],
              HasSubstr("\"path\":\"" + here + "/a \\\"b\\\".vox\""));
  EXPECT_THAT(requests[1], HasSubstr(R"("path":"builtin:demo")"));
}

TEST(ClientTest, AProjectOfItsOwnIsNamedInEveryCall) {
  std::vector<std::string> requests;
  const ScriptedServer server(AnswersAll(&requests));
  const auto client = Connect(server);

  ASSERT_TRUE(client->CreateEphemeralProject("mine").ok());
  ASSERT_TRUE(client->LoadProject("builtin:demo", "mine").ok());
  RenderRequest request;
  request.project_id = "mine";
  EXPECT_FALSE(client->RenderToFile(request));

  EXPECT_THAT(requests[0],
              HasSubstr(R"({"project_id":"mine","ephemeral":true})"));
  EXPECT_THAT(requests[1],
              HasSubstr(R"({"path":"builtin:demo","project_id":"mine"})"));
  EXPECT_THAT(requests[2], HasSubstr(R"("params":{"project_id":"mine",)"));
}

TEST(ClientTest, ARenderRequestSaysEverythingThatWasAsked) {
  std::string seen;
  const ScriptedServer server([&](const ScriptedConnection& connection) {
    seen = connection.ReadRequest();
    connection.Reply(seen, R"({"file":{"path":"/r/x.png","size":12,)"
                           R"("checksum":"sha256:ab"},)"
                           R"("render":{"id":"00000000000000ff",)"
                           R"("cached":true}})");
  });

  const auto render =
      Connect(server)->RenderToFile({.width = 30,
                                     .height = 20,
                                     .camera = {.preset = "front",
                                                .azimuth = 1.5,
                                                .roll = -2,
                                                .fov = 30,
                                                .orthographic = true,
                                                .stored = "hero"},
                                     .look = {.style = "clay",
                                              .shadows = "smooth",
                                              .ambient_occlusion = false,
                                              .samples = 9,
                                              .outline_width = 2.5,
                                              .ground = true,
                                              .background = Rgba{1, 2, 3, 4},
                                              .transparent = true,
                                              .light_azimuth = 10,
                                              .light_elevation = 20},
                                     .cache = "off",
                                     .ttl = std::chrono::seconds(9),
                                     .format = "png"});

  ASSERT_TRUE(render) << render.error().message();
  EXPECT_EQ(render->id, 0xffu);
  EXPECT_EQ(render->path, "/r/x.png");
  EXPECT_EQ(render->size_bytes, 12u);
  EXPECT_EQ(render->checksum, "sha256:ab");
  EXPECT_TRUE(render->cached);
  EXPECT_THAT(
      seen,
      HasSubstr(
          R"("params":{"width":30,"height":20,"camera_preset":"front",)"
          R"("camera":{"azimuth":1.5,"roll":-2.0,"fov":30.0,"ortho":true,)"
          R"("stored":"hero"},"options":{"return_mode":"file_path",)"
          R"("format":"png","fallback":["base64"],)"
          R"("cache":"off","style":"clay","shadows":"smooth",)"
          R"("ambient_occlusion":false,"samples":9,)"
          R"("outline":{"width":2.5},"ground":true,)"
          R"("background_color":[1,2,3,4],"transparent":true,)"
          R"("light":{"azimuth":10.0,"elevation":20.0},)"
          R"("ttl_seconds":9}})"));
}

TEST(ClientTest, AnAngleThatIsNoNumberIsRefused) {
  const ScriptedServer server(AnsweringResult("{}"));

  const auto render =
      Connect(server)->RenderToFile({.camera = {.azimuth = std::nan("")}});
  const auto other =
      Connect(server)->RenderToFile({.look = {.light_elevation = HUGE_VAL}});

  EXPECT_EQ(CodeOf(render), StatusCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(other), StatusCode::kInvalidArgument);
}

TEST(ClientTest, MapsTheFileOfAReply) {
  const RenderDirectory directory;
  const RenderInfo info = RenderDirectory::Describe(0xff);
  directory.WriteFile(info);
  const ScriptedServer server(AnsweringResult(
      R"({"render":{"id":"00000000000000ff"},"file":{"path":")" +
      directory.PathOf(info).native() + "\"}}"));

  const auto render = Connect(server)->RenderMapped({});

  ASSERT_TRUE(render) << render.error().message();
  EXPECT_EQ(render->image.pixels()[2], RenderDirectory::PixelByte(0xff, 2));
}

TEST(ClientTest, RenderRepliesThatMissWhatMattersAreDataLoss) {
  for (
      const std::string result :
      {"{}", "[]", "7", R"({"render":{}})", R"({"render":{"id":"xyz"}})",
       R"({"render":{"id":12}})", R"({"render":7})",
       R"({"render":{"id":"00000000000000ff"},"file":{"size":-1}})",
       R"({"render":{"id":"00000000000000ff"},"file":{"path":5}})",
       R"({"render":{"id":"00000000000000ff"},"mapping":{"stride":4294967296}})",
       R"({"render":{"id":"00000000000000ff",}})"}) {
    const ScriptedServer server(AnsweringResult(result));

    const auto render = Connect(server)->RenderToFile({});

    ASSERT_FALSE(render) << result;
    EXPECT_EQ(CodeOf(render), StatusCode::kDataLoss) << result;
  }
}

constexpr char kDescriptorResult[] =
    R"({"render":{"id":"00000000000000ff","cached":false},)"
    R"("file":{"dimensions":{"width":2,"height":3}},)"
    R"("mapping":{"offset":16,"stride":8}})";

TEST(ClientTest, MapsTheDescriptorOfAReply) {
  const UniqueFd memfd(::memfd_create("client_test", MFD_ALLOW_SEALING));
  ASSERT_EQ(::pwrite(memfd.get(), std::string(40, 'p').c_str(), 40, 0), 40);
  ASSERT_EQ(::fcntl(memfd.get(), F_ADD_SEALS,
                    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE),
            0);
  const ScriptedServer server([&](const ScriptedConnection& connection) {
    connection.ReadRequest();
    connection.WriteWithDescriptor("{\"result\":", memfd.get());
    connection.Write(std::string(kDescriptorResult) + ",\"id\":1}\n");
  });

  const auto render = Connect(server)->RenderToDescriptor({});

  ASSERT_TRUE(render) << render.error().message();
  EXPECT_EQ(render->image.width(), 2u);
  EXPECT_EQ(render->image.pixels().size(), 24u);
  EXPECT_EQ(render->image.pixels()[23], std::byte{'p'});
}

TEST(ClientTest, AReplyWithoutItsDescriptorIsDataLoss) {
  const ScriptedServer server(AnsweringResult(kDescriptorResult));

  EXPECT_EQ(CodeOf(Connect(server)->RenderToDescriptor({})),
            StatusCode::kDataLoss);
}

TEST(ClientTest, DescriptorsNobodyAskedForAreClosed) {
  const auto count = [] {
    const std::filesystem::directory_iterator open("/proc/self/fd");
    return std::distance(begin(open), end(open));
  };
  const ScriptedServer server([](const ScriptedConnection& connection) {
    for (int id = 1; !connection.ReadRequest().empty(); ++id) {
      connection.WriteWithDescriptor("{\"result\":1,", 0);
      connection.WriteWithDescriptor("\"id\":" + std::to_string(id) + "}\n", 0);
    }
  });
  const auto client = Connect(server);
  ASSERT_TRUE(client->Call("m", ""));
  const auto before = count();

  for (int i = 0; i < 10; ++i) ASSERT_TRUE(client->Call("m", ""));

  EXPECT_EQ(count(), before);
}

TEST(ClientTest, ManyThreadsMayCall) {
  const ScriptedServer server([](const ScriptedConnection& connection) {
    for (;;) {
      const std::string request = connection.ReadRequest();
      if (request.empty()) return;
      const auto params = request.find("[") + 1;
      connection.Reply(request,
                       request.substr(params, request.find("]") - params));
    }
  });
  const auto client = Connect(server);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 100; ++i) {
        const std::string number = std::to_string(thread * 1000 + i);
        EXPECT_EQ(client->Call("m", "[" + number + "]")->view(), number);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace goxel
