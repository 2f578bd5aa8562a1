// What clients do with what they receive until they have pixels.

#ifndef BENCH_TRANSFER_DECODING_H_
#define BENCH_TRANSFER_DECODING_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "bench/transfer/picture.h"
#include "ipc/status.h"

namespace goxel {

// By libpng, as RGBA8. kDataLoss when it is no PNG.
Result<std::vector<std::byte>> DecodeWholePng(std::span<const std::byte> png);

// Everything, by read() into memory of its own.
Result<std::vector<std::byte>> ReadWholeFile(const std::filesystem::path& path);

// A picture whose first pixel is at hand now. `holder` keeps `pixels`.
Picture PictureAt(PixelSpan pixels, std::shared_ptr<const void> holder);

// The same of pixels that begin at `offset` of `bytes`.
Picture PictureIn(std::vector<std::byte> bytes, std::size_t offset = 0);

// REQUIRES: at least four bytes.
std::uint32_t FirstPixel(PixelSpan pixels);

// All words of the picture, added up: reads every pixel once.
std::uint64_t SumOfPixels(PixelSpan pixels);

}  // namespace goxel

#endif  // BENCH_TRANSFER_DECODING_H_
