#include "transfer/picture_encoder.h"

#include "ipc/pam_header.h"
#include "transfer/bmp_encoder.h"
#include "transfer/raw_encoders.h"

namespace goxel {

Status EncodePicture(const PixelView& image, const RenderRecord* record,
                     const Encoding& encoding, const ByteSink& sink) {
  switch (encoding.format) {
    case RenderFormat::kPam:
      return EncodePam(image, *record, sink);
    case RenderFormat::kPpm:
      return EncodePpm(image, sink);
    case RenderFormat::kJpg:
      return EncodeJpg(image, record, encoding.quality, sink);
    case RenderFormat::kBmp:
      return EncodeBmp(image, record, sink);
    default:
      return EncodePng(image, record, encoding.compression, sink);
  }
}

std::uint64_t MaxPictureBytes(RenderFormat format, std::uint32_t width,
                              std::uint32_t height) {
  constexpr std::uint64_t kPpmHeaderBytes = 64;
  const std::uint64_t pixels = std::uint64_t{width} * height;
  switch (format) {
    case RenderFormat::kPam:
      return kPamHeaderBytes + pixels * 4;
    case RenderFormat::kPpm:
      return kPpmHeaderBytes + pixels * 3;
    case RenderFormat::kJpg:
      return MaxJpgBytes(width, height);
    case RenderFormat::kBmp:
      return MaxBmpBytes(width, height);
    default:
      return MaxPngBytes(width, height);
  }
}

}  // namespace goxel
