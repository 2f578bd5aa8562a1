// How long something took, over many times: one histogram of the render index
// as a plain copy that owns nothing.

#ifndef IPC_HISTOGRAM_H_
#define IPC_HISTOGRAM_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ipc/index_layout.h"

namespace goxel {

// The bucket of HistogramWords that counts `time`; negative counts as 0.
std::size_t HistogramBucketOf(std::chrono::nanoseconds time);

struct Histogram {
  std::string_view name;     // Of the IndexHistogram.
  std::uint64_t sum_ns = 0;  // Of all times.
  std::array<std::uint64_t, kHistogramBuckets> buckets{};

  // How many times were recorded.
  std::uint64_t count() const;

  // A time that `percent` of all times (0 to 100) do not exceed: the upper end
  // of the bucket where the share is reached, so at most twice the true value.
  // For the last bucket, which has no upper end, its lower one. 0 when nothing
  // was recorded.
  std::chrono::nanoseconds Percentile(double percent) const;

  // 0 when nothing was recorded.
  std::chrono::nanoseconds Mean() const;
};

}  // namespace goxel

#endif  // IPC_HISTOGRAM_H_
