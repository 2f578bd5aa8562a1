// Times the steps of a picture.

#ifndef RENDERER_STOPWATCH_H_
#define RENDERER_STOPWATCH_H_

#include <chrono>
#include <cstdint>
#include <utility>

namespace goxel {

class Stopwatch {
 public:
  // Nanoseconds since the start or the last call.
  std::uint64_t Lap() {
    const auto now = std::chrono::steady_clock::now();
    const auto lap = now - std::exchange(start_, now);
    return static_cast<std::uint64_t>(std::chrono::nanoseconds(lap).count());
  }

 private:
  std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now();
};

}  // namespace goxel

#endif  // RENDERER_STOPWATCH_H_
