#include "clients/c/image.h"

namespace {

using goxel::PixelFormat;

static_assert(GOXEL_RGBA8 == static_cast<int>(PixelFormat::kRgba8));
static_assert(GOXEL_FLOAT32 == static_cast<int>(PixelFormat::kFloat32));
static_assert(GOXEL_INT8X4 == static_cast<int>(PixelFormat::kInt8x4));
static_assert(GOXEL_UINT8 == static_cast<int>(PixelFormat::kUint8));
static_assert(GOXEL_UINT16 == static_cast<int>(PixelFormat::kUint16));
static_assert(GOXEL_INT16X4 == static_cast<int>(PixelFormat::kInt16x4));

}  // namespace

const void* goxel_image_pixels(const goxel_image* image) {
  return image->pixels.pixels().data();
}

size_t goxel_image_size(const goxel_image* image) {
  return image->pixels.pixels().size();
}

uint32_t goxel_image_width(const goxel_image* image) {
  return image->pixels.width();
}

uint32_t goxel_image_height(const goxel_image* image) {
  return image->pixels.height();
}

uint32_t goxel_image_stride(const goxel_image* image) {
  return image->pixels.stride_bytes();
}

goxel_pixel_format goxel_image_pixel_format(const goxel_image* image) {
  return static_cast<goxel_pixel_format>(image->pixels.pixel_format());
}

uint64_t goxel_image_render_id(const goxel_image* image) { return image->id; }

const char* goxel_image_reply(const goxel_image* image) {
  return image->reply.c_str();
}

void goxel_image_free(goxel_image* image) { delete image; }

const char* goxel_file_path(const goxel_file* file) {
  return file->render.path.c_str();
}

const void* goxel_file_data(const goxel_file* file) {
  const auto& picture = file->render.picture;
  return picture.empty() ? nullptr : picture.data();
}

uint64_t goxel_file_size(const goxel_file* file) {
  const auto& picture = file->render.picture;
  return picture.empty() ? file->render.size_bytes : picture.size();
}

uint64_t goxel_file_render_id(const goxel_file* file) {
  return file->render.id;
}

const char* goxel_file_reply(const goxel_file* file) {
  return file->reply.c_str();
}

void goxel_file_free(goxel_file* file) { delete file; }
