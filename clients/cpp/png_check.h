// Whether the chunks of a PNG are intact, without decoding a pixel.

#ifndef CLIENTS_CPP_PNG_CHECK_H_
#define CLIENTS_CPP_PNG_CHECK_H_

#include <cstddef>
#include <span>

#include "ipc/status.h"

namespace goxel {

// Walks the chunks (https://www.w3.org/TR/png/#5Chunk-layout) and compares the
// CRC of each. kDataLoss, naming chunk and place, for a CRC that differs, a
// chunk that is cut off, a missing IEND or bytes behind it.
Status CheckPng(std::span<const std::byte> file);

}  // namespace goxel

#endif  // CLIENTS_CPP_PNG_CHECK_H_
