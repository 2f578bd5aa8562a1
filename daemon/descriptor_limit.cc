#include "daemon/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>

namespace goxel {

std::size_t AffordConnections(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  limit.rlim_cur = limit.rlim_max;
  // What was raised before, or cannot be, counts as it is.
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  if (limit.rlim_cur >= wanted + kReservedDescriptors) return wanted;
  const auto most = static_cast<std::size_t>(limit.rlim_cur);
  return std::max(most, kReservedDescriptors + 1) - kReservedDescriptors;
}

}  // namespace goxel
