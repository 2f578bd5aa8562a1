// A picture in memory, and PNG files in and out.
//
// Thread safety: calls are independent.

#ifndef CLIENTS_CLI_RGBA_PICTURE_H_
#define CLIENTS_CLI_RGBA_PICTURE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "ipc/status.h"

namespace goxel {

struct RgbaPicture {
  std::uint32_t width = 0;   // Pixels.
  std::uint32_t height = 0;  // Pixels.
  // Top row first; R, G, B and A of each pixel, straight alpha; no padding.
  std::vector<std::uint8_t> bytes;
};

// True when the file begins as every PNG does.
bool IsPng(const std::filesystem::path& path);

// Any PNG, as 8-bit RGBA. kInvalidArgument, with libpng's words, when it cannot
// be read.
Result<RgbaPicture> ReadPng(const std::filesystem::path& path);

// `target` as of WriteBytes().
Status WritePng(const RgbaPicture& picture, const std::string& target);

}  // namespace goxel

#endif  // CLIENTS_CLI_RGBA_PICTURE_H_
