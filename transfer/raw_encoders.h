// Writes pictures uncompressed, for programs that want no decoder.
//
// Thread safety: calls are independent. Memory: one row besides the input.

#ifndef TRANSFER_RAW_ENCODERS_H_
#define TRANSFER_RAW_ENCODERS_H_

#include "ipc/render_record.h"
#include "ipc/status.h"
#include "transfer/pixel_view.h"

namespace goxel {

// PPM, Netpbm P6 (https://netpbm.sourceforge.net/doc/ppm.html): RGB, 8 bits. It
// has no place for alpha, which is dropped, not blended; nor for a record.
// kInvalidArgument for an empty image or a short span.
Status EncodePpm(const PixelView& image, const ByteSink& sink);

// PAM with the record, byte for byte the file of a mapped render
// (ipc/pam_header.h). kInvalidArgument as above, and when the record's size is
// not the image's.
Status EncodePam(const PixelView& image, const RenderRecord& record,
                 const ByteSink& sink);

}  // namespace goxel

#endif  // TRANSFER_RAW_ENCODERS_H_
