// The container of PNG: a signature, then chunks of length, type, data and
// CRC-32 (https://www.w3.org/TR/png/#5DataRep). All integers are big-endian.
//
// Thread safety: a PngChunkWriter belongs to one thread.

#ifndef TRANSFER_PNG_CHUNKS_H_
#define TRANSFER_PNG_CHUNKS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "ipc/status.h"
#include "transfer/pixel_view.h"

namespace goxel {

inline constexpr std::array<unsigned char, 8> kPngSignature = {
    0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

// Length, type and CRC: what a chunk takes besides its data.
inline constexpr std::size_t kPngChunkOverhead = 12;

enum class PngColour : std::uint8_t { kRgb = 2, kRgba = 6 };

constexpr std::size_t BytesPerPixel(PngColour colour) {
  return colour == PngColour::kRgb ? 3 : 4;
}

std::array<std::byte, 4> BigEndian(std::uint32_t value);

// The picture's size as its IHDR chunk states it.
struct PngSize {
  std::uint32_t width = 0;   // Pixels.
  std::uint32_t height = 0;  // Pixels.
};

// Writes a PNG's parts to a sink, in the order in which they are called.
class PngChunkWriter {
 public:
  // `sink` must outlive the writer.
  explicit PngChunkWriter(const ByteSink& sink) : sink_(sink) {}

  // The signature and the IHDR chunk: 8 bits per channel, not interlaced.
  Status WriteStart(PngSize size, PngColour colour);

  // REQUIRES: type has 4 characters; data is under 2 GiB.
  Status WriteChunk(std::string_view type, std::span<const std::byte> data);

 private:
  const ByteSink& sink_;
};

// One chunk of a PNG in memory, its CRC verified.
struct PngChunk {
  std::string_view type;
  std::string_view data;
};

// Walks the chunks of `file`, the start of a PNG, which must outlive it.
class PngChunkReader {
 public:
  // nullopt when `file` does not begin with PNG's signature.
  static std::optional<PngChunkReader> Open(std::string_view file);

  // nullopt at the end, or where a chunk is cut off or broken.
  std::optional<PngChunk> Next();

 private:
  explicit PngChunkReader(std::string_view rest) : rest_(rest) {}
  std::string_view rest_;
};

// The size in an IHDR chunk; nullopt when `chunk` is not a sound one.
std::optional<PngSize> ParsePngSize(const PngChunk& chunk);

}  // namespace goxel

#endif  // TRANSFER_PNG_CHUNKS_H_
