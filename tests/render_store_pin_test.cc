// Pins: renders that are exempt from eviction, across restarts.

#include <gmock/gmock.h>

#include "tests/hooked_file_system.h"
#include "tests/store_fixture.h"

namespace goxel {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int64_t kYearNs = kMaxTtlSeconds * std::int64_t{1'000'000'000};

class RenderStorePinTest : public StoreFixture {
 protected:
  void OpenForRenders(std::uint32_t renders) {
    options_.max_renders = renders;
    Open();
  }
  bool IsSticky(const RenderInfo& info) const {
    struct stat status {};
    EXPECT_EQ(::stat(store_->PathOf(info).c_str(), &status), 0);
    return (status.st_mode & S_ISVTX) != 0;
  }
};

TEST_F(RenderStorePinTest, PinnedRenderIsNotEvicted) {
  OpenForRenders(2);
  const auto pinned = Make();
  ASSERT_TRUE(pinned && store_->Pin(pinned->id));

  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Make());

  EXPECT_TRUE(store_->Find(pinned->id));
  EXPECT_EQ(Counter(IndexCounter::kEvictedQuota), 2u);
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStorePinTest, PinShowsInTheIndexInTheStatsAndInTheFile) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info);

  const auto pinned = store_->Pin(info->id);

  ASSERT_TRUE(pinned) << pinned.error().message();
  EXPECT_EQ(pinned->flags & kRenderPinned, kRenderPinned);
  EXPECT_EQ(pinned->expires_boottime_ns, clock_->BoottimeNs() + kYearNs);
  EXPECT_EQ(OpenIndex().Find(info->id)->flags & kRenderPinned, kRenderPinned);
  EXPECT_TRUE(IsSticky(*info));
  EXPECT_EQ(store_->Stats().pinned_bytes, kFileBytes);
  EXPECT_EQ(store_->Stats().pinned_renders, 1u);
  EXPECT_EQ(Counter(IndexCounter::kPinnedBytes), kFileBytes);
}

TEST_F(RenderStorePinTest, UnpinnedRenderLivesItsTimeAndMayGo) {
  OpenForRenders(2);
  const auto info = Make();
  ASSERT_TRUE(info && store_->Pin(info->id));

  const auto unpinned = store_->Unpin(info->id, 100s);

  ASSERT_TRUE(unpinned) << unpinned.error().message();
  EXPECT_EQ(unpinned->flags & kRenderPinned, 0u);
  EXPECT_EQ(unpinned->expires_boottime_ns,
            clock_->BoottimeNs() + 100'000'000'000);
  EXPECT_FALSE(IsSticky(*info));
  EXPECT_EQ(store_->Stats().pinned_bytes, 0u);
  ASSERT_TRUE(Make() && Make());
  EXPECT_FALSE(store_->Find(info->id));
}

TEST_F(RenderStorePinTest, WithoutATimeAnUnpinnedRenderLivesTheTtlOfItsRecord) {
  Open();
  StageRequest request = Raw();
  request.ttl = 50s;
  const auto info = Make(request);
  ASSERT_TRUE(info && store_->Pin(info->id));

  EXPECT_EQ(store_->Unpin(info->id, {})->expires_boottime_ns,
            clock_->BoottimeNs() + 50'000'000'000);
}

TEST_F(RenderStorePinTest, UnpinLeavesARenderThatIsNotPinnedAsItIs) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info);

  const auto left = store_->Unpin(info->id, 1s);

  ASSERT_TRUE(left) << left.error().message();
  EXPECT_EQ(left->expires_boottime_ns, info->expires_boottime_ns);
}

TEST_F(RenderStorePinTest, HalfOfTheRendersCanBePinned) {
  OpenForRenders(4);
  std::vector<RenderId> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(Make().value().id);
  ASSERT_TRUE(store_->Pin(ids[0]) && store_->Pin(ids[1]));

  const auto refused = store_->Pin(ids[2]);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(refused.error().message(), HasSubstr("2 renders are pinned"));
  EXPECT_TRUE(store_->Pin(ids[0])) << "a second pin changes nothing";
  EXPECT_EQ(store_->Stats().pinned_renders, 2u);
}

