// The daemon under a service manager: started through a socket that was made
// for it, and telling how it is doing.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "tests/e2e/daemon_command.h"
#include "tests/e2e/service_manager.h"

namespace goxel {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char kPing[] = R"({"jsonrpc":"2.0","id":1,"method":"ping"})"
                         "\n";

// Who listens at the other end, as the kernel says.
pid_t ListenerOf(const SocketClient& client) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  ::getsockopt(client.fd(), SOL_SOCKET, SO_PEERCRED, &peer, &size);
  return peer.pid;
}

ino_t InodeOf(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_ino : 0;
}

class ServiceTest : public testing::Test {
 protected:
  const DaemonHome home_;
  ServiceManager manager_{home_};
};

TEST_F(ServiceTest, ClientThatConnectedBeforeTheStartIsServed) {
  SocketClient early(home_.socket());
  ASSERT_TRUE(early.Send(kPing));

  manager_.StartWithSocket();

  EXPECT_THAT(early.ReadLine(), HasSubstr("pong"));
}

TEST_F(ServiceTest, ClientsLearnThatTheDaemonListensAndNotItsManager) {
  EXPECT_EQ(ListenerOf(SocketClient(home_.socket())), ::getpid());
  SocketClient early(home_.socket());
  manager_.StartWithSocket();
  ASSERT_THAT(early.Call(kPing), HasSubstr("pong"));

  EXPECT_EQ(ListenerOf(SocketClient(home_.socket())), manager_.daemon());
}

TEST_F(ServiceTest, PassedSocketOutlivesTheDaemonAndStartsTheNext) {
  const ino_t inode = InodeOf(home_.socket());
  manager_.StartWithSocket();
  ASSERT_THAT(SocketClient(home_.socket()).Call(kPing), HasSubstr("pong"));
  manager_.Signal(SIGTERM);
  ASSERT_EQ(manager_.Wait(), 0) << home_.Log();

  EXPECT_EQ(InodeOf(home_.socket()), inode);
  SocketClient between(home_.socket());
  ASSERT_TRUE(between.Send(kPing));
  manager_.StartWithSocket();
  EXPECT_THAT(between.ReadLine(), HasSubstr("pong"));
}

TEST_F(ServiceTest, PassedSocketOutweighsTheOneOfTheOptions) {
  const std::string other = home_.path() / "other";
  manager_.Start({manager_.socket()}, {}, {"--socket", other});

  EXPECT_THAT(SocketClient(home_.socket()).Call(kPing), HasSubstr("pong"));
  EXPECT_EQ(InodeOf(other), 0U);
  SocketClient client(home_.socket());
  const JsonReply reloaded = Call(client, "goxel.reload_config");
  EXPECT_EQ(reloaded.At("/result/needs_restart"), "[]") << reloaded.text();
}

TEST_F(ServiceTest, SocketOfAnotherProcessIsLeftAlone) {
  const std::string own = home_.path() / "own";
  manager_.Start({manager_.socket()}, {{"LISTEN_PID", "1"}, manager_.Listen()},
                 {"--socket", own});

  EXPECT_EQ(manager_.NextNotice(), "READY=1");
  EXPECT_THAT(SocketClient(own).Call(kPing), HasSubstr("pong"));
}

