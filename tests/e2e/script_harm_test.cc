// Scripts that mean no good: whatever they do, they end, others are served
// meanwhile, and nothing of them is left.

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/daemon_process.h"

namespace goxel {
namespace {

// REQUIRES: `code` has nothing to escape.
std::string RunRequest(const std::string& code, int timeout_ms = 20'000) {
  return R"({"id":1,"method":"goxel.execute_script","params":{"script":")" +
         code + R"(","timeout_ms":)" + std::to_string(timeout_ms) + "}}\n";
}

// The processes of scripts that were started with this among their arguments:
// their daemon's pid, say.
std::vector<pid_t> ScriptProcesses(const std::string& argument) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "cmdline");
    const std::string line((std::istreambuf_iterator<char>(file)), {});
    // Arguments end with zero bytes.
    if (line.find("goxel-script") != std::string::npos &&
        line.find('\0' + argument + '\0') != std::string::npos) {
      found.push_back(static_cast<pid_t>(std::stol(name)));
    }
  }
  return found;
}

bool Eventually(const std::function<bool()>& happened) {
  for (int tries = 0; tries < 1000; ++tries) {
    if (happened()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

class ScriptHarmTest : public testing::Test {
 protected:
  ScriptHarmTest()
      : daemon_(home_, {"--max-scripts", "2", "--max-script-memory", "8M"}),
        ready_(daemon_.AwaitReady()) {
    Call(client_, "goxel.create_project");
  }

  JsonReply Run(const std::string& code, int timeout_ms = 20'000) {
    return JsonReply(client_.Call(RunRequest(code, timeout_ms)));
  }

  std::size_t CountScripts() const {
    return ScriptProcesses(std::to_string(daemon_.pid())).size();
  }

  // The daemon is as it was before the harm.
  void ExpectUnharmed() {
    EXPECT_TRUE(Eventually([&] { return CountScripts() == 0; }));
    EXPECT_EQ(Run("1").At("/result/result"), "1");
    EXPECT_EQ(Call(client_, "goxel.get_bounding_box").At("/result/empty"),
              "true");
  }

  DaemonHome home_;
  DaemonProcess daemon_;
  bool ready_;
  SocketClient client_{home_.socket()};
};

TEST_F(ScriptHarmTest, AnEndlessLoopEndsAtItsTimeoutAndLeavesNothing) {
  const JsonReply reply =
      Run("console.log('before'); goxel.add_voxel(1,1,1); while (true);", 300);

  EXPECT_EQ(reply.Number("/error/code"), -32603) << reply.text();
  EXPECT_EQ(reply.Text("/error/message"), "Script execution timeout");
  EXPECT_EQ(reply.Text("/error/data/reason"), "timed_out");
  EXPECT_EQ(reply.At("/error/data/output"), R"(["before"])");
  ExpectUnharmed();
}

TEST_F(ScriptHarmTest, AnEndlessLoopOfCallsEndsAtItsTimeout) {
  const JsonReply reply = Run("for (;;) goxel.add_voxel(1,1,1);", 300);

  EXPECT_EQ(reply.Number("/error/code"), -32603) << reply.text();
  ExpectUnharmed();
}

TEST_F(ScriptHarmTest, AnEndlessConsoleEndsAtItsTimeoutAndIsCutShort) {
  const JsonReply reply =
      Run("for (;;) console.log('0123456789012345678901234567890123456789');",
          2000);

  EXPECT_EQ(reply.Number("/error/code"), -32603);
  EXPECT_LT(reply.text().size(), std::size_t{2} << 20);
  ExpectUnharmed();
}

TEST_F(ScriptHarmTest, MuchOutputIsCutAndTheScriptGoesOn) {
  const JsonReply reply =
      Run("var line = new Array(10001).join('x');"
          "for (var i = 0; i < 200; ++i) console.log(line); 'end'");

  EXPECT_EQ(reply.Text("/result/result"), "end");
  EXPECT_EQ(reply.At("/result/output_truncated"), "true");
  EXPECT_LE(reply.text().size(), (std::size_t{1} << 20) + 10'000);
}

TEST_F(ScriptHarmTest, OthersAreAnsweredWhileScriptsLoop) {
  SocketClient second(home_.socket());
  SocketClient third(home_.socket());
  client_.Send(RunRequest("while (true);", 5000));
  second.Send(RunRequest("while (true);", 5000));
  ASSERT_TRUE(Eventually([&] { return CountScripts() == 2; }));

  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(Call(third, "goxel.add_voxel", "[1,1,1]").Has("/result"));
    EXPECT_TRUE(Call(third, "goxel.get_bounding_box").Has("/result"));
  }

  EXPECT_EQ(CountScripts(), 2u);
}

TEST_F(ScriptHarmTest, MoreScriptsThanRunAtOnceWait) {
  SocketClient second(home_.socket());
  SocketClient third(home_.socket());
  client_.Send(RunRequest("while (true);", 1000));
  second.Send(RunRequest("while (true);", 1000));
  ASSERT_TRUE(Eventually([&] { return CountScripts() == 2; }));

  EXPECT_EQ(JsonReply(third.Call(RunRequest("7", 500))).At("/result/result"),
            "7");
}

TEST_F(ScriptHarmTest, TooManyThatWaitAreRefused) {
  std::vector<std::unique_ptr<SocketClient>> clients;
  for (int i = 0; i < 80; ++i) {
    clients.push_back(std::make_unique<SocketClient>(home_.socket()));
    ASSERT_TRUE(clients.back()->Send(RunRequest("while (true);", 10'000)));
  }

  // Whoever comes too late, which need not be the last one to send.
  std::vector<pollfd> sockets;
  for (const auto& client : clients) {
    sockets.push_back({.fd = client->fd(), .events = POLLIN, .revents = 0});
  }
  ASSERT_GT(::poll(sockets.data(), sockets.size(), 9'000), 0);
  const auto refused = std::ranges::find_if(
      sockets, [](const pollfd& socket) { return socket.revents != 0; });
  const JsonReply reply(
      clients[static_cast<std::size_t>(refused - sockets.begin())]->ReadLine());

  EXPECT_EQ(reply.Text("/error/data/reason"), "unavailable") << reply.text();
  EXPECT_GT(reply.Number("/error/data/retry_after_ms"), 0);
}

TEST_F(ScriptHarmTest, EndlessRecursionIsAnErrorOfTheScript) {
  const JsonReply reply = Run("function f() { f(); } f();");

  EXPECT_EQ(reply.Text("/result/error/name"), "RangeError") << reply.text();
  ExpectUnharmed();
}

TEST_F(ScriptHarmTest, DeepNestingIsAnErrorOfTheScript) {
  const JsonReply nested =
      Run("var a = []; for (var i = 0; i < 100000; ++i)"
          " a = [a]; JSON.stringify(a)");
  EXPECT_EQ(nested.At("/result/success"), "false") << nested.text();
  const JsonReply parsed =
      Run("new Function(new Array(100000).join('(') + new "
          "Array(100000).join(')'))");
  EXPECT_EQ(parsed.At("/result/success"), "false") << parsed.text();
  ExpectUnharmed();
}

TEST_F(ScriptHarmTest, MoreMemoryThanThereIsIsAnErrorOfTheScript) {
  for (const char* code :
       {"var s = 'x'; while (true) s += s;", "new Uint8Array(100000000)",
        "var a = []; while (true) a.push(new Uint8Array(100000));"}) {
    const JsonReply reply = Run(code);

    EXPECT_EQ(reply.Text("/result/error/name"), "RangeError") << reply.text();
    EXPECT_NE(reply.Text("/result/error/message").find("out of memory"),
              std::string::npos)
        << reply.text();
  }
  ExpectUnharmed();
}

TEST_F(ScriptHarmTest, AReplyThatIsTooLargeIsAnErrorOfTheCall) {
  Call(client_, "goxel.procedural_shape", R"(["cube",50,50,50])");

  const JsonReply reply =
      Run("try { goxel.get_layer_voxels({limit: 0}); } catch (e) { e.reason }");

  EXPECT_EQ(reply.Text("/result/result"), "too_large") << reply.text();
}

TEST_F(ScriptHarmTest, AHugeValueIsAnErrorOfTheScript) {
  const JsonReply reply =
      Run("var s = 'x'; while (s.length < 2000000)"
          " s += s; s + s + s");

  EXPECT_EQ(reply.At("/result/success"), "false")
      << reply.text().substr(0, 500);
  ExpectUnharmed();
}

TEST_F(ScriptHarmTest, AnExpressionThatNeverMatchesEnds) {
  const JsonReply reply =
      Run("/(a*)*b/.test(new Array(30).join('a'));"
          "/((a+)+)+$/.test(new Array(40).join('a') + '!')",
          1000);

  EXPECT_TRUE(reply.Has("/error") || reply.Has("/result/error"))
      << reply.text();
  ExpectUnharmed();
}

TEST_F(ScriptHarmTest, SurroundingsThatAScriptSpoilsAreItsOwn) {
  EXPECT_EQ(
      Run("JSON.stringify = null; Array.prototype.slice = null;"
          "goxel.call = null; Error = null; goxel.add_voxel(1,1,1).success;"
          "({toJSON: function () { return 'mine' }})")
          .Text("/result/result"),
      "mine");
  EXPECT_EQ(
      Run("throw {toString: function () { throw 1 }}").At("/result/success"),
      "false");
  EXPECT_EQ(Run("var e = new Error(); Object.defineProperty(e, 'message',"
                "{get: function () { throw e }}); throw e")
                .At("/result/success"),
            "false");
}

TEST_F(ScriptHarmTest, AScriptEndsWithItsClient) {
  {
    SocketClient leaving(home_.socket());
    leaving.Send(RunRequest("while (true);", 20'000));
    ASSERT_TRUE(Eventually([&] { return CountScripts() == 1; }));
  }

  EXPECT_TRUE(Eventually([&] { return CountScripts() == 0; }));
}

TEST_F(ScriptHarmTest, AScriptEndsWithAKilledDaemon) {
  client_.Send(RunRequest("while (true);", 20'000));
  ASSERT_TRUE(Eventually([&] { return CountScripts() == 1; }));
  const std::string parent = std::to_string(daemon_.pid());

  daemon_.Kill();

  EXPECT_TRUE(Eventually([&] { return ScriptProcesses(parent).empty(); }));
}

TEST_F(ScriptHarmTest, ADaemonThatIsToldToStopDoesNotWaitForScripts) {
  client_.Send(RunRequest("while (true);", 20'000));
  ASSERT_TRUE(Eventually([&] { return CountScripts() == 1; }));

  daemon_.Signal(SIGTERM);

  EXPECT_EQ(daemon_.Wait(std::chrono::seconds(10)), 0) << home_.Log();
  EXPECT_EQ(JsonReply(client_.ReadLine()).Text("/error/data/reason"),
            "unavailable");
}

// What the process of a script is left with, seen from outside.
TEST_F(ScriptHarmTest, AScriptHasNoFilesAndNoRights) {
  client_.Send(RunRequest("while (true);", 3000));
  ASSERT_TRUE(Eventually([&] { return CountScripts() == 1; }));
  const std::filesystem::path proc =
      "/proc/" +
      std::to_string(ScriptProcesses(std::to_string(daemon_.pid()))[0]);

  EXPECT_TRUE(Eventually([&] {
    std::ifstream status(proc / "status");
    const std::string text((std::istreambuf_iterator<char>(status)), {});
    return text.find("Seccomp:\t2") != std::string::npos &&
           text.find("NoNewPrivs:\t1") != std::string::npos;
  }));
}

}  // namespace
}  // namespace goxel