TEST_F(RenderStorePinTest, HalfOfTheBytesCanBePinned) {
  options_.max_cache_bytes = 4 * kFileBytes - 1;
  Open();
  const auto first = Make();
  const auto second = Make();
  ASSERT_TRUE(first && second);

  EXPECT_TRUE(store_->Pin(first->id));
  EXPECT_EQ(store_->Pin(second->id).error().code(),
            StatusCode::kResourceExhausted);
}

TEST_F(RenderStorePinTest, TouchNeverShortensAPin) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info);
  const auto pinned = store_->Pin(info->id);
  ASSERT_TRUE(pinned);

  EXPECT_EQ(store_->Touch(info->id, 10s)->expires_boottime_ns,
            pinned->expires_boottime_ns);
}

TEST_F(RenderStorePinTest, PinnedRenderIsWithdrawnAndPurgedLikeAnyOther) {
  Open();
  const auto first = Make();
  const auto second = Make();
  ASSERT_TRUE(first && second);
  ASSERT_TRUE(store_->Pin(first->id) && store_->Pin(second->id));

  EXPECT_EQ(store_->Withdraw(first->id).value(), first->size_bytes);
  store_->Purge();
  EXPECT_EQ(store_->Stats().pinned_bytes, 0u);
  store_.reset();

  EXPECT_THAT(Names(), ElementsAre("index", "lock"));
}

TEST_F(RenderStorePinTest, FileOfAPinnedRenderIsNeverRecycled) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info && store_->Pin(info->id));
  ASSERT_TRUE(store_->Unpin(info->id, {}));

  ASSERT_TRUE(store_->Withdraw(info->id));

  EXPECT_EQ(store_->Stats().spare_bytes, 0u);
}

TEST_F(RenderStorePinTest, PinSurvivesARestart) {
  OpenForRenders(4);
  const auto raw = Make();
  const auto png = MakePng();
  ASSERT_TRUE(raw && png);
  ASSERT_TRUE(store_->Pin(raw->id) && store_->Pin(png->id));
  clock_->Advance(24h * 300);

  Open();

  EXPECT_EQ(store_->Stats().pinned_renders, 2u);
  EXPECT_EQ(store_->Find(raw->id)->expires_boottime_ns,
            clock_->BoottimeNs() + kYearNs);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Make());
  EXPECT_TRUE(store_->Find(raw->id) && store_->Find(png->id));
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStorePinTest, PinIsRenewedByARestartAfterItsYear) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info && store_->Pin(info->id));
  store_.reset();
  clock_->Advance(24h * 400);

  Open();

  EXPECT_TRUE(store_->Find(info->id));
}

TEST_F(RenderStorePinTest, PinOverALoweredLimitIsDropped) {
  OpenForRenders(4);
  const auto first = Make();
  const auto second = Make();
  ASSERT_TRUE(first && second);
  ASSERT_TRUE(store_->Pin(first->id) && store_->Pin(second->id));

  OpenForRenders(2);

  EXPECT_EQ(store_->Stats().pinned_renders, 1u);
  EXPECT_EQ(store_->Stats().renders, 2u);
}

TEST_F(RenderStorePinTest, PinOfARenderWhoseFileIsLostEndsIt) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info);
  std::filesystem::remove(store_->PathOf(*info));

  EXPECT_EQ(store_->Pin(info->id).error().code(), StatusCode::kNotFound);

  EXPECT_FALSE(store_->Find(info->id));
  EXPECT_EQ(store_->Stats().pinned_bytes, 0u);
  store_->Sweep();
  ExpectBooksMatchDirectory();
}

// Between the choice of the render that goes and its departure.
TEST_F(RenderStorePinTest, PinComesInTimeWhileTheEvictionLooks) {
  auto files = std::make_shared<HookedFileSystem>();
  files_ = files;
  OpenForRenders(2);
  const auto oldest = Make();
  const auto other = Make();
  ASSERT_TRUE(oldest && other);
  files->BeforeNext(FileCall::kLease,
                    [&] { EXPECT_TRUE(store_->Pin(oldest->id)); });

  ASSERT_TRUE(Make());

  EXPECT_TRUE(store_->Find(oldest->id));
  EXPECT_FALSE(store_->Find(other->id));
}

}  // namespace
}  // namespace goxel
