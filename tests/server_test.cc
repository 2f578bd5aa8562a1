#include "daemon/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <chrono>
#include <ctime>
#include <string>
#include <thread>

#include "tests/socket_client.h"
#include "tests/test_server.h"

namespace goxel {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

double Seconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) / 1e9;
}
double ProcessSeconds() { return Seconds(CLOCK_PROCESS_CPUTIME_ID); }
double ThreadSeconds() { return Seconds(CLOCK_THREAD_CPUTIME_ID); }

TEST(Server, AnswersInTheFormOldClientsSearchFor) {
  TestServer server;
  SocketClient client(server.path());

  EXPECT_EQ(client.Call(Request("echo", R"(,"params":[1],"id":"a")")),
            R"({"jsonrpc":"2.0","result":[1],"id":"a"})");
}

TEST(Server, SocketFileIsForItsOwnerOnly) {
  TestServer server;
  struct stat info {};

  ASSERT_EQ(::stat(server.path().c_str(), &info), 0);

  EXPECT_EQ(info.st_mode & 07777, 0600u);
}

TEST(Server, PeerIsKnownToTheMethods) {
  TestServer server;
  SocketClient client(server.path());

  client.Call(Request("echo"));

  EXPECT_EQ(server.methods().last_peer->uid, ::geteuid());
  EXPECT_EQ(server.methods().last_peer->pid, ::getpid());
  EXPECT_LT(server.methods().last_peer->session, 1u << 24);
  EXPECT_FALSE(server.methods().last_peer->gone);
}

TEST(Server, RequestWithoutALineEndIsAnswered) {
  TestServer server;
  SocketClient client(server.path());

  EXPECT_THAT(client.Call(R"({"method":"echo","id":1})"), HasSubstr("null"));
  EXPECT_THAT(client.Call("{\n\"method\":\n\"echo\",\r\n\"id\":2}"),
              EndsWith("\"id\":2}"));
}

TEST(Server, RequestSplitAtAnyByteIsAnswered) {
  TestServer server;
  SocketClient client(server.path());
  const std::string request = R"({"method":"echo","params":["a\"}"],"id":1})";

  for (std::size_t split = 1; split < request.size(); ++split) {
    ASSERT_TRUE(client.Send(request.substr(0, split)));
    ASSERT_EQ(client.Call(request.substr(split)),
              R"({"jsonrpc":"2.0","result":["a\"}"],"id":1})");
  }
}

TEST(Server, TenThousandPipelinedRequestsAreAnsweredInOrder) {
  TestServer server;
  SocketClient client(server.path());
  std::string requests;
  for (int i = 0; i < 10'000; ++i) {
    requests += Request("count", ",\"id\":" + std::to_string(i));
  }

  ASSERT_TRUE(client.Send(requests));

  for (int i = 0; i < 10'000; ++i) {
    ASSERT_EQ(client.ReadLine(), R"({"jsonrpc":"2.0","result":)" +
                                     std::to_string(i + 1) +
                                     ",\"id\":" + std::to_string(i) + "}");
  }
}

// Answered on the spot, each within the answer to the one before it if the
// server let them: that would need some hundred bytes of stack for each.
TEST(Server, RequestsReadAheadNeedNoDeepStack) {
  TestServer server;
  SocketClient client(server.path());
  constexpr int kRequests = 60'000;
  std::string requests = Request("stuck");
  for (int i = 0; i < kRequests; ++i) {
    requests += R"({"method":"count","id":1})";
  }
  ASSERT_TRUE(client.Send(requests));
  ASSERT_TRUE(Eventually([&] { return server.methods().stuck() == 1; }));

  server.methods().Unstick();

  for (int i = 0; i <= kRequests; ++i) {
    ASSERT_THAT(client.ReadLine(), HasSubstr("result"));
  }
}

TEST(Server, RequestsOfOneClientWaitForEachOther) {
  TestServer server;
  SocketClient client(server.path());

  ASSERT_TRUE(client.Send(Request("stuck") + Request("count")));
  ASSERT_TRUE(Eventually([&] { return server.methods().stuck() == 1; }));
  EXPECT_EQ(server.methods().count, 0);
  server.methods().Unstick();

  EXPECT_THAT(client.ReadLine(), HasSubstr("unstuck"));
  EXPECT_THAT(client.ReadLine(), HasSubstr("\"result\":1"));
}

