#include "renderer/formats/png_slices_writer.h"

#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <map>
#include <optional>
#include <vector>

#include "renderer/formats/sorted_tiles.h"

namespace goxel {
namespace {

// Writes a picture row by row. libpng reports errors by longjmp(), which must
// not leave a frame with objects to destroy: only the two methods that call
// setjmp() may call libpng, and they have none.
class PngRows {
 public:
  explicit PngRows(const SceneSink& sink) : sink_(sink) {
    png_ = png_create_write_struct(PNG_LIBPNG_VER_STRING, this, &OnError,
                                   &OnWarning);
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
  }
  ~PngRows() { png_destroy_write_struct(&png_, &info_); }
  PngRows(const PngRows&) = delete;
  PngRows& operator=(const PngRows&) = delete;

  Status Begin(std::uint32_t width, std::uint32_t height) {
    if (info_ == nullptr) {
      return {StatusCode::kTooLarge, "no memory left for a PNG"};
    }
    if (setjmp(png_jmpbuf(png_)) != 0) return status_;
    png_set_write_fn(png_, this, &OnBytes, nullptr);
    png_set_compression_level(png_, kCompressionLevel);
    png_set_IHDR(png_, info_, width, height, 8, PNG_COLOR_TYPE_RGBA,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_set_sRGB(png_, info_, PNG_sRGB_INTENT_PERCEPTUAL);
    png_write_info(png_, info_);
    return {};
  }

  // REQUIRES: Begin() was OK, and `row` has as many pixels as it was told.
  Status Add(const std::vector<Color>& row) {
    if (setjmp(png_jmpbuf(png_)) != 0) return status_;
    png_write_row(png_, reinterpret_cast<png_const_bytep>(row.data()));
    return {};
  }

  Status Finish() {
    if (setjmp(png_jmpbuf(png_)) != 0) return status_;
    png_write_end(png_, info_);
    return {};
  }

 private:
  // Slices are few colours in flat areas; more effort gains next to nothing.
  static constexpr int kCompressionLevel = 3;

  static void OnBytes(png_structp png, png_bytep bytes, png_size_t size) {
    auto* self = static_cast<PngRows*>(png_get_io_ptr(png));
    self->status_ = self->sink_({reinterpret_cast<const char*>(bytes), size});
    if (!self->status_.ok()) png_longjmp(png, 1);
  }

  [[noreturn]] static void OnError(png_structp png, png_const_charp message) {
    auto* self = static_cast<PngRows*>(png_get_error_ptr(png));
    self->status_ = {StatusCode::kInternal, fmt::format("libpng: {}", message)};
    png_longjmp(png, 1);
  }

  static void OnWarning(png_structp /*png*/, png_const_charp /*message*/) {}

  const SceneSink& sink_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  Status status_;
};

struct Slices {
  Box box;
  std::int64_t width = 0, height = 0, depth = 0;  // Cells.
};

// Where the slices lie, or why there can be no picture of them.
Result<Slices> PlaceSlices(const Scene& scene, const Volume& volume) {
  const std::optional<Box> box =
      scene.image_box ? scene.image_box : volume.Bounds();
  if (!box) {
    return Fail(StatusCode::kInvalidArgument,
                "the scene has no voxel, and a PNG has at least one pixel; add "
                "a voxel before exporting slices");
  }
  Slices slices{.box = *box};
  slices.width = box->max[0] - box->min[0];
  slices.height = box->max[1] - box->min[1];
  slices.depth = box->max[2] - box->min[2];
  if (slices.width <= 0 || slices.height <= 0 || slices.depth <= 0) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("the scene's box of {} x {} x {} cells is empty",
                            slices.width, slices.height, slices.depth));
  }
  const bool fits =
      slices.width <= kMaxSlicesWidth / slices.depth &&
      slices.height <= kMaxSlicesPixels / (slices.width * slices.depth);
  if (fits) return slices;
  return Fail(
      StatusCode::kTooLarge,
      fmt::format("{} slices of {} x {} cells make a picture wider than {} or "
                  "of more than {} pixels; export a smaller scene",
                  slices.depth, slices.width, slices.height, kMaxSlicesWidth,
                  kMaxSlicesPixels));
}

// The tiles by their y coordinate.
std::map<std::int32_t, std::vector<PlacedTile>> TilesByY(const Volume& volume) {
  std::map<std::int32_t, std::vector<PlacedTile>> tiles;
  for (const PlacedTile& placed : SortedTiles(volume)) {
    tiles[placed.coord.y].push_back(placed);
  }
  return tiles;
}

// Puts the voxels of a tile that have this y into their row of the picture.
void CopyRow(const PlacedTile& placed, int y, const Slices& slices,
             std::vector<Color>& row) {
  const auto& [coord, tile] = placed;
  const std::int64_t first_x = std::int64_t{coord.x} * kTileSide;
  const std::int64_t first_z = std::int64_t{coord.z} * kTileSide;
  const auto& [low, high] = slices.box;
  const std::int64_t from = std::max(first_x, low[0]);
  const std::int64_t to = std::min(first_x + kTileSide, high[0]);
  for (int z = 0; z < kTileSide; ++z) {
    if (first_z + z < low[2] || first_z + z >= high[2]) continue;
    const std::int64_t column = (first_z + z - low[2]) * slices.width - low[0];
    for (std::int64_t x = from; x < to; ++x) {
      const int index = Tile::IndexOf(static_cast<int>(x - first_x), y, z);
      row[static_cast<std::size_t>(column + x)] =
          tile->voxels[static_cast<std::size_t>(index)];
    }
  }
}

}  // namespace

Status WritePngSlices(const Scene& scene, const SceneSink& sink) {
  const Volume volume = Composite(scene);
  const Result<Slices> slices = PlaceSlices(scene, volume);
  if (!slices) return slices.error();
  PngRows png(sink);
  Status status =
      png.Begin(static_cast<std::uint32_t>(slices->width * slices->depth),
                static_cast<std::uint32_t>(slices->height));
  const auto tiles = TilesByY(volume);
  std::vector<Color> row(
      static_cast<std::size_t>(slices->width * slices->depth));
  for (std::int64_t y = slices->box.min[1];
       status.ok() && y < slices->box.max[1]; ++y) {
    std::ranges::fill(row, Color{});
    const auto found = tiles.find(static_cast<std::int32_t>(y >> 4));
    if (found != tiles.end()) {
      for (const PlacedTile& tile : found->second) {
        CopyRow(tile, static_cast<int>(y & 15), *slices, row);
      }
    }
    status = png.Add(row);
  }
  return status.ok() ? png.Finish() : status;
}

}  // namespace goxel
