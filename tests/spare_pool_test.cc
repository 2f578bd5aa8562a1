#include "transfer/spare_pool.h"

#include <gtest/gtest.h>

namespace goxel {
namespace {

constexpr std::size_t kLarge = 3 * 4096;
constexpr std::size_t kSmall = 2 * 4096;
constexpr std::size_t kOther = 4 * 4096;

SpareFrame Spare(std::size_t file_bytes, std::string name = {}) {
  return {.frame = Frame::CreateAnonymous(file_bytes).value(),
          .hidden_name = std::move(name)};
}

TEST(SparePoolTest, SpareIsTakenByItsExactSize) {
  SparePool pool;
  EXPECT_FALSE(pool.Add(Spare(kLarge)));

  EXPECT_FALSE(pool.Take(kSmall));
  EXPECT_TRUE(pool.Take(kLarge));
  EXPECT_FALSE(pool.Take(kLarge));
}

TEST(SparePoolTest, TwoOfASizeAreEnough) {
  SparePool pool;
  (void)pool.Add(Spare(kLarge));
  EXPECT_TRUE(pool.HasPlace(kLarge));
  (void)pool.Add(Spare(kLarge));

  EXPECT_FALSE(pool.HasPlace(kLarge));
  EXPECT_TRUE(pool.HasPlace(kSmall));
}

TEST(SparePoolTest, OldestGoesWhenThereAreTooMany) {
  SparePool pool;
  (void)pool.Add(Spare(kLarge, "oldest"));
  for (std::size_t i = 1; i < SparePool::kMaxSpares; ++i) {
    EXPECT_FALSE(pool.Add(Spare(kSmall)));
  }

  const auto surplus = pool.Add(Spare(kSmall));

  ASSERT_TRUE(surplus);
  EXPECT_EQ(surplus->hidden_name, "oldest");
}

TEST(SparePoolTest, OneRenderOfAnotherSizeMakesSparesGiveWay) {
  SparePool pool;
  for (int i = 0; i < 3; ++i) pool.NoteStaged(kLarge);
  (void)pool.Add(Spare(kLarge));

  pool.NoteStaged(kSmall);

  EXPECT_FALSE(pool.IsWanted(kLarge, kSmall));
  EXPECT_TRUE(pool.TakeUnwanted(kSmall));
}

TEST(SparePoolTest, SizesThatTakeTurnsKeepTheirSpares) {
  SparePool pool;
  for (int i = 0; i < 2; ++i) {
    pool.NoteStaged(kLarge);
    pool.NoteStaged(kSmall);
  }
  (void)pool.Add(Spare(kLarge));

  EXPECT_FALSE(pool.TakeUnwanted(kSmall));
  EXPECT_TRUE(pool.IsWanted(kLarge, kSmall));
  EXPECT_FALSE(pool.IsWanted(kOther, kSmall));
}

TEST(SparePoolTest, SpareGivesWayToARenderWithoutAFrame) {
  SparePool pool;
  for (int i = 0; i < 4; ++i) pool.NoteStaged(kLarge);
  (void)pool.Add(Spare(kLarge));

  EXPECT_TRUE(pool.TakeUnwanted(/*staged_bytes=*/0));
}

TEST(SparePoolTest, FrameThatComesFreeIsWantedWhileItsSizeIsStaged) {
  SparePool pool;
  EXPECT_FALSE(pool.IsWanted(kLarge, std::nullopt));
  pool.NoteStaged(kLarge);
  EXPECT_TRUE(pool.IsWanted(kLarge, std::nullopt));

  for (int i = 0; i < 4; ++i) pool.NoteStaged(kSmall);

  EXPECT_FALSE(pool.IsWanted(kLarge, std::nullopt));
}

TEST(SparePoolTest, LatestSizeIsMissedFirstAndThenTheOtherInSteadyUse) {
  SparePool pool;
  EXPECT_EQ(pool.FirstMissing(), std::nullopt);
  for (const std::size_t size : {kLarge, kSmall, kLarge, kSmall}) {
    pool.NoteStaged(size);
  }

  EXPECT_EQ(pool.FirstMissing(), kSmall);
  (void)pool.Add(Spare(kSmall));
  EXPECT_EQ(pool.FirstMissing(), kLarge);
  (void)pool.Add(Spare(kLarge));
  EXPECT_EQ(pool.FirstMissing(), std::nullopt);
}

}  // namespace
}  // namespace goxel
