// The slow ways to write a PNG, for small files: libpng and zlib with no
// filter, which at these levels makes smaller files of flat-shaded voxels than
// the Up filter or libpng's choice per row.

#ifndef TRANSFER_PNG_LIBPNG_H_
#define TRANSFER_PNG_LIBPNG_H_

#include <string>

#include "ipc/status.h"
#include "transfer/pixel_view.h"
#include "transfer/png_chunks.h"

namespace goxel {

// Writes a whole PNG. `record_text` is the data of its iTXt chunk, or empty for
// none; `zlib_level` is 1 to 9.
// REQUIRES: CheckPixels(image) is OK.
Status WritePngWithLibpng(const PixelView& image, PngColour colour,
                          const std::string& record_text, int zlib_level,
                          const ByteSink& sink);

}  // namespace goxel

#endif  // TRANSFER_PNG_LIBPNG_H_
