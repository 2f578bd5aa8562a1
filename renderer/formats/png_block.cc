#include "renderer/formats/png_block.h"

#include <fmt/format.h>
#include <png.h>

namespace goxel {
namespace {

constexpr std::uint32_t kBlockSide = 64;  // Pixels; 64 * 64 = 16^3.
static_assert(kBlockSide * kBlockSide == kTileVoxels);

// libpng's description of one picture, freed at the end of the scope.
class PngImage {
 public:
  PngImage() { image_.version = PNG_IMAGE_VERSION; }
  ~PngImage() { png_image_free(&image_); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;

  png_image* get() { return &image_; }
  png_image* operator->() { return &image_; }

 private:
  png_image image_{};
};

}  // namespace

Result<std::shared_ptr<const Tile>> DecodePngBlock(
    std::span<const std::byte> png) {
  PngImage image;
  if (png_image_begin_read_from_memory(image.get(), png.data(), png.size()) ==
      0) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("not a PNG: {}", image->message));
  }
  // Checked before anything of that size is decoded.
  if (image->width != kBlockSide || image->height != kBlockSide) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("a PNG of {} x {} pixels; a block has 64 x 64",
                            image->width, image->height));
  }
  image->format = PNG_FORMAT_RGBA;
  auto tile = std::make_shared<Tile>();
  if (png_image_finish_read(image.get(), nullptr, tile->voxels.data(), 0,
                            nullptr) == 0) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("a broken PNG: {}", image->message));
  }
  tile->Normalize();
  return tile;
}

Result<std::string> EncodePngBlock(const Tile& tile) {
  PngImage image;
  image->width = kBlockSide;
  image->height = kBlockSide;
  image->format = PNG_FORMAT_RGBA;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(*image.get());
  std::string png(size, '\0');
  if (png_image_write_to_memory(image.get(), png.data(), &size, 0,
                                tile.voxels.data(), 0, nullptr) == 0) {
    return Fail(
        StatusCode::kInternal,
        fmt::format("libpng cannot encode a block: {}", image->message));
  }
  png.resize(size);
  return png;
}

}  // namespace goxel
