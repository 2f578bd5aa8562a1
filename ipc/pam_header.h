// The first 4096 bytes of a mapped render: a PAM (Netpbm P7) header, padded so
// that the pixels start on a page, with the render's record in its comments.
//
// The pixels follow at offset 4096, top row first, stride = width *
// BytesPerPixel(): RGBA8, sRGB, straight alpha, so that the same file opens in
// ImageMagick, ffmpeg and netpbm; or a plane, whose bytes they read as samples.
//
// Form (the only one that all three read): "P7\n", the padding as blank lines,
// then the six keyword lines (WIDTH, HEIGHT, DEPTH, which is the bytes of a
// pixel, MAXVAL 255, TUPLTYPE, which names the pixel format, ENDHDR), each with
// at most one comment line of at most 250 bytes directly before it. The format
// is described at https://netpbm.sourceforge.net/doc/pam.html.
//
// docs/render-files.md describes the record's text. Some 1,450 bytes of it fit;
// what does not fit, or has raw control characters, is left out: settings
// first, then the camera; never the id, key, created time or TTL.

#ifndef IPC_PAM_HEADER_H_
#define IPC_PAM_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "ipc/render_record.h"
#include "ipc/status.h"

namespace goxel {

inline constexpr std::size_t kPamHeaderBytes = 4096;

// REQUIRES: record.width and record.height are at least 1; the pixel format is
// not kEncoded.
void WritePamHeader(const RenderRecord& record,
                    std::span<std::byte, kPamHeaderBytes> header);

// Which render a header is of, and its geometry.
struct PamIdentity {
  RenderId id = 0;
  PixelFormat pixel_format = PixelFormat::kRgba8;
  std::uint32_t width = 0;   // Pixels; at least 1.
  std::uint32_t height = 0;  // Pixels; at least 1.
};

// For readers in a hurry, who map thousands of renders a second: reads the
// lines that say the identity and looks at nothing else, in under 0.2 us.
// kDataLoss when they are not there.
Result<PamIdentity> ReadPamIdentity(
    std::span<const std::byte, kPamHeaderBytes> header);

// kDataLoss when the bytes are not a header that WritePamHeader wrote.
Result<RenderRecord> ParsePamHeader(std::span<const std::byte> header);

}  // namespace goxel

#endif  // IPC_PAM_HEADER_H_
