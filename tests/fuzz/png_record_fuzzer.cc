// Bytes of a file in the managed directory to ReadPngRecord(), as they are and
// as the text of a chunk whose CRC is right.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "transfer/png_chunks.h"
#include "transfer/png_encoder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  (void)goxel::ReadPngRecord(bytes);

  std::vector<std::byte> file;
  const goxel::ByteSink sink = [&](std::span<const std::byte> piece) {
    file.insert(file.end(), piece.begin(), piece.end());
    return goxel::Status();
  };
  goxel::PngChunkWriter writer(sink);
  const bool written =
      writer.WriteStart({.width = 2, .height = 1}, goxel::PngColour::kRgb)
          .ok() &&
      writer.WriteChunk("iTXt", bytes).ok();
  if (written) (void)goxel::ReadPngRecord(file);
  return 0;
}
