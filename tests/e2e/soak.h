// Many requests to one daemon, and whether it grows by them.

#ifndef TESTS_E2E_SOAK_H_
#define TESTS_E2E_SOAK_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace goxel {

// The daemon after so many requests, from /proc/<pid>. Sizes in KiB.
struct SoakSample {
  std::uint64_t requests = 0;
  double seconds = 0;
  std::uint64_t rss_kib = 0;        // VmRSS: what is in memory now.
  std::uint64_t anonymous_kib = 0;  // RssAnon: heap and stacks of it.
  std::uint64_t peak_kib = 0;       // VmHWM.
  std::uint64_t descriptors = 0;
  std::uint64_t mappings = 0;
};

SoakSample TakeSample(pid_t pid);

// One line per sample, with a line of names first.
std::string ToCsv(const std::vector<SoakSample>& samples);

// What grows, in words; "" when nothing does: the median of the last fifth of
// the samples against that of the second fifth, by which all pools are full.
// Memory may be 2 % and 2 MiB over, descriptors and mappings 8.
std::string DescribeGrowth(const std::vector<SoakSample>& samples);

}  // namespace goxel

#endif  // TESTS_E2E_SOAK_H_
