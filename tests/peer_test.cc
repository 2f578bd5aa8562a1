// Notifications and word of a client's leaving, through the server's socket.

#include "daemon/peer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "tests/socket_client.h"
#include "tests/test_server.h"

namespace goxel {
namespace {

using testing::HasSubstr;

constexpr const char* kNews =
    R"({"jsonrpc":"2.0","method":"news","params":{"n":1}})";

class PeerTest : public testing::Test {
 protected:
  // The peer of a request that stays in work until Unstick().
  std::shared_ptr<Peer> PeerInWork(std::string_view text = {}) {
    EXPECT_TRUE(client_.Send(text.empty() ? Request("stuck") : text));
    EXPECT_TRUE(Eventually([&] { return methods().stuck() == 1; }));
    return methods().last_peer;
  }

  TestMethods& methods() { return server_.methods(); }

  TestServer server_;
  SocketClient client_{server_.path()};
};

TEST_F(PeerTest, NotificationArrivesWhileTheRequestIsInWork) {
  const auto peer = PeerInWork();

  peer->Notify("news", R"({"n":1})");

  EXPECT_EQ(client_.ReadLine(), kNews);
  methods().Unstick();
  EXPECT_THAT(client_.ReadLine(), HasSubstr("unstuck"));
}

// The reply is given on this thread too, so nothing but order keeps it behind.
TEST_F(PeerTest, NotificationsComeBeforeTheReplyThatIsGivenAfterThem) {
  const auto peer = PeerInWork();

  for (int i = 0; i < 20; ++i) {
    peer->Notify("news", "[" + std::to_string(i) + "]");
  }
  methods().Unstick();

  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(client_.ReadLine(),
                HasSubstr("\"params\":[" + std::to_string(i) + "]"));
  }
  EXPECT_THAT(client_.ReadLine(), HasSubstr("unstuck"));
}

// What is said on another thread waits for the event loop; a reply given on the
// event loop itself must not overtake it.
TEST_F(PeerTest, ReplyGivenOnTheEventLoopDoesNotOvertakeANotification) {
  ASSERT_TRUE(client_.Send(Request("announce")));

  EXPECT_THAT(client_.ReadLine(), HasSubstr("\"method\":\"news\""));
  EXPECT_THAT(client_.ReadLine(), HasSubstr("\"result\":\"announced\""));
}

TEST_F(PeerTest, NotificationNeverGoesIntoAStreamedReply) {
  ASSERT_TRUE(client_.Send(Request("stream", R"(,"params":[9000000],"id":1)")));
  char first = 0;
  ASSERT_EQ(::recv(client_.fd(), &first, 1, MSG_PEEK), 1);
  const std::shared_ptr<Peer> peer = methods().last_peer;
  std::atomic<bool> done = false;
  std::thread teller([&] {
    while (!done) peer->Notify("news", R"({"n":1})");
  });

  std::string line = client_.ReadLine();
  while (line == kNews) line = client_.ReadLine();
  done = true;
  teller.join();

  EXPECT_EQ(line, R"({"jsonrpc":"2.0","result":{"data":")" +
                      std::string(9'000'000, 'x') + R"("},"id":1})");
}

TEST_F(PeerTest, NotificationNeverGoesIntoTheReplyOfABatch) {
  const auto peer = PeerInWork(
      R"([{"method":"echo","params":[1],"id":1},{"method":"stuck","id":2}])"
      "\n");

  peer->Notify("news", R"({"n":1})");
  methods().Unstick();

  EXPECT_EQ(client_.ReadLine(),
            R"([{"jsonrpc":"2.0","result":[1],"id":1},)"
            R"({"jsonrpc":"2.0","result":"unstuck","id":2}])");
}

TEST_F(PeerTest, NotificationOfABatchsFirstRequestComesBeforeItsReply) {
  const auto peer = PeerInWork("[{\"method\":\"stuck\",\"id\":1}]\n");

  peer->Notify("news", R"({"n":1})");
  methods().Unstick();

  EXPECT_EQ(client_.ReadLine(), kNews);
  EXPECT_EQ(client_.ReadLine(),
            R"([{"jsonrpc":"2.0","result":"unstuck","id":1}])");
}

TEST_F(PeerTest, ClientThatDoesNotReadCostsNoMoreThanItsQueue) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer keeps memory of its own, freed memory above all";
#endif
  const auto peer = PeerInWork();
  const std::string long_text = '"' + std::string(1 << 20, 'x') + '"';
  const std::size_t before = ResidentMegabytes();

  for (int i = 0; i < 400; ++i) {
    peer->Notify("news", "[" + long_text + "]");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  EXPECT_LT(ResidentMegabytes() - before, 200u);
}

TEST(Peer, KeepsTheLatestNotificationsThatNobodyTakes) {
  Peer peer;
  int woken = 0;
  peer.Connect([&] { ++woken; });
  const int more = static_cast<int>(Peer::kMaxNotifications) + 10;

  for (int i = 0; i < more; ++i) peer.Notify("n", std::to_string(i));

  const auto lines = peer.TakeNotifications();
  ASSERT_EQ(lines.size(), Peer::kMaxNotifications);
  EXPECT_THAT(lines.front(), HasSubstr("\"params\":10}"));
  EXPECT_THAT(lines.back(), HasSubstr(std::to_string(more - 1)));
  EXPECT_EQ(woken, 1);
}

TEST_F(PeerTest, LeavingIsToldOnceToEverybodyWhoAsked) {
  const auto peer = PeerInWork();
  std::atomic<int> told = 0;
  for (int i = 0; i < 3; ++i) peer->WhenGone([&] { ++told; });

  client_.Close();

  EXPECT_TRUE(Eventually([&] { return told == 3; }));
  methods().Unstick();
  server_.Stop();
  EXPECT_EQ(told, 3);
}

TEST_F(PeerTest, WhoAsksAfterTheLeavingIsToldAtOnce) {
  const auto peer = PeerInWork();
  client_.Close();
  ASSERT_TRUE(Eventually([&] { return peer->gone.load(); }));
  bool told = false;

  peer->WhenGone([&] { told = true; });

  EXPECT_TRUE(told);
  peer->Notify("news", "[]");
  EXPECT_TRUE(peer->TakeNotifications().empty());
}

TEST_F(PeerTest, ClientThatOnlyStopsWritingHasNotLeft) {
  const auto peer = PeerInWork();
  std::atomic<bool> told = false;
  peer->WhenGone([&] { told = true; });

  client_.EndWriting();
  peer->Notify("news", R"({"n":1})");

  EXPECT_EQ(client_.ReadLine(), kNews);
  EXPECT_FALSE(told);
  methods().Unstick();
  EXPECT_THAT(client_.ReadLine(), HasSubstr("unstuck"));
  EXPECT_TRUE(Eventually([&] { return told.load(); }));
}

TEST_F(PeerTest, EndOfTheServerIsTheLeavingOfItsClients) {
  const auto peer = PeerInWork();
  std::atomic<int> told = 0;
  peer->WhenGone([&] { ++told; });

  server_.Stop();

  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace goxel
