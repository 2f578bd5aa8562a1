#include "ipc/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace goxel {

using std::chrono::nanoseconds;

std::size_t HistogramBucketOf(nanoseconds time) {
  const auto at_least_one =
      static_cast<std::uint64_t>(std::max<nanoseconds::rep>(time.count(), 1));
  return std::min<std::size_t>(std::bit_width(at_least_one) - 1,
                               kHistogramBuckets - 1);
}

std::uint64_t Histogram::count() const {
  return std::reduce(buckets.begin(), buckets.end(), std::uint64_t{0});
}

nanoseconds Histogram::Percentile(double percent) const {
  const double wanted =
      std::clamp(percent, 0.0, 100.0) / 100 * static_cast<double>(count());
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    seen += buckets[i];
    if (seen == 0 || static_cast<double>(seen) < wanted) continue;
    const std::size_t end = std::min(i + 1, kHistogramBuckets - 1);
    return nanoseconds(std::int64_t{1} << end);
  }
  return nanoseconds::zero();
}

nanoseconds Histogram::Mean() const {
  const std::uint64_t times = count();
  return nanoseconds(times == 0 ? 0
                                : static_cast<std::int64_t>(sum_ns / times));
}

}  // namespace goxel