TEST(Server, StuckClientDoesNotHoldUpOthers) {
  TestServer server;
  SocketClient stuck(server.path());
  SocketClient other(server.path());
  ASSERT_TRUE(stuck.Send(Request("stuck")));

  EXPECT_THAT(other.Call(Request("echo")), HasSubstr("result"));
}

TEST(Server, AnswersFromOtherThreadsArrive) {
  TestServer server;
  SocketClient client(server.path());
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(client.Send(
        Request("async", ",\"params\":[0],\"id\":" + std::to_string(i))));
  }

  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT(client.ReadLine(),
                EndsWith("[0],\"id\":" + std::to_string(i) + "}"));
  }
}

TEST(Server, NotificationsAreHandledAndNotAnswered) {
  TestServer server;
  SocketClient client(server.path());

  EXPECT_THAT(client.Call(Request("count", "") + Request("fail", "") +
                          Request("nothing", "") + Request("count")),
              HasSubstr("\"result\":2"));
}

TEST(Server, BatchIsOneReplyInOrder) {
  TestServer server;
  SocketClient client(server.path());

  EXPECT_EQ(
      client.Call(
          R"([{"method":"count","id":1},{"method":"async","params":[2],"id":2},)"
          R"({"jsonrpc":"2.0","method":"count"},{"method":"count","id":3}])"),
      R"([{"jsonrpc":"2.0","result":1,"id":1},)"
      R"({"jsonrpc":"2.0","result":[2],"id":2},)"
      R"({"jsonrpc":"2.0","result":3,"id":3}])");
}

TEST(Server, BatchIsNotDisturbedByWhatFollowsIt) {
  TestServer server;
  SocketClient client(server.path());
  const std::string batch =
      R"([{"method":"stuck","id":1},{"method":"echo","params":["a"],"id":2}])";
  ASSERT_TRUE(client.Send(batch));
  ASSERT_TRUE(Eventually([&] { return server.methods().stuck() == 1; }));

  const std::string next(200'000, 'x');
  ASSERT_TRUE(
      client.Send(Request("echo", ",\"params\":[\"" + next + "\"],\"id\":3")));
  SocketClient(server.path()).Call(Request("echo"));
  server.methods().Unstick();

  EXPECT_EQ(client.ReadLine(),
            R"([{"jsonrpc":"2.0","result":"unstuck","id":1},)"
            R"({"jsonrpc":"2.0","result":["a"],"id":2}])");
  EXPECT_THAT(client.ReadLine(), HasSubstr(next));
}

TEST(Server, BatchMayHoldDescriptorsAndStreams) {
  TestServer server;
  SocketClient client(server.path());

  EXPECT_EQ(client.Call(
                R"([{"method":"stream","params":[3],"id":1},)"
                R"({"method":"descriptor","id":2},{"method":"echo","id":3}])"),
            R"([{"jsonrpc":"2.0","result":{"data":"xxx"},"id":1},)"
            R"({"jsonrpc":"2.0","result":{},"id":2},)"
            R"({"jsonrpc":"2.0","result":null,"id":3}])");
  EXPECT_TRUE(client.TakeDescriptor().valid());
}

TEST(Server, ErrorOfAMethodCarriesItsFigures) {
  TestServer server;
  SocketClient client(server.path());

  EXPECT_EQ(client.Call(Request("fail")),
            R"({"jsonrpc":"2.0","error":{"code":-32004,"message":"too large",)"
            R"("data":{"reason":"too_large","limit":7}},"id":1})");
}

TEST(Server, MethodThatThrowsOrForgetsIsAnsweredForIt) {
  TestServer server;
  SocketClient client(server.path());

  EXPECT_THAT(client.Call(Request("throw")),
              AllOf(HasSubstr("-32603"), HasSubstr("out of tea")));
  EXPECT_THAT(client.Call(Request("drop")),
              AllOf(HasSubstr("-32603"), HasSubstr("dropped unanswered")));
}

TEST(Server, SecondAnswerIsNotTakenForThatOfTheNextRequest) {
  TestServer server;
  SocketClient client(server.path());
  ASSERT_TRUE(client.Send(Request("twice") + Request("stuck")));
  ASSERT_TRUE(Eventually([&] { return server.methods().stuck() == 1; }));

  server.methods().AnswerAgain();
  server.methods().Unstick();

  EXPECT_THAT(client.ReadLine(), HasSubstr("\"result\":1"));
  EXPECT_THAT(client.ReadLine(), HasSubstr("\"result\":\"unstuck\""));
}

TEST(Server, DescriptorTravelsWithItsReply) {
  TestServer server;
  SocketClient client(server.path());

  ASSERT_EQ(client.Call(Request("descriptor")),
            R"({"jsonrpc":"2.0","result":{},"id":1})");

  const UniqueFd file = client.TakeDescriptor();
  std::array<char, 16> text{};
  ASSERT_TRUE(file.valid());
  EXPECT_EQ(::pread(file.get(), text.data(), text.size(), 0), 6);
  EXPECT_STREQ(text.data(), "pixels");
}

TEST(Server, PipelinedDescriptorsComeOneWithEachReply) {
  TestServer server;
  SocketClient client(server.path());
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += Request("descriptor");
  client.Call(Request("echo"));
  const std::size_t before = OpenDescriptors();
  ASSERT_TRUE(client.Send(requests));

  int descriptors = 0;
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(client.ReadLine(), HasSubstr("{}"));
    if (client.TakeDescriptor().valid()) ++descriptors;
  }

  EXPECT_EQ(descriptors, 100);
  // The server closes its own just after sending.
  EXPECT_TRUE(Eventually([&] { return OpenDescriptors() == before; }));
}

