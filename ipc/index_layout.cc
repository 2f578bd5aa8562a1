#include "ipc/index_layout.h"

namespace goxel {
namespace {

constexpr auto kCounterNames = std::to_array<std::string_view>(
    {"published",        "cache_hits",     "adopted",        "evicted_ttl",
     "evicted_quota",    "withdrawn",      "broken",         "lease_blocked",
     "store_full",       "storage_errors", "degraded",       "recycled",
     "zero_copy",        "read_back",      "bytes_freed",    "current_bytes",
     "current_renders",  "orphaned_bytes", "index_overflow", "no_space",
     "sequence_retries", "reader_hits",    "directory_lost", "encrypted",
     "joined",           "leased_bytes",   "reserved_bytes", "spare_bytes",
     "pinned_bytes"});

constexpr auto kHistogramNames = std::to_array<std::string_view>(
    {"render", "transfer", "queue", "evict", "admit"});

static_assert(kCounterNames.size() ==
              static_cast<std::size_t>(IndexCounter::kCount));
static_assert(kHistogramNames.size() ==
              static_cast<std::size_t>(IndexHistogram::kCount));

}  // namespace

std::string_view ToString(IndexCounter counter) {
  const auto i = static_cast<std::size_t>(counter);
  return i < kCounterNames.size() ? kCounterNames[i] : "unknown";
}

std::string_view ToString(IndexHistogram histogram) {
  const auto i = static_cast<std::size_t>(histogram);
  return i < kHistogramNames.size() ? kHistogramNames[i] : "unknown";
}

}  // namespace goxel
