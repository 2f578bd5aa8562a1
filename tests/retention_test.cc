#include "transfer/retention.h"

#include <gtest/gtest.h>

namespace goxel {
namespace {

constexpr RetentionLimits kLimits{.max_bytes = 100, .max_renders = 3};

// Reserves and commits in one go.
void Commit(Retention& books, RenderId id, std::uint64_t bytes,
            std::int64_t expires_ns = 1000) {
  ASSERT_TRUE(books.Reserve(bytes));
  books.Commit(id, bytes, bytes, expires_ns);
}

TEST(RetentionTest, ReservedBytesCountAgainstTheLimit) {
  Retention books(kLimits);

  EXPECT_TRUE(books.Reserve(60));
  EXPECT_FALSE(books.Reserve(41));
  EXPECT_TRUE(books.Reserve(40));

  EXPECT_EQ(books.accounts().reserved, 100u);
}

TEST(RetentionTest, RendersBeingMadeCountAgainstTheNumber) {
  Retention books(kLimits);
  Commit(books, 1, 1);
  ASSERT_TRUE(books.Reserve(1));
  ASSERT_TRUE(books.Reserve(1));

  EXPECT_FALSE(books.Reserve(1));
  books.Release(1);
  EXPECT_TRUE(books.Reserve(1));
}

TEST(RetentionTest, CommitGivesBackWhatWasNotUsed) {
  Retention books(kLimits);
  ASSERT_TRUE(books.Reserve(80));

  books.Commit(1, 80, 30, 1000);

  EXPECT_EQ(books.accounts().reserved, 0u);
  EXPECT_EQ(books.accounts().committed, 30u);
  EXPECT_EQ(books.accounts().pending, 0u);
  EXPECT_EQ(books.accounts().renders, 1u);
}

TEST(RetentionTest, LeastRecentlyUsedIsTheOneUsedLongestAgo) {
  Retention books(kLimits);
  Commit(books, 1, 1);
  Commit(books, 2, 1);
  EXPECT_EQ(books.LeastRecentlyUsed(), 1u);

  books.Use(1);

  EXPECT_EQ(books.LeastRecentlyUsed(), 2u);
}

TEST(RetentionTest, RendersExpireInTheOrderOfTheirDeath) {
  Retention books(kLimits);
  Commit(books, 1, 1, 300);
  Commit(books, 2, 1, 200);

  EXPECT_EQ(books.NextExpiry(), 200);
  EXPECT_EQ(books.FirstExpired(199), std::nullopt);
  EXPECT_EQ(books.FirstExpired(200), 2u);
  books.SetExpiry(2, 400);
  EXPECT_EQ(books.FirstExpired(350), 1u);
}

TEST(RetentionTest, OrphanedBytesStayChargedUntilDropped) {
  Retention books(kLimits);
  Commit(books, 1, 70);

  books.Orphan(1);

  EXPECT_EQ(books.accounts().renders, 0u);
  EXPECT_FALSE(books.Reserve(40));
  EXPECT_FALSE(books.CouldFit(40));
  books.DropOrphan(70);
  EXPECT_TRUE(books.Reserve(40));
}

TEST(RetentionTest, SpareTurnsIntoAReservationWithoutNewBytes) {
  Retention books(kLimits);
  ASSERT_TRUE(books.AddSpare(100));
  EXPECT_FALSE(books.AddSpare(1));
  EXPECT_FALSE(books.Reserve(1));
  EXPECT_TRUE(books.CouldFit(100));

  EXPECT_TRUE(books.ReserveSpare(100));

  EXPECT_EQ(books.accounts().spare, 0u);
  EXPECT_EQ(books.accounts().reserved, 100u);
  books.ReleaseToSpare(100);
  EXPECT_EQ(books.accounts().spare, 100u);
}

TEST(RetentionTest, PinnedAndHeldRendersNeedNotGo) {
  Retention books(kLimits);
  for (const RenderId id : {1u, 2u, 3u}) Commit(books, id, 10);

  books.SetPinned(1, true);
  books.SetHeld(2, true);
  books.Use(1);
  books.Use(2);

  EXPECT_EQ(books.LeastRecentlyUsed(), 3u);
  EXPECT_EQ(books.accounts().pinned, 10u);
  EXPECT_EQ(books.accounts().held, 10u);
  EXPECT_EQ(books.accounts().kept_renders, 2u);
  books.SetHeld(2, false);
  books.SetPinned(1, false);
  EXPECT_EQ(books.LeastRecentlyUsed(), 3u);
  books.Use(3);
  EXPECT_EQ(books.LeastRecentlyUsed(), 1u);
  EXPECT_EQ(books.accounts().kept, 0u);
}

TEST(RetentionTest, RequestThatOnlyFitsWithoutPinsIsHopeless) {
  Retention books(kLimits);
  Commit(books, 1, 50);
  EXPECT_TRUE(books.CouldFit(60));

  books.SetPinned(1, true);

  EXPECT_FALSE(books.CouldFit(60));
  EXPECT_TRUE(books.CouldFit(50));
}

TEST(RetentionTest, AtMostHalfOfTheBytesAndOfTheRendersCanBePinned) {
  Retention books({.max_bytes = 100, .max_renders = 4});
  Commit(books, 1, 20);
  Commit(books, 2, 5);

  EXPECT_FALSE(books.CanPin(51));
  books.SetPinned(1, true);
  EXPECT_FALSE(books.CanPin(31));
  EXPECT_TRUE(books.CanPin(30));
  books.SetPinned(2, true);
  EXPECT_FALSE(books.CanPin(0));
}

TEST(RetentionTest, RenderThatLeavesTakesItsPinAndItsHoldAlong) {
  Retention books(kLimits);
  Commit(books, 1, 40);
  books.SetPinned(1, true);
  books.SetHeld(1, true);

  books.Orphan(1);

  EXPECT_EQ(books.accounts().pinned, 0u);
  EXPECT_EQ(books.accounts().pinned_renders, 0u);
  EXPECT_EQ(books.accounts().held, 0u);
  EXPECT_EQ(books.accounts().kept, 0u);
  EXPECT_EQ(books.accounts().kept_renders, 0u);
  EXPECT_EQ(books.accounts().orphaned, 40u);
  EXPECT_EQ(books.LeastRecentlyUsed(), std::nullopt);
}

TEST(RetentionTest, HugeSizesDoNotWrapAround) {
  Retention books(kLimits);
  Commit(books, 1, 50);

  EXPECT_FALSE(books.Reserve(~std::uint64_t{0}));
  EXPECT_FALSE(books.HasRoomForBytes(~std::uint64_t{0} - 10));
  EXPECT_FALSE(books.CouldFit(~std::uint64_t{0} - 10));
}

TEST(RetentionTest, AdoptionOverTheLimitIsRefused) {
  Retention books(kLimits);

  EXPECT_TRUE(books.Adopt(1, 60, 100));
  EXPECT_FALSE(books.Adopt(2, 60, 100));

  EXPECT_EQ(books.accounts().committed, 60u);
}

}  // namespace
}  // namespace goxel
