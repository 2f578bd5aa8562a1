// Writes a picture in any of the formats that render files have.
//
// Thread safety: calls are independent.

#ifndef TRANSFER_PICTURE_ENCODER_H_
#define TRANSFER_PICTURE_ENCODER_H_

#include <cstdint>

#include "ipc/render_record.h"
#include "ipc/status.h"
#include "transfer/jpg_encoder.h"
#include "transfer/pixel_view.h"
#include "transfer/png_encoder.h"

namespace goxel {

// One of these formats, and how; the rest counts for its own format only.
struct Encoding {
  RenderFormat format = RenderFormat::kPng;  // kPam, kPng, kPpm, kJpg or kBmp.
  PngCompression compression = PngCompression::kFast;
  int quality = kDefaultJpgQuality;
};

// `record` may be null where the format is not kPam. The errors of the format's
// own encoder.
Status EncodePicture(const PixelView& image, const RenderRecord* record,
                     const Encoding& encoding, const ByteSink& sink);

// At most this many bytes come out of EncodePicture().
std::uint64_t MaxPictureBytes(RenderFormat format, std::uint32_t width,
                              std::uint32_t height);

}  // namespace goxel

#endif  // TRANSFER_PICTURE_ENCODER_H_
