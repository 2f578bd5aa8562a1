#include "ipc/histogram.h"

#include <gtest/gtest.h>

#include <limits>

namespace goxel {
namespace {

using std::chrono::nanoseconds;

TEST(Histogram, BucketsArePowersOfTwo) {
  EXPECT_EQ(HistogramBucketOf(nanoseconds::min()), 0u);
  EXPECT_EQ(HistogramBucketOf(nanoseconds(0)), 0u);
  EXPECT_EQ(HistogramBucketOf(nanoseconds(1)), 0u);
  EXPECT_EQ(HistogramBucketOf(nanoseconds(2)), 1u);
  EXPECT_EQ(HistogramBucketOf(nanoseconds(3)), 1u);
  EXPECT_EQ(HistogramBucketOf(nanoseconds(1023)), 9u);
  EXPECT_EQ(HistogramBucketOf(nanoseconds(1024)), 10u);
  EXPECT_EQ(HistogramBucketOf(std::chrono::seconds(275)), 38u);
  EXPECT_EQ(HistogramBucketOf(nanoseconds::max()), kHistogramBuckets - 1);
}

TEST(Histogram, PercentileIsTheUpperEndOfTheBucketThatReachesIt) {
  Histogram histogram;
  histogram.buckets[3] = 90;  // 8 to 16 ns.
  histogram.buckets[10] = 9;  // 1 to 2 us.
  histogram.buckets[20] = 1;  // 1 to 2 ms.
  histogram.sum_ns = 1'500'000;

  EXPECT_EQ(histogram.count(), 100u);
  EXPECT_EQ(histogram.Percentile(0), nanoseconds(16));
  EXPECT_EQ(histogram.Percentile(50), nanoseconds(16));
  EXPECT_EQ(histogram.Percentile(90), nanoseconds(16));
  EXPECT_EQ(histogram.Percentile(91), nanoseconds(2048));
  EXPECT_EQ(histogram.Percentile(99), nanoseconds(2048));
  EXPECT_EQ(histogram.Percentile(100), nanoseconds(2 << 20));
  EXPECT_EQ(histogram.Mean(), nanoseconds(15'000));
}

TEST(Histogram, OfNothingHasNoTimes) {
  const Histogram histogram;

  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.Percentile(50), nanoseconds(0));
  EXPECT_EQ(histogram.Mean(), nanoseconds(0));
}

TEST(Histogram, TheLastBucketHasOnlyALowerEnd) {
  Histogram histogram;
  histogram.buckets[kHistogramBuckets - 1] = 1;

  EXPECT_EQ(histogram.Percentile(99), nanoseconds(std::int64_t{1} << 38));
}

}  // namespace
}  // namespace goxel