TEST(Server, StreamedReplyIsCompleteAndTakesLittleMemory) {
  TestServer server;
  SocketClient client(server.path());
  constexpr std::size_t kBytes = std::size_t{300} << 20;
  const std::size_t before = ResidentMegabytes();
  ASSERT_TRUE(client.Send(Request(
      "stream", ",\"params\":[" + std::to_string(kBytes) + "],\"id\":1")));

  std::size_t received = 0;
  std::size_t letters = 0;
  std::array<char, 65536> buffer;
  char last = 0;
  while (last != '\n') {
    const auto got = ::recv(client.fd(), buffer.data(), buffer.size(), 0);
    ASSERT_GT(got, 0);
    const std::string_view text(buffer.data(), static_cast<std::size_t>(got));
    received += text.size();
    letters +=
        static_cast<std::size_t>(std::count(text.begin(), text.end(), 'x'));
    last = text.back();
  }

  EXPECT_EQ(letters, kBytes);
  EXPECT_EQ(received,
            kBytes + std::string_view(
                         R"({"jsonrpc":"2.0","result":{"data":""},"id":1})"
                         "\n")
                         .size());
  EXPECT_LT(ResidentMegabytes(), before + 50);
}

TEST(Server, ReplyThatFailsHalfWayEndsTheConnection) {
  TestServer server;
  SocketClient client(server.path());
  ASSERT_TRUE(client.Send(Request("broken")));

  EXPECT_THAT(client.ReadAll(),
              StartsWith(R"({"jsonrpc":"2.0","result":{"data":")"));
}

TEST(Server, RequestOf64MegabytesIsAnswered) {
  TestServer server;
  SocketClient client(server.path());
  std::string request = R"({"method":"count","id":1,"params":[")";
  request.resize((std::size_t{64} << 20) - 3, 'x');
  request += "\"]}";

  std::thread sender([&] { EXPECT_TRUE(client.Send(request)); });
  const std::string reply = client.ReadLine();
  sender.join();

  EXPECT_EQ(reply, R"({"jsonrpc":"2.0","result":1,"id":1})");
}

TEST(Server, LargerRequestIsRefusedAndTheNextOneWorks) {
  TestServer server;
  SocketClient client(server.path());
  std::string request = R"({"method":"count","id":1,"params":[")";
  request.resize((std::size_t{64} << 20) - 2, 'x');
  request += "\"]}";

  std::thread sender([&] { EXPECT_TRUE(client.Send(request)); });
  const std::string reply = client.ReadLine();
  sender.join();

  EXPECT_EQ(reply, R"({"jsonrpc":"2.0","error":{"code":-32700,"message":)"
                   R"("Parse error: JSON message too large"},"id":null})");
  EXPECT_THAT(client.Call(Request("count")), HasSubstr("\"result\":1"));
}

