// What one pixel of a raw render is: colour, or one plane of what machine
// learning wants to know of a view. All numbers are little-endian.

#ifndef IPC_PIXEL_FORMAT_H_
#define IPC_PIXEL_FORMAT_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace goxel {

// Stored in files and in shared memory: values are never renumbered.
enum class PixelFormat : std::uint32_t {
  kEncoded = 0,  // The bytes are a file format's, not pixels.
  kRgba8 = 1,    // R, G, B, A bytes; sRGB, straight alpha.
  kFloat32 = 2,  // One IEEE 754 number.
  kInt8x4 = 3,
  kUint8 = 4,
  kUint16 = 5,
  kInt16x4 = 6,
};
inline constexpr PixelFormat kLastPixelFormat = PixelFormat::kInt16x4;

// "rgba8", "float32", ...; "encoded" for kEncoded.
std::string_view ToString(PixelFormat format);

// The TUPLTYPE of a PAM file of such pixels: "RGB_ALPHA", "GOXEL_FLOAT32", ...
// REQUIRES: format != kEncoded.
std::string_view TupleTypeOf(PixelFormat format);
// nullopt for a type that TupleTypeOf() does not give.
std::optional<PixelFormat> PixelFormatOfTupleType(std::string_view type);

// 0 for kEncoded.
constexpr std::uint32_t BytesPerPixel(PixelFormat format) {
  switch (format) {
    case PixelFormat::kEncoded:
      break;
    case PixelFormat::kUint8:
      return 1;
    case PixelFormat::kUint16:
      return 2;
    case PixelFormat::kRgba8:
    case PixelFormat::kFloat32:
    case PixelFormat::kInt8x4:
      return 4;
    case PixelFormat::kInt16x4:
      return 8;
  }
  return 0;
}

}  // namespace goxel

#endif  // IPC_PIXEL_FORMAT_H_
