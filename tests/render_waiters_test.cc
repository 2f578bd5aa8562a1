#include "daemon/render_waiters.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/store_in_directory.h"
#include "tests/test_server.h"

namespace goxel {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr ContentKey kKey = {.high = 1, .low = 0x20};
constexpr ContentKey kOtherKey = {.high = 1, .low = 0x30};

class RenderWaitersTest : public testing::Test {
 protected:
  ~RenderWaitersTest() override {
    for (const auto& peer : peers_) peer->Leave();
  }

  std::shared_ptr<Peer> NewPeer() {
    return peers_.emplace_back(std::make_shared<Peer>());
  }

  // Waits as a client of its own and counts the answers.
  void Wait(RenderWaiters::Target target, std::atomic<int>* answers,
            std::chrono::milliseconds timeout = minutes(10)) {
    waiters_.Wait(target, timeout, NewPeer(),
                  [answers](const Result<RenderInfo>&) { ++*answers; });
  }

  // Commits, and tells the waiters as the daemon does.
  RenderInfo Land(StagedPixels& staged) {
    RenderInfo info = files_.Commit(staged);
    waiters_.Committed(info);
    return info;
  }

  StoreInDirectory files_{2000};
  std::vector<std::shared_ptr<Peer>> peers_;
  RenderWaiters waiters_{FindInStore(&files_.store())};
};

TEST_F(RenderWaitersTest, RenderThatExistsAnswersAtOnce) {
  const RenderInfo info = files_.Add(kKey);
  Result<RenderInfo> by_id = Fail(Status());
  Result<RenderInfo> by_key = Fail(Status());

  waiters_.Wait(info.id, minutes(10), NewPeer(),
                [&](const Result<RenderInfo>& found) { by_id = found; });
  waiters_.Wait(kKey, minutes(10), NewPeer(),
                [&](const Result<RenderInfo>& found) { by_key = found; });

  EXPECT_EQ(by_id.value().id, info.id);
  EXPECT_EQ(by_key.value().id, info.id);
  EXPECT_EQ(waiters_.waiting(), 0u);
}

TEST_F(RenderWaitersTest, EachOfAThousandIsAnsweredOnceAndByItsOwnRender) {
  constexpr std::size_t kWaiters = 1000;
  std::vector<std::unique_ptr<StagedPixels>> staged;
  std::vector<std::atomic<int>> answers(kWaiters);
  std::vector<RenderId> answered_by(kWaiters);
  for (std::size_t i = 0; i < kWaiters; ++i) {
    staged.push_back(files_.Stage({.width = 1, .height = 1}));
    ASSERT_NE(staged.back(), nullptr);
    waiters_.Wait(staged[i]->record().id, minutes(10), NewPeer(),
                  [&, i](const Result<RenderInfo>& info) {
                    ++answers[i];
                    answered_by[i] = info.value().id;
                  });
  }
  EXPECT_EQ(waiters_.waiting(), kWaiters);

  for (std::size_t i = 0; i < kWaiters; ++i) {
    EXPECT_EQ(answers[i], 0) << "before its render came";
    const RenderInfo info = Land(*staged[i]);
    EXPECT_EQ(answered_by[i], info.id);
    waiters_.Committed(info);
    ASSERT_EQ(answers[i], 1);
    ASSERT_EQ(waiters_.waiting(), kWaiters - 1 - i);
  }
}

TEST_F(RenderWaitersTest, OneCommitAnswersAllWhoWaitForItsKey) {
  std::atomic<int> answers = 0;
  std::atomic<int> others = 0;
  for (int i = 0; i < 1000; ++i) Wait(kKey, &answers);
  Wait(kOtherKey, &others);

  Land(*files_.Stage({.key = kKey, .width = 1, .height = 1}));

  EXPECT_EQ(answers, 1000);
  EXPECT_EQ(others, 0);
  EXPECT_EQ(waiters_.waiting(), 1u);
}

TEST_F(RenderWaitersTest, RenderThatIsSharedWithNobodyAnswersNoKey) {
  std::atomic<int> answers = 0;
  Wait(ContentKey{}, &answers);

  Land(*files_.Stage({.width = 1, .height = 1}));

  EXPECT_EQ(answers, 0);
}

// The render lands just after the waiter has looked in vain.
TEST_F(RenderWaitersTest, CommitBehindTheLookIsNotMissed) {
  auto staged = files_.Stage({.width = 1, .height = 1});
  ASSERT_NE(staged, nullptr);
  RenderWaiters* told = nullptr;
  RenderWaiters waiters([&](const RenderWaiters::Target& target) {
    auto found = FindInStore(&files_.store())(target);
    EXPECT_FALSE(found);
    told->Committed(files_.Commit(*staged));
    return found;
  });
  told = &waiters;
  const auto peer = std::make_shared<Peer>();
  int answers = 0;

  waiters.Wait(staged->record().id, minutes(10), peer,
               [&](const Result<RenderInfo>&) { ++answers; });

  EXPECT_EQ(answers, 1);
  peer->Leave();
}

// Whoever comes while the render lands is answered all the same, and once.
TEST_F(RenderWaitersTest, CommitThatMeetsAWaitAnswersItOnce) {
  for (int round = 0; round < 100; ++round) {
    auto staged = files_.Stage({.width = 1, .height = 1});
    ASSERT_NE(staged, nullptr);
    std::atomic<int> answers = 0;
    std::thread lander([&] { Land(*staged); });

    Wait(staged->record().id, &answers);

    lander.join();
    ASSERT_EQ(answers, 1) << "round " << round;
    ASSERT_TRUE(files_.store().Withdraw(staged->record().id));
  }
}

TEST_F(RenderWaitersTest, WaitThatIsOverSaysSo) {
  Result<RenderInfo> answer = RenderInfo{};
  std::atomic<int> answers = 0;
  std::atomic<int> patient = 0;
  Wait(kOtherKey, &patient);

  waiters_.Wait(RenderId{0xabc}, milliseconds(20), NewPeer(),
                [&](Result<RenderInfo> info) {
                  answer = std::move(info);
                  ++answers;
                });

  ASSERT_TRUE(Eventually([&] { return answers == 1; }));
  EXPECT_EQ(answer.error().code(), StatusCode::kTimedOut);
  EXPECT_NE(answer.error().message().find("id 0000000000000abc"),
            std::string::npos)
      << answer.error().message();
  EXPECT_EQ(waiters_.waiting(), 1u);
  EXPECT_EQ(patient, 0);
}

TEST_F(RenderWaitersTest, ClientThatHasLeftWaitsForNothing) {
  std::atomic<int> answers = 0;
  Wait(kKey, &answers);
  Wait(kKey, &answers);

  peers_.front()->Leave();

  EXPECT_EQ(waiters_.waiting(), 1u);
  Land(*files_.Stage({.key = kKey, .width = 1, .height = 1}));
  EXPECT_EQ(answers, 1);
}

TEST_F(RenderWaitersTest, StopAnswersAllAndTakesNobodyMore) {
  std::atomic<int> unavailable = 0;
  const auto note = [&](const Result<RenderInfo>& info) {
    if (info.error().code() == StatusCode::kUnavailable) ++unavailable;
  };
  waiters_.Wait(kKey, minutes(10), NewPeer(), note);

  waiters_.Stop();
  waiters_.Wait(kKey, minutes(10), NewPeer(), note);

  EXPECT_EQ(unavailable, 2);
  EXPECT_EQ(waiters_.waiting(), 0u);
}

}  // namespace
}  // namespace goxel
