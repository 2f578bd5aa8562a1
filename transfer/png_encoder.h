// Writes PNG (https://www.w3.org/TR/png/) several times faster than libpng.
//
// Rows go through a filter and ISA-L's deflate in strips that stay in the
// cache; colour type is RGB when every alpha is 255 and RGBA otherwise. The
// pixels decode bit-exactly with any PNG reader.
//
// Compressions, in time and size relative to libpng's defaults on 4K pictures:
// `fast` 1/17 or less and 1.0 to 1.5; `balanced` (zlib level 6) 1/2 and 0.5 to
// 1.0; `smallest` (zlib level 9) 1/2 to 3 and 0.5 to 0.75.
//
// The record travels in an uncompressed iTXt chunk with the keyword "goxel":
// one line of JSON.
//
// Memory: under 1 MiB besides the input. Thread safety: calls are independent.

#ifndef TRANSFER_PNG_ENCODER_H_
#define TRANSFER_PNG_ENCODER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "ipc/render_record.h"
#include "ipc/status.h"
#include "transfer/pixel_view.h"

namespace goxel {

enum class PngCompression { kFast, kBalanced, kSmallest };
// "fast", "balanced", "smallest"; kInvalidArgument lists them otherwise.
Result<PngCompression> ParsePngCompression(std::string_view name);

// Encodes `image` into `sink`. `record` may be null: no iTXt chunk then.
// kInvalidArgument for an empty image or a short span.
Status EncodePng(const PixelView& image, const RenderRecord* record,
                 PngCompression compression, const ByteSink& sink);

// An upper bound of what EncodePng writes, whatever the pixels.
std::uint64_t MaxPngBytes(std::uint32_t width, std::uint32_t height);

// The record of a PNG written by EncodePng, from the first bytes of the file
// (the iTXt chunk precedes the pixels; 16 KiB are always enough). kDataLoss
// when it is not such a file.
Result<RenderRecord> ReadPngRecord(std::span<const std::byte> file_start);

}  // namespace goxel

#endif  // TRANSFER_PNG_ENCODER_H_
