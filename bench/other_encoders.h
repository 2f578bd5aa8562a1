// Encoders that others would use for a picture of bench/real_pictures.h, for
// comparison with ours.
//
// Thread safety: all functions may be called from any thread.

#ifndef BENCH_OTHER_ENCODERS_H_
#define BENCH_OTHER_ENCODERS_H_

#include "bench/real_pictures.h"
#include "ipc/status.h"

namespace goxel {

using Encoded = std::vector<std::byte>;

enum class PngSettings {
  kDefault,   // What a program gets that sets nothing: zlib level 6, a filter
              // chosen for each row.
  kLevel1Up,  // The fastest that still compresses: zlib level 1, filter Up.
};

// All of them replace what is in `encoded`, and keep its memory.
Status EncodeWithLibpng(const Picture& picture, PngSettings settings,
                        Encoded& encoded);
Status EncodeWithLibspng(const Picture& picture, PngSettings settings,
                         Encoded& encoded);
Status EncodeAsQoi(const Picture& picture, Encoded& encoded);

// Whether a PNG, or a QOI file, shows exactly `picture`. libpng and the
// reference decoder of QOI are the judges.
bool PngShows(const Encoded& png, const Picture& picture);
bool QoiShows(const Encoded& qoi, const Picture& picture);

}  // namespace goxel

#endif  // BENCH_OTHER_ENCODERS_H_
