// Clients that do not keep up cost nobody else anything, and the daemon no more
// than the limits say.

#include <gmock/gmock.h>
#include <sys/socket.h>

#include <atomic>
#include <string>
#include <thread>

#include "tests/socket_client.h"
#include "tests/test_server.h"

namespace goxel {
namespace {

using testing::HasSubstr;

// Has another client's requests answered, one after the other.
void ExpectOthersAreServed(const TestServer& server) {
  SocketClient other(server.path());
  for (int i = 0; i < 1000; ++i) {
    ASSERT_THAT(other.Call(Request("echo", ",\"params\":[7],\"id\":1")),
                HasSubstr("[7]"));
  }
}

// Sends from a thread of its own, so that the test can go on when the server
// takes no more.
class Sender {
 public:
  Sender(SocketClient& client, std::string requests)
      : thread_([&client, requests = std::move(requests), this] {
          sent_all_ = client.Send(requests);
        }) {}
  ~Sender() { Join(); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  void Join() {
    if (thread_.joinable()) thread_.join();
  }
  bool sent_all() const { return sent_all_; }

 private:
  std::atomic<bool> sent_all_ = false;
  std::thread thread_;  // Last: starts when the rest is ready.
};

// `count` pairs of requests: one that is counted, one for a reply of 50 kB.
std::string LongReplies(int count) {
  const std::string reply(50'000, 'x');
  std::string requests;
  for (int i = 0; i < count; ++i) {
    requests += Request("count");
    requests += Request("echo", ",\"params\":[\"" + reply + "\"],\"id\":2");
  }
  return requests;
}

// How many requests of a client that does not read are handled.
int HandledForADeafClient(const TestServer& server, TestMethods& methods) {
  SocketClient deaf(server.path());
  Sender sender(deaf, LongReplies(1000));
  int handled = -1;
  // Until no further one is, although the others are served.
  while (handled != methods.count) {
    handled = methods.count;
    ExpectOthersAreServed(server);
  }
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(deaf.ReadLine(), R"({"jsonrpc":"2.0","result":)" +
                                   std::to_string(i + 1) + R"(,"id":1})");
    EXPECT_THAT(deaf.ReadLine(), HasSubstr("xxx"));
  }
  sender.Join();
  EXPECT_TRUE(sender.sent_all());
  return handled;
}

// The socket holds some hundred kilobytes by itself, of this system's making.
constexpr int kInTheSocket = 100;

TEST(SlowClient, ThatDoesNotReadIsHeldAtTheNumberOfReplies) {
  TestServer server({.pending = {.replies = 20}});

  EXPECT_LT(HandledForADeafClient(server, server.methods()), kInTheSocket + 20);
}

TEST(SlowClient, ThatDoesNotReadIsHeldAtTheBytesOfReplies) {
  TestServer server({.pending = {.reply_bytes = 1'000'000}});

  EXPECT_LT(HandledForADeafClient(server, server.methods()), kInTheSocket + 20);
}

TEST(SlowClient, ThatDoesNotReadIsServedToTheEndOfGenerousLimits) {
  TestServer server({.pending = {.replies = 3000}});

  EXPECT_EQ(HandledForADeafClient(server, server.methods()), 1000);
}

TEST(SlowClient, ThatWritesAheadIsHeldAtTheBytesOfInput) {
  TestServer server({.pending = {.input_bytes = 200'000}});
  SocketClient eager(server.path());
  const std::string filler(90'000, 'x');
  std::string requests = Request("stuck");
  for (int i = 0; i < 200; ++i) {
    requests += Request("count", ",\"params\":[\"" + filler + "\"],\"id\":1");
  }
  Sender sender(eager, std::move(requests));
  ASSERT_TRUE(Eventually([&] { return server.methods().stuck() == 1; }));
  ExpectOthersAreServed(server);
  EXPECT_FALSE(sender.sent_all());

  server.methods().Unstick();

  EXPECT_THAT(eager.ReadLine(), HasSubstr("unstuck"));
  for (int i = 0; i < 200; ++i) {
    EXPECT_THAT(eager.ReadLine(),
                HasSubstr("\"result\":" + std::to_string(i + 1)));
  }
  sender.Join();
  EXPECT_TRUE(sender.sent_all());
}

TEST(SlowClient, ThatSendsByteByByteIsAnsweredInTheEnd) {
  TestServer server;
  SocketClient slow(server.path());
  SocketClient other(server.path());
  const std::string request = Request("echo", ",\"params\":[1],\"id\":9");

  for (const char byte : request) {
    ASSERT_TRUE(slow.Send({&byte, 1}));
    ASSERT_THAT(other.Call(Request("echo")), HasSubstr("result"));
  }

  EXPECT_EQ(slow.ReadLine(), R"({"jsonrpc":"2.0","result":[1],"id":9})");
}

TEST(SlowClient, ThatReadsByteByByteGetsEveryReply) {
  TestServer server({.pending = {.replies = 1, .reply_bytes = 1}});
  SocketClient slow(server.path());
  Sender sender(slow, LongReplies(40));
  std::string line;
  for (char byte = 0; byte != '\n'; line += byte) {
    ASSERT_EQ(::recv(slow.fd(), &byte, 1, 0), 1);
    if (line.size() % 8 == 0) {
      SocketClient other(server.path());
      ASSERT_THAT(other.Call(Request("echo")), HasSubstr("result"));
    }
  }

  for (int i = 0; i < 79; ++i) {
    EXPECT_THAT(slow.ReadLine(), HasSubstr("result"));
  }
}

TEST(SlowClient, ThatHalfClosesAndWaitsHoldsUpNobody) {
  TestServer server;
  SocketClient half(server.path());
  ASSERT_TRUE(half.Send(Request("stuck")));
  half.EndWriting();
  ASSERT_TRUE(Eventually([&] { return server.methods().stuck() == 1; }));

  ExpectOthersAreServed(server);

  server.methods().Unstick();
  EXPECT_THAT(half.ReadAll(), HasSubstr("unstuck"));
}

TEST(SlowClient, ThatNeverSpeaksHoldsUpNobody) {
  TestServer server;
  SocketClient silent(server.path());
  SocketClient half(server.path());
  ASSERT_TRUE(half.Send("{\"method\":"));

  ExpectOthersAreServed(server);
}

TEST(SlowClient, ThatSendsAndClosesAtOnceIsHeard) {
  TestServer server;
  for (int i = 0; i < 200; ++i) {
    SocketClient brief(server.path());
    ASSERT_TRUE(brief.Send(Request("count")));
  }

  ExpectOthersAreServed(server);

  EXPECT_TRUE(Eventually([&] { return server.methods().count == 200; }));
}

// While many requests of one client are worked off, the others have their
// turns.
TEST(SlowClient, ThatPipelinesTakesTurnsWithTheOthers) {
  TestServer server;
  SocketClient eager(server.path());
  constexpr int kRequests = 200'000;
  std::string requests;
  for (int i = 0; i < kRequests; ++i) requests += Request("count", "");
  Sender sender(eager, std::move(requests));

  SocketClient other(server.path());
  int answered = 0;
  while (server.methods().count < kRequests) {
    ASSERT_THAT(other.Call(Request("echo")), HasSubstr("result"));
    ++answered;
  }

  EXPECT_GT(answered, 10);
}

}  // namespace
}  // namespace goxel
