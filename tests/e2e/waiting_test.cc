// Requests that wait, and leases that connections hold, with the real daemon:
// also when clients are killed in the midst of it.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/child_process.h"
#include "tests/e2e/daemon_process.h"

namespace goxel {
namespace {

const char kMapped[] =
    R"({"width":32,"height":32,"options":{"return_mode":"mmap"}})";

std::string WaitFor(const std::string& what, const std::string& value,
                    int timeout_ms = 60'000) {
  return R"({"id":1,"method":"goxel.wait_render","params":{")" + what +
         R"(":")" + value + R"(","timeout_ms":)" + std::to_string(timeout_ms) +
         "}}\n";
}

double WaitingRequests(SocketClient& client) {
  return Call(client, "goxel.get_render_stats")
      .Number("/result/stats/waiting_requests");
}

// True as soon as `happened`, false when it does not come true.
template <typename Condition>
bool Eventually(const Condition& happened) {
  for (int tries = 0; tries < 1000; ++tries) {
    if (happened()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

// False when the system allows this process, and so the daemon, fewer.
bool AllowDescriptors(rlim_t count) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < count) {
    return false;
  }
  limit.rlim_cur = std::max(limit.rlim_cur, count);
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

class WaitingTest : public testing::Test {
 protected:
  void Start(const std::vector<std::string>& flags = {}) {
    daemon_ = std::make_unique<DaemonProcess>(home_, flags);
    ASSERT_TRUE(daemon_->AwaitReady());
    client_ = std::make_unique<SocketClient>(home_.socket());
  }

  JsonReply Render(const std::string& params = kMapped) {
    return Call(*client_, "goxel.render_scene", params);
  }

  DaemonHome home_;
  std::unique_ptr<DaemonProcess> daemon_;
  std::unique_ptr<SocketClient> client_;
};

TEST_F(WaitingTest, RenderThatExistsIsTheAnswerAtOnce) {
  Start();
  const JsonReply made = Render();

  const JsonReply by_id(
      client_->Call(WaitFor("id", made.Text("/result/render/id"))));
  const JsonReply by_key(
      client_->Call(WaitFor("key", made.Text("/result/render/key"))));

  for (const JsonReply* reply : {&by_id, &by_key}) {
    EXPECT_EQ(reply->Text("/result/render/path"),
              made.Text("/result/file/path"))
        << reply->text();
    EXPECT_EQ(reply->At("/result/mapping"), made.At("/result/mapping"));
  }
}

TEST_F(WaitingTest, ThousandWaitersHearOfTheirRenderOnceEach) {
  constexpr int kWaiters = 1000;
  if (!AllowDescriptors(3 * kWaiters)) {
    GTEST_SKIP() << "this system allows too few descriptors";
  }
  Start({"--max-connections", std::to_string(kWaiters + 10)});
  const JsonReply first = Render();
  const std::string key = first.Text("/result/render/key");
  const std::string other_key(32, 'e');
  ASSERT_TRUE(Call(*client_, "goxel.cleanup_render",
                   "[\"" + first.Text("/result/file/path") + "\"]")
                  .Has("/result/success"));
  std::vector<std::unique_ptr<SocketClient>> waiters;
  for (int i = 0; i < kWaiters; ++i) {
    waiters.push_back(std::make_unique<SocketClient>(home_.socket()));
    ASSERT_TRUE(waiters.back()->Send(WaitFor("key", key)));
  }
  SocketClient stranger(home_.socket());
  ASSERT_TRUE(stranger.Send(WaitFor("key", other_key, 3'000)));
  ASSERT_TRUE(
      Eventually([&] { return WaitingRequests(*client_) == kWaiters + 1; }));

  const std::string path = Render().Text("/result/file/path");

  for (const auto& waiter : waiters) {
    const JsonReply reply(waiter->ReadLine());
    ASSERT_EQ(reply.Text("/result/render/path"), path) << reply.text();
    ASSERT_TRUE(Call(*waiter, "ping").Has("/result/pong")) << "a second answer";
  }
  const JsonReply late(stranger.ReadLine());
  EXPECT_EQ(late.Number("/error/code"), -32011) << late.text();
  EXPECT_EQ(late.Text("/error/data/reason"), "timed_out");
  EXPECT_EQ(WaitingRequests(*client_), 0);
}

TEST_F(WaitingTest, WaitsForNonsenseAreRefused) {
  Start();
  for (const char* params :
       {"[]", R"({"id":"xyz"})", R"({"id":7})",
        R"({"id":"00000000000000ab","timeout_ms":-1})",
        R"({"id":"00000000000000ab","timeout_ms":3600001})",
        R"({"id":"00000000000000ab","timeout_ms":"1"})"}) {
    EXPECT_EQ(
        Call(*client_, "goxel.wait_render", params).Text("/error/data/reason"),
        "invalid_argument")
        << params;
  }
}

TEST_F(WaitingTest, StopAnswersThoseWhoWait) {
  Start();
  ASSERT_TRUE(client_->Send(WaitFor("id", "00000000000000ab")));
  SocketClient other(home_.socket());
  ASSERT_TRUE(Eventually([&] { return WaitingRequests(other) == 1; }));

  daemon_->Signal(SIGTERM);

  const JsonReply reply(client_->ReadLine());
  EXPECT_EQ(reply.Text("/error/data/reason"), "unavailable") << reply.text();
  EXPECT_EQ(daemon_->Wait(std::chrono::seconds(3)), 0) << home_.Log();
}

TEST_F(WaitingTest, WaitsOfAKilledClientEnd) {
  Start();
  ChildProcess child([&](const auto& ready) {
    SocketClient waiting(home_.socket());
    waiting.Send(WaitFor("id", "00000000000000ab"));
    ready();
    return SleepUntilKilled();
  });
  child.AwaitReady();
  ASSERT_TRUE(Eventually([&] { return WaitingRequests(*client_) == 1; }));

  child.Kill();

  EXPECT_TRUE(Eventually([&] { return WaitingRequests(*client_) == 0; }));
}

// With room for one render, whether it can make way shows at once.
TEST_F(WaitingTest, LeasesOfAKilledClientEnd) {
  Start({"--max-renders", "1"});
  const std::string id = Render().Text("/result/render/id");
  ChildProcess child([&](const auto& ready) {
    SocketClient holder(home_.socket());
    const JsonReply leased =
        Call(holder, "goxel.acquire_lease", "[\"" + id + "\"]");
    if (!leased.Has("/result/lease/id")) return 1;
    ready();
    return SleepUntilKilled();
  });
  child.AwaitReady();
  const std::string another =
      R"({"width":16,"height":16,"options":{"return_mode":"mmap"}})";
  ASSERT_EQ(Render(another).Text("/error/data/reason"), "resource_exhausted");

  child.Kill();

  EXPECT_TRUE(
      Eventually([&] { return Render(another).Has("/result/file/path"); }));
}

TEST_F(WaitingTest, LeaseLastsUntilItIsReleased) {
  Start({"--max-renders", "1"});
  const JsonReply made = Render();
  const std::string params = "[\"" + made.Text("/result/render/id") + "\"]";
  SocketClient holder(home_.socket());

  const JsonReply leased = Call(holder, "goxel.acquire_lease", params);

  EXPECT_EQ(leased.Text("/result/path"), made.Text("/result/file/path"));
  EXPECT_EQ(leased.At("/result/mapping"), made.At("/result/mapping"));
  EXPECT_EQ(Call(*client_, "goxel.get_render_info", params)
                .At("/result/render/leased"),
            "true");
  EXPECT_EQ(
      Call(*client_, "goxel.release_lease", params).Text("/error/data/reason"),
      "not_found");
  EXPECT_TRUE(
      Call(holder, "goxel.release_lease", params).Has("/result/success"));
  EXPECT_EQ(Call(*client_, "goxel.get_render_info", params)
                .At("/result/render/leased"),
            "false");
}

}  // namespace
}  // namespace goxel
