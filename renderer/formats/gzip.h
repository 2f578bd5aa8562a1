// Unpacking gzip streams, which Goxel wrote its files as from 2015 to 2018.

#ifndef RENDERER_FORMATS_GZIP_H_
#define RENDERER_FORMATS_GZIP_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ipc/status.h"

namespace goxel {

// True for the two bytes that start every gzip stream.
bool IsGzip(std::span<const std::byte> bytes);

// kDataLoss when the stream is cut off or broken; kTooLarge when it unpacks to
// more than `max_bytes`, which is also the most memory this takes.
Result<std::vector<std::byte>> Gunzip(std::span<const std::byte> bytes,
                                      std::uint64_t max_bytes);

}  // namespace goxel

#endif  // RENDERER_FORMATS_GZIP_H_
