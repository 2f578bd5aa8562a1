// The render record inside a PNG: an uncompressed iTXt chunk with the keyword
// "goxel" (https://www.w3.org/TR/png/#11iTXt) between IHDR and the pixels,
// whose text is one line of JSON:
//
//   {"id":"<16 hex>","key":"<32 hex>","session":"<6 hex>","created":<unix s>,
//    "ttl":<s>,"format":"png","width":<px>,"height":<px>,
//    "camera":<JSON>,"settings":<JSON>}
//
// camera and settings are there only when the record has them, as values and
// not as text. ReadPngRecord() in transfer/png_encoder.h is the reader.

#ifndef TRANSFER_PNG_RECORD_H_
#define TRANSFER_PNG_RECORD_H_

#include <cstddef>
#include <string>

#include "ipc/render_record.h"

namespace goxel {

// A reader that has this many bytes of a PNG written by EncodePng has the whole
// record.
inline constexpr std::size_t kPngRecordReach = 16 * 1024;

// The data of the chunk. Settings that do not fit within kPngRecordReach are
// left out, then the camera.
std::string FormatPngRecord(const RenderRecord& record);

}  // namespace goxel

#endif  // TRANSFER_PNG_RECORD_H_
