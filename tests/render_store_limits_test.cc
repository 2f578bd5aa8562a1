// The limits of the render store: quota, number, leases and time.

#include <gmock/gmock.h>

#include <random>
#include <thread>

#include "tests/scripted_file_system.h"
#include "tests/store_fixture.h"

namespace goxel {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using RenderStoreLimitsTest = StoreFixture;

TEST_F(RenderStoreLimitsTest, LeastRecentlyUsedMakesRoom) {
  OpenWithRoomFor(3);
  StageRequest request = Raw(kSide, /*recyclable=*/false);
  std::vector<RenderId> ids;
  for (std::uint64_t i = 1; i <= 3; ++i) {
    request.key = {.high = i, .low = i};
    ids.push_back(Make(request).value().id);
  }
  ASSERT_TRUE(store_->Reuse({.high = 1, .low = 1}, {}, false));

  ASSERT_TRUE(Make());

  EXPECT_TRUE(store_->Find(ids[0]));
  EXPECT_FALSE(store_->Find(ids[1]));
  EXPECT_TRUE(store_->Find(ids[2]));
  EXPECT_EQ(Counter(IndexCounter::kEvictedQuota), 1u);
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStoreLimitsTest, NumberOfRendersIsLimited) {
  options_.max_renders = 2;
  Open();
  const auto first = MakePng();
  ASSERT_TRUE(first && MakePng());

  ASSERT_TRUE(MakePng());

  EXPECT_FALSE(store_->Find(first->id));
  EXPECT_THAT(NamesWith("render_"), SizeIs(2));
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStoreLimitsTest, ExpiredRendersGoBeforeUsedOnes) {
  OpenWithRoomFor(2);
  StageRequest brief = Raw();
  brief.ttl = 1s;
  const auto used_longest_ago = Make();
  ASSERT_TRUE(used_longest_ago && Make(brief));
  clock_->Advance(2s);

  ASSERT_TRUE(Make());

  EXPECT_TRUE(store_->Find(used_longest_ago->id));
  EXPECT_EQ(Counter(IndexCounter::kEvictedQuota), 0u);
}

TEST_F(RenderStoreLimitsTest, StagedRendersAreNeverEvicted) {
  OpenWithRoomFor(2);
  auto first = store_->StagePixels(Raw());
  auto second = store_->StagePixels(Raw());
  ASSERT_TRUE(first && second);

  const auto third = store_->StagePixels(Raw());

  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(Figure(third.error(), "current_size"),
            static_cast<std::int64_t>(2 * kFileBytes));
  EXPECT_EQ(Figure(third.error(), "max_size"),
            static_cast<std::int64_t>(2 * kFileBytes));
  EXPECT_GT(Figure(third.error(), "retry_after_ms"), 0);
  EXPECT_EQ(Counter(IndexCounter::kStoreFull), 1u);
}

TEST_F(RenderStoreLimitsTest, LeaseKeepsARenderFromBeingEvicted) {
  OpenWithRoomFor(2);
  const auto leased = Make();
  ASSERT_TRUE(leased);
  const LeaseHolder reader(store_->PathOf(*leased));
  ASSERT_TRUE(reader.holds());
  const auto free = Make();
  ASSERT_TRUE(free);

  ASSERT_TRUE(Make());

  EXPECT_TRUE(store_->Find(leased->id));
  EXPECT_FALSE(store_->Find(free->id));
  EXPECT_EQ(Counter(IndexCounter::kLeaseBlocked), 1u);
}

TEST_F(RenderStoreLimitsTest, FullOfLeasesIsRefusedUntilAReaderEnds) {
  OpenWithRoomFor(1);
  const auto leased = Make();
  ASSERT_TRUE(leased);
  LeaseHolder reader(store_->PathOf(*leased));
  ASSERT_TRUE(reader.holds());

  const auto refused = store_->StagePixels(Raw());
  ASSERT_FALSE(refused);
  EXPECT_EQ(Figure(refused.error(), "leased_size"),
            static_cast<std::int64_t>(kFileBytes));
  EXPECT_EQ(Figure(refused.error(), "retry_after_ms"), 60'000);
  reader.Kill();

  EXPECT_TRUE(store_->StagePixels(Raw()));
}

TEST_F(RenderStoreLimitsTest, TimeWinsOverLeasesAndTheBytesStayCharged) {
  OpenWithRoomFor(1);
  const auto leased = Make();
  ASSERT_TRUE(leased);
  LeaseHolder reader(store_->PathOf(*leased));
  ASSERT_TRUE(reader.holds());
  clock_->Advance(3600s);

  store_->Sweep();

  EXPECT_THAT(NamesWith("render_"), IsEmpty());
  EXPECT_FALSE(OpenIndex().Find(leased->id));
  EXPECT_EQ(store_->Stats().orphaned_bytes, kFileBytes);
  EXPECT_FALSE(store_->StagePixels(Raw()));
  ExpectBooksMatchDirectory();

  reader.Kill();
  EXPECT_TRUE(store_->StagePixels(Raw()));
  EXPECT_EQ(store_->Stats().orphaned_bytes, 0u);
  EXPECT_THAT(NamesWith(".orphan_"), IsEmpty());
}

TEST_F(RenderStoreLimitsTest, WithdrawnWhileLeasedGivesNothingBackYet) {
  Open();
  const auto leased = MakePng();
  ASSERT_TRUE(leased);
  LeaseHolder reader(store_->PathOf(*leased));
  ASSERT_TRUE(reader.holds());

  EXPECT_EQ(store_->Withdraw(leased->id).value(), 0u);
  EXPECT_EQ(store_->Stats().orphaned_bytes, 4096u);
  reader.Kill();
  store_->Sweep();

  EXPECT_EQ(store_->Stats().orphaned_bytes, 0u);
  EXPECT_EQ(Counter(IndexCounter::kBytesFreed), 4096u);
  ExpectBooksMatchDirectory();
}

// As a daemon leaves it that is killed while a reader has an expired render.
TEST_F(RenderStoreLimitsTest, OrphanOfAKilledDaemonIsChargedWhileMapped) {
  Open();
  const auto leased = Make();
  ASSERT_TRUE(leased);
  const std::filesystem::path orphan =
      options_.directory / (".orphan_" + FormatRenderId(leased->id));
  LeaseHolder reader(store_->PathOf(*leased));
  ASSERT_TRUE(reader.holds());
  std::filesystem::rename(store_->PathOf(*leased), orphan);

  Open();

  EXPECT_EQ(store_->Stats().orphaned_bytes, kFileBytes);
  reader.Kill();
  store_->Sweep();
  EXPECT_EQ(store_->Stats().orphaned_bytes, 0u);
  EXPECT_THAT(NamesWith("."), IsEmpty());
}

TEST_F(RenderStoreLimitsTest, StopRemovesOrphansThatReadersStillHold) {
  Open();
  const auto leased = Make();
  ASSERT_TRUE(leased);
  const LeaseHolder reader(store_->PathOf(*leased));
  ASSERT_TRUE(reader.holds());
  ASSERT_TRUE(store_->Withdraw(leased->id));
  EXPECT_THAT(NamesWith(".orphan_"), SizeIs(1));

  store_.reset();

  EXPECT_THAT(NamesWith("."), IsEmpty());
}

TEST_F(RenderStoreLimitsTest, HopelessRequestEvictsNothing) {
  OpenWithRoomFor(4);
  auto staged = store_->StagePixels(Raw());
  const auto info = Make();
  ASSERT_TRUE(staged && info);
  StageRequest large = Raw();
  large.height = kSide * 4 - 4;

  EXPECT_FALSE(store_->StagePixels(large));

  EXPECT_TRUE(store_->Find(info->id));
}

TEST_F(RenderStoreLimitsTest, DirectoryThatKeepsAFileDoesNotEmptyTheCache) {
  auto files = std::make_shared<ScriptedFileSystem>();
  files_ = files;
  OpenWithRoomFor(4);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(Make(Raw(kSide, false)));
  files->FailAll(FileCall::kUnlink, EACCES);

  EXPECT_FALSE(store_->StagePixels(Raw()));

  EXPECT_EQ(store_->List().size(), 3u);
  EXPECT_EQ(store_->Stats().orphaned_bytes, kFileBytes);
  files->Disarm();
  EXPECT_TRUE(store_->StagePixels(Raw()));
}

// Every step checks the invariant; the figures of a step that broke it and
// repaired it before the next look would show in the sum of a racing thread.
TEST_F(RenderStoreLimitsTest, EightThreadsNeverExceedTheQuota) {
  options_.max_cache_bytes = 40 * kFileBytes;
  options_.max_renders = 30;
  Open();

  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 8; ++seed) {
    threads.emplace_back([this, seed] {
      std::minstd_rand random(seed + 1);
      for (int round = 0; round < 150; ++round) {
        StageRequest request =
            Raw(16 + static_cast<std::uint32_t>(random() % 4) * 32,
                /*recyclable=*/random() % 2 == 0);
        request.key = {.high = 1, .low = random() % 20};
        auto staged = store_->StagePixels(request);
        ExpectWithinLimits(store_->Stats());
        if (staged && random() % 4 != 0) {
          EXPECT_TRUE((*staged)->Commit({}, {}));
        }
        ExpectWithinLimits(store_->Stats());
        if (random() % 8 == 0) {
          (void)store_->Reuse(request.key, {}, random() % 2 == 0);
        }
        if (random() % 16 == 0) (void)MakePng();
        if (random() % 16 == 0) store_->PrepareSpare();
        if (random() % 32 == 0) clock_->Advance(100s);
        const auto listed = store_->List();
        if (!listed.empty() && random() % 8 == 0) {
          (void)store_->Withdraw(listed.front().id);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  ExpectBooksMatchDirectory();
  EXPECT_GT(Counter(IndexCounter::kEvictedQuota), 0u);
  EXPECT_GT(Counter(IndexCounter::kRecycled), 0u);
}

}  // namespace
}  // namespace goxel
