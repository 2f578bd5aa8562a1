#include "tests/e2e/soak.h"

#include <gmock/gmock.h>
#include <unistd.h>

namespace goxel {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Hundred samples of a process that grows by `kib` with each.
std::vector<SoakSample> Samples(std::uint64_t kib) {
  std::vector<SoakSample> samples;
  for (std::uint64_t i = 0; i < 100; ++i) {
    samples.push_back({.requests = i,
                       .rss_kib = 90'000 + i % 7 * 10 + i * kib,
                       .anonymous_kib = 20'000,
                       .descriptors = 80 + i % 5,
                       .mappings = 280});
  }
  return samples;
}

TEST(Soak, WhatOnlyTremblesDoesNotGrow) {
  EXPECT_EQ(DescribeGrowth(Samples(0)), "");
}

TEST(Soak, AHundredKilobytesPerSampleAreGrowth) {
  EXPECT_THAT(DescribeGrowth(Samples(100)), StartsWith("VmRSS grew from"));
}

TEST(Soak, LeakedDescriptorsAreGrowth) {
  auto samples = Samples(0);
  for (std::size_t i = 50; i < samples.size(); ++i)
    samples[i].descriptors += 20;

  EXPECT_THAT(DescribeGrowth(samples), StartsWith("descriptors grew from 82"));
}

TEST(Soak, FewSamplesProveNothing) {
  EXPECT_THAT(DescribeGrowth({}), HasSubstr("too few"));
}

TEST(Soak, ASampleSaysWhatProcSays) {
  const SoakSample sample = TakeSample(::getpid());

  EXPECT_GT(sample.rss_kib, 1000u);
  EXPECT_GE(sample.peak_kib, sample.rss_kib);
  EXPECT_GE(sample.descriptors, 3u);
  EXPECT_GT(sample.mappings, 10u);
}

}  // namespace
}  // namespace goxel
