// The smallest picture that has rows and a stride, and a file in memory.

#ifndef TESTS_FOUR_PIXELS_H_
#define TESTS_FOUR_PIXELS_H_

#include <cstddef>
#include <span>
#include <string>

#include "ipc/status.h"
#include "transfer/pixel_view.h"

namespace goxel {

// Two rows of two pixels, with a padding of four bytes behind the first.
inline constexpr unsigned char kFourPixels[] = {
    1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 9, 10, 11, 12, 13, 14, 15, 16};

inline PixelView FourPixels() {
  return {.pixels = std::as_bytes(std::span(kFourPixels)),
          .width = 2,
          .height = 2,
          .stride_bytes = 12};
}

inline ByteSink AppendTo(std::string& file) {
  return [&file](std::span<const std::byte> piece) {
    file.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    return Status();
  };
}

}  // namespace goxel

#endif  // TESTS_FOUR_PIXELS_H_
