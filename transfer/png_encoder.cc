#include "transfer/png_encoder.h"

#include <fmt/core.h>

#include "transfer/png_chunks.h"
#include "transfer/png_filter.h"
#include "transfer/png_libpng.h"
#include "transfer/png_record.h"
#include "transfer/png_strips.h"
#include "transfer/record_json.h"

namespace goxel {
namespace {

Status EncodeFast(const PixelView& image, PngColour colour,
                  const std::string& record_text, const ByteSink& sink) {
  PngChunkWriter writer(sink);
  Status status =
      writer.WriteStart({.width = image.width, .height = image.height}, colour);
  if (status.ok() && !record_text.empty()) {
    status = writer.WriteChunk("iTXt", std::as_bytes(std::span(record_text)));
  }
  if (status.ok()) status = WritePngStrips(image, colour, writer);
  if (status.ok()) status = writer.WriteChunk("IEND", {});
  return status;
}

}  // namespace

Result<PngCompression> ParsePngCompression(std::string_view name) {
  if (name == "fast") return PngCompression::kFast;
  if (name == "balanced") return PngCompression::kBalanced;
  if (name == "smallest") return PngCompression::kSmallest;
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("\"{}\" is not a compression; give \"fast\", "
                          "\"balanced\" or \"smallest\"",
                          name));
}

Status EncodePng(const PixelView& image, const RenderRecord* record,
                 PngCompression compression, const ByteSink& sink) {
  if (Status checked = CheckPixels(image); !checked.ok()) return checked;
  const PngColour colour = IsOpaque(image) ? PngColour::kRgb : PngColour::kRgba;
  const std::string record_text =
      record == nullptr ? std::string() : FormatPngRecord(*record);
  if (compression == PngCompression::kFast) {
    return EncodeFast(image, colour, record_text, sink);
  }
  const int zlib_level = compression == PngCompression::kBalanced ? 6 : 9;
  return WritePngWithLibpng(image, colour, record_text, zlib_level, sink);
}

std::uint64_t MaxPngBytes(std::uint32_t width, std::uint32_t height) {
  // Deflate adds next to nothing to what it cannot compress; an eighth and the
  // constant are far more than that, the IDAT chunks and the record take.
  const std::uint64_t filtered =
      FilteredRowBytes(width, PngColour::kRgba) * height;
  return filtered + filtered / 8 + 2 * kRecordReach;
}

}  // namespace goxel
