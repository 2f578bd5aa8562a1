// The render record inside a PNG: an uncompressed iTXt chunk with the keyword
// "goxel" (https://www.w3.org/TR/png/#11iTXt) between IHDR and the pixels,
// whose text is that of transfer/record_json.h. ReadPngRecord() in
// transfer/png_encoder.h is the reader.

#ifndef TRANSFER_PNG_RECORD_H_
#define TRANSFER_PNG_RECORD_H_

#include <string>

#include "ipc/render_record.h"

namespace goxel {

// The data of the chunk.
std::string FormatPngRecord(const RenderRecord& record);

}  // namespace goxel

#endif  // TRANSFER_PNG_RECORD_H_
