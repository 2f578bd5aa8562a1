// Writes BMP (Windows bitmap): 32 bits a pixel, blue, green, red, alpha, with
// the header of version 4, BITMAPV4HEADER
// (https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-bitmapv4header),
// which says that the colours are sRGB. Rows stand bottom up, as every reader
// knows them. Nothing is lost.
//
// The record stands between header and pixels, where readers skip what they do
// not know: the text of transfer/record_json.h.
//
// Thread safety: calls are independent. Memory: one row besides the input.

#ifndef TRANSFER_BMP_ENCODER_H_
#define TRANSFER_BMP_ENCODER_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "ipc/render_record.h"
#include "ipc/status.h"
#include "transfer/pixel_view.h"

namespace goxel {

// The file header and BITMAPV4HEADER.
inline constexpr std::size_t kBmpHeaderBytes = 14 + 108;

// Encodes `image` into `sink`. `record` may be null. kInvalidArgument for an
// empty image or a short span; kTooLarge (limit) for more than 4 GiB, which a
// BMP cannot count.
Status EncodeBmp(const PixelView& image, const RenderRecord* record,
                 const ByteSink& sink);

// An upper bound of what EncodeBmp() writes.
std::uint64_t MaxBmpBytes(std::uint32_t width, std::uint32_t height);

// The record of a file written by EncodeBmp(), from its first bytes
// (kRecordReach are always enough). kDataLoss when it is not such a file.
Result<RenderRecord> ReadBmpRecord(std::span<const std::byte> file_start);

}  // namespace goxel

#endif  // TRANSFER_BMP_ENCODER_H_
