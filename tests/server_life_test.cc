// The server's beginning and end, and what it does when there is too much.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "daemon/server.h"
#include "tests/socket_client.h"
#include "tests/test_server.h"

namespace goxel {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(ServerLife, ThreeHundredConnectionsOneAfterTheOtherAreServed) {
  TestServer server({.max_connections = 4});
  for (int i = 0; i < 300; ++i) {
    const bool served = Eventually([&] {
      SocketClient client(server.path());
      return client.Call(Request("echo")).find("result") != std::string::npos;
    });
    ASSERT_TRUE(served);
  }
}

TEST(ServerLife, ConnectionOverTheLimitIsToldSo) {
  TestServer server({.max_connections = 2});
  SocketClient first(server.path());
  SocketClient second(server.path());
  first.Call(Request("echo"));
  second.Call(Request("echo"));

  SocketClient third(server.path());

  EXPECT_THAT(third.ReadLine(),
              AllOf(HasSubstr("-32006"), HasSubstr("all 2 connections"),
                    HasSubstr("\"reason\":\"unavailable\"")));
  EXPECT_TRUE(third.IsClosedByPeer());
  EXPECT_THAT(first.Call(Request("echo")), HasSubstr("result"));
}

TEST(ServerLife, ClientThatNeverReadsIsHeldWithinBounds) {
  TestServer server;
  SocketClient deaf(server.path());
  const timeval limit{1, 0};
  ::setsockopt(deaf.fd(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  const std::string request = Request(
      "echo", ",\"params\":[\"" + std::string(60'000, 'x') + "\"],\"id\":1");

  std::size_t sent = 0;
  while (sent < 10'000 && deaf.Send(request)) ++sent;

  // 64 MiB of replies, 4 MiB of requests, and the buffers of the sockets.
  EXPECT_LT(sent * request.size(), std::size_t{80} << 20);
  SocketClient other(server.path());
  EXPECT_THAT(other.Call(Request("echo")), HasSubstr("result"));
}

TEST(ServerLife, SecondServerOnALivePathIsRefusedByPid) {
  TestServer server;

  const auto second = Server::Listen({.socket_path = server.path()}, {});

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(
      second.error().message(),
      AllOf(HasSubstr(std::to_string(::getpid())), HasSubstr(server.path())));
  SocketClient client(server.path());
  EXPECT_THAT(client.Call(Request("echo")), HasSubstr("result"));
}

// A socket file whose listener was closed, as kill -9 leaves it.
void LeaveStaleSocket(const std::string& path) {
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address),
                   sizeof(address)),
            0);
}

class ServerPath : public testing::Test {
 protected:
  ServerPath() {
    char directory[] = "/tmp/goxel_server_path_XXXXXX";
    directory_ = ::mkdtemp(directory);
  }
  ~ServerPath() override { std::filesystem::remove_all(directory_); }

  std::string directory_;
};

TEST_F(ServerPath, StaleSocketIsReplaced) {
  const std::string path = directory_ + "/x.sock";
  LeaveStaleSocket(path);

  EXPECT_TRUE(Server::Listen({.socket_path = path}, {}));
}

TEST_F(ServerPath, OfTwoServersStartedAtOnceOneWins) {
  const std::string path = directory_ + "/x.sock";
  for (int round = 0; round < 200; ++round) {
    LeaveStaleSocket(path);
    std::array<std::unique_ptr<Server>, 4> servers;
    std::vector<std::thread> threads;
    for (auto& server : servers) {
      threads.emplace_back([&server, &path] {
        if (auto made = Server::Listen({.socket_path = path}, {})) {
          server = std::move(*made);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();

    ASSERT_EQ(std::count(servers.begin(), servers.end(), nullptr), 3);
  }
}

TEST_F(ServerPath, FileThatIsNoSocketIsLeftAlone) {
  const std::string path = directory_ + "/notes.txt";
  std::ofstream(path) << "mine";

  const auto server = Server::Listen({.socket_path = path}, {});

  ASSERT_FALSE(server);
  EXPECT_THAT(server.error().message(), HasSubstr("is not a socket"));
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(ServerPath, PathThatNoAddressCanHoldIsRefused) {
  const auto server = Server::Listen(
      {.socket_path = directory_ + "/" + std::string(108, 'x')}, {});

  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(server.error().message(), HasSubstr("at most 107"));
  EXPECT_EQ(Server::Listen({.socket_path = ""}, {}).error().code(),
            StatusCode::kInvalidArgument);
}

TEST_F(ServerPath, MissingDirectoryIsNamed) {
  const auto server =
      Server::Listen({.socket_path = directory_ + "/none/x.sock"}, {});

  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code(), StatusCode::kNotFound);
  EXPECT_THAT(server.error().message(), HasSubstr(directory_ + "/none"));
}

TEST_F(ServerPath, SocketFileIsRemovedAtTheEnd) {
  const std::string path = directory_ + "/x.sock";
  { const auto server = Server::Listen({.socket_path = path}, {}); }

  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(ServerPath, SocketFileOfASuccessorIsLeftAlone) {
  const std::string path = directory_ + "/x.sock";
  auto first = Server::Listen({.socket_path = path}, {});
  ASSERT_TRUE(first);
  std::filesystem::remove(path);
  const auto second = Server::Listen({.socket_path = path}, {});
  ASSERT_TRUE(second);

  first->reset();

  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(ServerLife, StopBeforeRunMakesItReturnAtOnce) {
  char directory[] = "/tmp/goxel_server_test_XXXXXX";
  ASSERT_NE(::mkdtemp(directory), nullptr);
  auto server =
      Server::Listen({.socket_path = std::string(directory) + "/s"}, {});
  ASSERT_TRUE(server);

  (*server)->Stop();
  (*server)->Stop();

  EXPECT_TRUE((*server)->Run().ok());
  std::filesystem::remove_all(directory);
}

TEST(ServerLife, StopAnswersWhatWasReceivedAndClosesIdleClients) {
  TestServer server;
  SocketClient idle(server.path());
  SocketClient busy(server.path());
  idle.Call(Request("echo"));
  ASSERT_TRUE(busy.Send(Request("stuck") + Request("count")));
  ASSERT_TRUE(Eventually([&] { return server.methods().stuck() == 1; }));

  server.server().Stop();
  EXPECT_TRUE(idle.IsClosedByPeer());
  EXPECT_FALSE(SocketClient(server.path()).connected());
  server.methods().Unstick();

  EXPECT_THAT(busy.ReadAll(),
              AllOf(HasSubstr("unstuck"), HasSubstr("\"result\":1")));
}

TEST(ServerLife, StopDoesNotWaitForAStuckRequest) {
  TestServer server({.drain_time = std::chrono::milliseconds(100)});
  SocketClient client(server.path());
  ASSERT_TRUE(client.Send(Request("stuck") + Request("count")));
  ASSERT_TRUE(Eventually([&] { return server.methods().stuck() == 1; }));

  server.Stop();

  const std::string reply = client.ReadAll();
  EXPECT_EQ(std::count(reply.begin(), reply.end(), '\n'), 2) << reply;
  EXPECT_THAT(reply, HasSubstr("\"reason\":\"unavailable\""));
  EXPECT_EQ(server.methods().count, 0);
  // The answer comes after the server's end and goes nowhere.
  server.methods().Unstick();
}

TEST(ServerLife, OwnerIsToldOnceThatTheStopBegins) {
  std::atomic<int> told = 0;
  TestServer server({.on_stop = [&] { ++told; }});

  server.server().Stop();
  server.Stop();

  EXPECT_EQ(told, 1);
}

TEST(ServerLife, SignalsStopItWhenAsked) {
  const pid_t child = ::fork();
  if (child == 0) {
    bool stopped = false;
    {
      TestServer server({.stop_on_signals = true});
      SocketClient client(server.path());
      client.Call(Request("echo"));
      ::kill(::getpid(), SIGTERM);
      stopped = client.IsClosedByPeer();
    }
    ::_exit(stopped ? 0 : 1);
  }

  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);

  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST(ServerLife, OtherUsersAreNotServed) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
  TestServer server;
  ASSERT_EQ(::chmod(server.directory().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(server.path().c_str(), 0666), 0);
  const std::string path = server.path();

  const pid_t child = ::fork();
  if (child == 0) {
    if (::setuid(65534) != 0) ::_exit(2);
    SocketClient client(path);
    client.Send(Request("echo"));
    const bool refused = client.connected() && client.IsClosedByPeer();
    ::_exit(refused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);

  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace goxel
