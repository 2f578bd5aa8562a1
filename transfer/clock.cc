#include "transfer/clock.h"

#include <ctime>

namespace goxel {
namespace {

std::int64_t ReadClock(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

std::int64_t SystemClock::BoottimeNs() const {
  return ReadClock(CLOCK_BOOTTIME);
}

std::int64_t SystemClock::UnixNs() const { return ReadClock(CLOCK_REALTIME); }

}  // namespace goxel
