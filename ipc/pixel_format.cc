#include "ipc/pixel_format.h"

#include <array>
#include <cstddef>

namespace goxel {
namespace {

struct Names {
  std::string_view name;
  std::string_view tuple_type;
};

// By PixelFormat.
constexpr std::array<Names, 7> kNames = {{{"encoded", ""},
                                          {"rgba8", "RGB_ALPHA"},
                                          {"float32", "GOXEL_FLOAT32"},
                                          {"int8x4", "GOXEL_INT8X4"},
                                          {"uint8", "GOXEL_UINT8"},
                                          {"uint16", "GOXEL_UINT16"},
                                          {"int16x4", "GOXEL_INT16X4"}}};
static_assert(kNames.size() == static_cast<std::size_t>(kLastPixelFormat) + 1);

const Names& NamesOf(PixelFormat format) {
  return kNames[static_cast<std::size_t>(format)];
}

}  // namespace

std::string_view ToString(PixelFormat format) { return NamesOf(format).name; }

std::string_view TupleTypeOf(PixelFormat format) {
  return NamesOf(format).tuple_type;
}

std::optional<PixelFormat> PixelFormatOfTupleType(std::string_view type) {
  for (std::size_t i = 1; i < kNames.size(); ++i) {
    if (kNames[i].tuple_type == type) return static_cast<PixelFormat>(i);
  }
  return std::nullopt;
}

}  // namespace goxel
