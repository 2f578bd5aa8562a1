// Writes JPEG (ITU-T T.81, in a JFIF file) by libjpeg-turbo.
//
// JPEG has no place for alpha: pixels are blended onto white. From a quality of
// 90 on colours are kept for every pixel, below that for blocks of 2 x 2.
//
// The record travels in a COM segment before the picture: "goxel " and the text
// of transfer/record_json.h.
//
// Thread safety: calls are independent. Memory: some rows besides the input.

#ifndef TRANSFER_JPG_ENCODER_H_
#define TRANSFER_JPG_ENCODER_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "ipc/render_record.h"
#include "ipc/status.h"
#include "transfer/pixel_view.h"

namespace goxel {

inline constexpr int kDefaultJpgQuality = 90;

// Encodes `image` into `sink`. `record` may be null. kInvalidArgument for an
// empty image, a short span, or a quality that is not 1 to 100; kTooLarge
// (limit) beyond 65,500 pixels a side, which is JPEG's own limit.
Status EncodeJpg(const PixelView& image, const RenderRecord* record,
                 int quality, const ByteSink& sink);

// An upper bound of what EncodeJpg() writes, whatever the pixels.
std::uint64_t MaxJpgBytes(std::uint32_t width, std::uint32_t height);

// The record of a file written by EncodeJpg(), from its first bytes
// (kRecordReach are always enough). kDataLoss when it is not such a file.
Result<RenderRecord> ReadJpgRecord(std::span<const std::byte> file_start);

}  // namespace goxel

#endif  // TRANSFER_JPG_ENCODER_H_
