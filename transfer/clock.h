// The two clocks of the store, behind an interface so that tests let hours pass
// by adding a number.

#ifndef TRANSFER_CLOCK_H_
#define TRANSFER_CLOCK_H_

#include <cstdint>

namespace goxel {

// Thread safety: all methods may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  // CLOCK_BOOTTIME in nanoseconds: never set back, counts on during suspend.
  // What expiry follows.
  virtual std::int64_t BoottimeNs() const = 0;

  // CLOCK_REALTIME in nanoseconds since 1970. For people, for file times and
  // for the remaining life of renders found at start.
  virtual std::int64_t UnixNs() const = 0;
};

class SystemClock final : public Clock {
 public:
  std::int64_t BoottimeNs() const override;
  std::int64_t UnixNs() const override;
};

}  // namespace goxel

#endif  // TRANSFER_CLOCK_H_
