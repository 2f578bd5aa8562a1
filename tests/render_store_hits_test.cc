// What a cache hit promises, and what it asks of the system: most hits find a
// time of death that is late enough, and only look whether the file is there.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <future>

#include "tests/hooked_file_system.h"
#include "tests/scripted_file_system.h"
#include "tests/store_fixture.h"

namespace goxel {
namespace {

using namespace std::chrono_literals;

constexpr ContentKey kHitKey{.high = 5, .low = 6};
constexpr std::chrono::seconds kHitTtl = 100s;

class RenderStoreHitsTest : public StoreFixture {
 protected:
  RenderStoreHitsTest() { files_ = scripted_; }

  void OpenWithARender() {
    Open();
    StageRequest request = Raw();
    request.key = kHitKey;
    request.ttl = kHitTtl;
    ASSERT_TRUE(Make(request));
  }

  RenderInfo Hit() {
    const auto info = store_->Reuse(kHitKey, kHitTtl, /*plain_reader=*/false);
    EXPECT_TRUE(info) << info.error().message();
    return info.value_or(RenderInfo{});
  }

  // When the next start would take the render for dead.
  std::int64_t DeathByFile(const RenderInfo& info) const {
    struct stat status {};
    EXPECT_EQ(::stat(store_->PathOf(info).c_str(), &status), 0);
    const std::chrono::nanoseconds modified =
        std::chrono::seconds(status.st_mtim.tv_sec) +
        std::chrono::nanoseconds(status.st_mtim.tv_nsec);
    return (modified + kHitTtl).count();
  }

  static constexpr std::int64_t Nanoseconds(std::chrono::nanoseconds time) {
    return time.count();
  }

  std::shared_ptr<ScriptedFileSystem> scripted_ =
      std::make_shared<ScriptedFileSystem>();
};

TEST_F(RenderStoreHitsTest, EveryHitHasItsTimeAndIndexAndFileSayTheSame) {
  OpenWithARender();
  for (int i = 0; i < 40; ++i) {
    clock_->Advance(300ms);

    const RenderInfo info = Hit();

    const std::int64_t now_ns = clock_->BoottimeNs();
    EXPECT_GE(info.expires_boottime_ns, now_ns + Nanoseconds(kHitTtl));
    EXPECT_LE(info.expires_boottime_ns, now_ns + Nanoseconds(kHitTtl + 1s));
    EXPECT_EQ(DeathByFile(info), info.expires_unix_ns);
    const auto indexed = OpenIndex().Find(info.id);
    ASSERT_TRUE(indexed);
    EXPECT_EQ(indexed->expires_boottime_ns, info.expires_boottime_ns);
    EXPECT_EQ(indexed->ttl_s, kHitTtl.count());
  }
}

TEST_F(RenderStoreHitsTest, HitsOfTheSameSecondOnlyLookForTheFile) {
  OpenWithARender();
  clock_->Advance(1ms);
  const RenderInfo first = Hit();
  const RenderIndexReader reader = OpenIndex();
  const std::uint32_t events = reader.event_sequence();

  for (int i = 0; i < 3; ++i) {
    clock_->Advance(300ms);
    scripted_->FailAt(0, 0);
    const RenderInfo info = Hit();
    EXPECT_EQ(scripted_->calls(), 1);
    EXPECT_EQ(info.expires_boottime_ns, first.expires_boottime_ns);
  }

  EXPECT_EQ(reader.event_sequence(), events);
  EXPECT_EQ(Counter(IndexCounter::kCacheHits), 4u);
}

TEST_F(RenderStoreHitsTest, TheNextStartKeepsWhatHitsWerePromised) {
  OpenWithARender();
  clock_->Advance(90s);
  Hit();
  clock_->Advance(900ms);
  Hit();

  clock_->Advance(kHitTtl - 1ns);
  Open();

  EXPECT_TRUE(store_->FindByKey(kHitKey));
}

TEST_F(RenderStoreHitsTest, NoHitIsAnsweredBeforeTheFileSaysWhatItPromises) {
  const auto hooked = std::make_shared<HookedFileSystem>();
  files_ = hooked;
  OpenWithARender();
  clock_->Advance(10s);
  std::promise<void> in_dating, go;
  hooked->BeforeNext(FileCall::kSetModified, [&] {
    in_dating.set_value();
    go.get_future().wait();
  });
  auto moves = std::async(std::launch::async, [this] { return Hit(); });
  in_dating.get_future().wait();

  auto finds = std::async(std::launch::async, [this] { return Hit(); });

  EXPECT_EQ(finds.wait_for(50ms), std::future_status::timeout);
  go.set_value();
  EXPECT_EQ(finds.get().expires_unix_ns, moves.get().expires_unix_ns);
}

TEST_F(RenderStoreHitsTest, AHitThatChangesNothingStillMakesTheRenderRecent) {
  options_.max_renders = 2;
  OpenWithARender();
  const auto other = Make();
  ASSERT_TRUE(other);

  Hit();
  ASSERT_TRUE(Make());

  EXPECT_TRUE(store_->FindByKey(kHitKey));
  EXPECT_FALSE(store_->Find(other->id));
}

}  // namespace
}  // namespace goxel