TEST(Server, LimitsAreThoseOfTheOptions) {
  TestServer server({.max_request_bytes = 100, .max_nesting = 5});
  SocketClient client(server.path());

  EXPECT_THAT(client.Call("{\"a\":\"" + std::string(100, 'x') + "\"}\n"),
              HasSubstr("too large"));
  EXPECT_THAT(client.Call("[[[[[[]]]]]]\n"), HasSubstr("deeper than 5"));
  EXPECT_THAT(client.Call(Request("echo")), HasSubstr("result"));
}

TEST(Server, HalfARequestAndADisconnectLeaveNothingBehind) {
  TestServer server;
  const std::size_t before = OpenDescriptors();
  for (int i = 0; i < 20; ++i) {
    SocketClient client(server.path());
    ASSERT_TRUE(client.Send("{\"method\":\"count\",\"id\":"));
  }

  EXPECT_TRUE(Eventually([&] { return OpenDescriptors() == before; }));
  EXPECT_EQ(server.methods().count, 0);
}

TEST(Server, RequestsSentBeforeACloseAreHandled) {
  TestServer server;
  for (int i = 0; i < 50; ++i) {
    SocketClient client(server.path());
    ASSERT_TRUE(
        client.Send(Request("count") + Request("async") + Request("count")));
  }

  EXPECT_TRUE(Eventually([&] { return server.methods().count == 100; }))
      << server.methods().count;
}

TEST(Server, HalfClosedClientGetsWhatItIsOwed) {
  TestServer server;
  SocketClient client(server.path());
  ASSERT_TRUE(client.Send(Request("stuck") + Request("count")));
  client.EndWriting();
  ASSERT_TRUE(Eventually([&] { return server.methods().stuck() == 1; }));

  server.methods().Unstick();

  EXPECT_THAT(client.ReadAll(), AllOf(HasSubstr("unstuck"),
                                      EndsWith("\"result\":1,\"id\":1}\n")));
}

TEST(Server, HalfClosedClientCostsNoProcessorTime) {
  TestServer server;
  SocketClient client(server.path());
  ASSERT_TRUE(client.Send(Request("stuck")));
  client.EndWriting();
  ASSERT_TRUE(Eventually([&] { return server.methods().stuck() == 1; }));

  const double others_before = ProcessSeconds() - ThreadSeconds();
  const double own_before = ThreadSeconds();
  while (ThreadSeconds() - own_before < 0.1) {
  }
  const double used = ProcessSeconds() - ThreadSeconds() - others_before;

  // A server that spins gets as much of a busy machine as this loop.
  EXPECT_LT(used, 0.02);
}

TEST(Server, HalfARequestBeforeAHalfCloseIsAParseError) {
  TestServer server;
  SocketClient client(server.path());
  ASSERT_TRUE(client.Send("{\"method\":"));
  client.EndWriting();

  EXPECT_THAT(client.ReadAll(),
              AllOf(HasSubstr("-32700"), HasSubstr("ended inside a message")));
}

TEST(Server, ClientThatLeavesIsGoneForItsRequestInWork) {
  TestServer server;
  SocketClient client(server.path());
  ASSERT_TRUE(client.Send(Request("stuck")));
  ASSERT_TRUE(Eventually([&] { return server.methods().stuck() == 1; }));
  const std::shared_ptr<Peer> peer = server.methods().last_peer;
  EXPECT_FALSE(peer->gone);

  client.Close();

  EXPECT_TRUE(Eventually([&] { return peer->gone.load(); }));
}

TEST(Server, PipelinedStreamsAreMadeOneAtATime) {
  TestServer server;
  SocketClient client(server.path());
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += Request("stream", ",\"params\":[3000000],\"id\":1");
  }
  ASSERT_TRUE(client.Send(requests + Request("count")));
  char first = 0;
  ASSERT_EQ(::recv(client.fd(), &first, 1, MSG_PEEK), 1);
  EXPECT_EQ(server.methods().count, 0);

  for (int i = 0; i < 50; ++i) ASSERT_GT(client.ReadLine().size(), 3'000'000u);
  EXPECT_THAT(client.ReadLine(), HasSubstr("\"result\":1"));
}

}  // namespace
}  // namespace goxel