TEST_F(ServiceTest, WhatIsNoListeningUnixSocketIsRefused) {
  const UniqueFd file(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const UniqueFd silent(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const UniqueFd network(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ::listen(network.get(), 1);
  const UniqueFd datagrams(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  for (const int wrong :
       {file.get(), silent.get(), network.get(), datagrams.get()}) {
    manager_.Start({wrong});
    EXPECT_EQ(manager_.Wait(), 1);
  }
  EXPECT_THAT(home_.Log(),
              AllOf(HasSubstr("descriptor 3"), HasSubstr("ListenStream=")));
}

TEST_F(ServiceTest, MoreThanOneSocketIsRefused) {
  manager_.Start({manager_.socket(), manager_.socket()});

  EXPECT_EQ(manager_.Wait(), 1);
  EXPECT_THAT(home_.Log(), HasSubstr("passed 2 sockets"));
}

TEST_F(ServiceTest, ReadyIsSaidWhenClientsAreServed) {
  manager_.StartWithSocket({manager_.Listen()});

  EXPECT_EQ(manager_.NextNotice(), "READY=1");
  EXPECT_THAT(SocketClient(home_.socket()).Call(kPing), HasSubstr("pong"));
}

TEST_F(ServiceTest, SocketForNoticesNeedsNoFile) {
  manager_.StartWithSocket({manager_.Listen('@')});

  EXPECT_EQ(manager_.NextNotice(), "READY=1");
}

TEST_F(ServiceTest, ReloadsAreSaidToBeginAndToEnd) {
  const std::string config = home_.path() / "daemon.conf";
  std::ofstream(config) << "[render]\nttl_seconds = 60\n";
  manager_.Start({manager_.socket()}, {manager_.Listen()},
                 {"--config", config});
  ASSERT_EQ(manager_.NextNotice(), "READY=1");

  manager_.Signal(SIGHUP);

  EXPECT_THAT(manager_.NextNotice(),
              StartsWith("RELOADING=1\nMONOTONIC_USEC="));
  EXPECT_EQ(manager_.NextNotice(), "READY=1");
}

TEST_F(ServiceTest, RefusedReloadEndsToo) {
  const std::string config = home_.path() / "daemon.conf";
  std::ofstream(config) << "[render]\nttl_seconds = 60\n";
  manager_.Start({manager_.socket()}, {manager_.Listen()},
                 {"--config", config});
  ASSERT_EQ(manager_.NextNotice(), "READY=1");
  std::ofstream(config) << "[render]\nttl_seconds = never\n";

  manager_.Signal(SIGHUP);

  EXPECT_THAT(manager_.NextNotice(), StartsWith("RELOADING=1"));
  EXPECT_EQ(manager_.NextNotice(), "READY=1");
}

TEST_F(ServiceTest, StopIsSaidBeforeTheEnd) {
  manager_.StartWithSocket({manager_.Listen()});
  ASSERT_EQ(manager_.NextNotice(), "READY=1");

  manager_.Signal(SIGTERM);

  EXPECT_EQ(manager_.NextNotice(), "STOPPING=1");
  EXPECT_EQ(manager_.Wait(), 0);
}

TEST_F(ServiceTest, WatchedDaemonSaysOverAndOverThatItLives) {
  manager_.StartWithSocket({manager_.Listen(), {"WATCHDOG_USEC", "20000"}});

  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(manager_.AwaitNotice("WATCHDOG=1"));
  }
}

TEST_F(ServiceTest, WatchOverAnotherProcessIsNotAnswered) {
  manager_.StartWithSocket(
      {manager_.Listen(), {"WATCHDOG_USEC", "1000"}, {"WATCHDOG_PID", "1"}});
  ASSERT_EQ(manager_.NextNotice(), "READY=1");
  ASSERT_THAT(SocketClient(home_.socket()).Call(kPing), HasSubstr("pong"));

  manager_.Signal(SIGTERM);

  EXPECT_EQ(manager_.NextNotice(), "STOPPING=1");
}

TEST_F(ServiceTest, VariablesThatNoManagerSetsAreRefusedByName) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"NOTIFY_SOCKET", "relative"},
      {"NOTIFY_SOCKET", "@"},
      {"NOTIFY_SOCKET", "/" + std::string(200, 'x')},
      {"LISTEN_PID", "me"},
      {"LISTEN_FDS", "one"}};
  for (const auto& [name, value] : wrong) {
    manager_.Start({manager_.socket()}, {{name, value}});
    EXPECT_EQ(manager_.Wait(), 1) << name;
    EXPECT_THAT(home_.Log(), HasSubstr(name + " is '" + value + "'"));
  }
  manager_.StartWithSocket({manager_.Listen(), {"WATCHDOG_USEC", "-5"}});
  EXPECT_EQ(manager_.Wait(), 1);
  EXPECT_THAT(home_.Log(), HasSubstr("WATCHDOG_USEC is '-5'"));
}

TEST_F(ServiceTest, JournalGetsLevelsAndNoTimes) {
  const std::string log = home_.path() / "log";
  std::ofstream(log).close();
  struct stat info {};
  ASSERT_EQ(::stat(log.c_str(), &info), 0);
  const std::string stream =
      std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino);
  manager_.StartWithSocket({manager_.Listen(), {"JOURNAL_STREAM", stream}});
  ASSERT_EQ(manager_.NextNotice(), "READY=1");

  EXPECT_THAT(home_.Log(), StartsWith("<6>goxel-daemon "));
}

TEST_F(ServiceTest, LogBesideTheJournalHasTimes) {
  manager_.StartWithSocket({manager_.Listen(), {"JOURNAL_STREAM", "1:1"}});
  ASSERT_EQ(manager_.NextNotice(), "READY=1");

  EXPECT_THAT(home_.Log(), StartsWith("20"));
}

// The manager is this test: it would not live to tell.
TEST_F(ServiceTest, ManagerThatListensForADaemonIsNotStoppedInItsPlace) {
  const CommandOutcome stopped =
      RunDaemonCommand({"--stop", "--socket", home_.socket()});

  EXPECT_EQ(stopped.exit_code, 1);
  EXPECT_THAT(stopped.out,
              AllOf(HasSubstr("is no goxel-daemon"), HasSubstr("systemctl")));
}

TEST_F(ServiceTest, StatusAndReloadReachADaemonOnAPassedSocket) {
  manager_.StartWithSocket({manager_.Listen()});
  ASSERT_EQ(manager_.NextNotice(), "READY=1");

  const CommandOutcome status =
      RunDaemonCommand({"--status", "--socket", home_.socket()});
  const CommandOutcome reload =
      RunDaemonCommand({"--reload", "--socket", home_.socket()});

  EXPECT_EQ(status.exit_code, 0) << status.out;
  EXPECT_THAT(status.out, HasSubstr(std::to_string(manager_.daemon())));
  EXPECT_EQ(reload.exit_code, 0) << reload.out;
}

}  // namespace
}  // namespace goxel
