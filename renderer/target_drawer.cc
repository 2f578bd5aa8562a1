#include "renderer/target_drawer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "renderer/gl/imported_texture.h"
#include "renderer/gl/lent_pages.h"
#include "renderer/sample_average.h"
#include "renderer/stopwatch.h"

namespace goxel {
namespace {

// A picture drawn in bands has at most eight, since each costs the whole scene
// its way through the vertex shader, and none of less than 128 rows.
constexpr std::uint32_t kMaxBands = 8;
constexpr std::uint32_t kMinBandRows = 128;
// The rasteriser works on tiles of this side; a band ends where tiles do.
constexpr std::uint32_t kTileRows = 64;

// Samples are read back in pieces that stay in a core's cache.
constexpr std::size_t kSampleBytes = std::size_t{1} << 20;

// The whole height of a part unless somebody waits for bands. What looks at
// neighbouring samples needs the rows below a band, too.
std::uint32_t BandRows(const PictureInputs& picture, const PicturePart& part) {
  const PixelTarget& target = picture.target;
  if (!target.rows_done || picture.look.apron > 0 ||
      part.width < target.width) {
    return part.height;
  }
  const std::uint32_t even = (target.height + kMaxBands - 1) / kMaxBands;
  const std::uint32_t tiles = (even + kTileRows - 1) / kTileRows;
  return std::max(kMinBandRows, tiles * kTileRows);
}

std::byte* PixelsAt(const PixelTarget& target, std::uint32_t x,
                    std::uint32_t y) {
  return target.pixels.data() + std::size_t{y} * target.stride_bytes +
         std::size_t{x} * 4;
}

GLint Int(std::uint32_t value) { return static_cast<GLint>(value); }

}  // namespace

Status TargetDrawer::Draw(const PictureInputs& picture, DrawReport& report) {
  const PixelTarget& target = picture.target;
  const std::vector<PicturePart> parts =
      PartsOf({.width = target.width,
               .height = target.height,
               .samples_per_side = picture.samples_per_side,
               .apron = picture.look.apron});
  if (parts.size() == 1 && MayDrawInto(picture)) {
    Status status = DrawZeroCopy(picture, parts.front(), report);
    if (status.code() != StatusCode::kUnavailable) return status;
  }
  return DrawAndCopy(picture, parts, report);
}

bool TargetDrawer::MayDrawInto(const PictureInputs& picture) const {
  const PixelTarget& target = picture.target;
  return zero_copy_ && target.memory && picture.samples_per_side == 1 &&
         SupportsZeroCopy(target.width, target.height) &&
         target.stride_bytes == target.width * 4;
}

// kUnavailable when the GL does not take this target.
Status TargetDrawer::DrawZeroCopy(const PictureInputs& picture,
                                  const PicturePart& whole,
                                  DrawReport& report) {
  const PixelTarget& target = picture.target;
  Stopwatch stopwatch;
  const auto texture =
      ImportedTexture::Import(gl_, *target.memory, target.width, target.height);
  if (!texture) return texture.error();
  const LentPages lent(target.memory->fd, target.pixels.data());
  Status status = frame_.Bind(target.width, target.height, texture->id());
  if (!status.ok()) {
    frame_.Release();
    return Fail(StatusCode::kUnavailable, status.message());
  }
  status = DrawPart(picture, whole, [&](Band band) {
    if (target.rows_done) target.rows_done(band.end());
    return Status();
  });
  frame_.Release();
  report.path = PixelPath::kZeroCopy;
  report.draw_ns = stopwatch.Lap();
  return status;
}

Status TargetDrawer::DrawAndCopy(const PictureInputs& picture,
                                 const std::vector<PicturePart>& parts,
                                 DrawReport& report) {
  const PixelTarget& target = picture.target;
  report.path = PixelPath::kReadBack;
  Stopwatch stopwatch;
  Status status;
  for (const PicturePart& part : parts) {
    status = frame_.Bind(part.window.width, part.window.height, /*texture=*/0);
    if (!status.ok()) break;
    status = DrawPart(picture, part, [&](Band band) {
      report.draw_ns += stopwatch.Lap();
      Status copied = picture.samples_per_side == 1
                          ? CopyBand(picture, part, band)
                          : AverageBand(picture, part, band);
      report.read_ns += stopwatch.Lap();
      const bool is_last_of_rows = part.x + part.width == target.width;
      if (copied.ok() && is_last_of_rows && target.rows_done) {
        target.rows_done(band.end());
      }
      return copied;
    });
    if (!status.ok()) break;
  }
  frame_.Release();
  return status;
}

// Draws the bands of a part from the top; `finished` is called for each as soon
// as the rasteriser is done with it.
template <typename Finished>
Status TargetDrawer::DrawPart(const PictureInputs& picture,
                              const PicturePart& part,
                              const Finished& finished) {
  const std::uint32_t rows = BandRows(picture, part);
  const std::uint32_t end = part.y + part.height;
  for (Band band{.first = part.y}; band.first < end; band.first = band.end()) {
    band.count = std::min(rows, end - band.first);
    Status status = DrawBand(picture, part, band);
    if (status.ok()) status = finished(band);
    if (!status.ok()) return status;
  }
  return {};
}

// Leaves all other rows of the frame as they are.
Status TargetDrawer::DrawBand(const PictureInputs& picture,
                              const PicturePart& part, Band band) {
  const Window& window = part.window;
  const bool is_part = band.count < part.height;
  if (is_part) {
    const std::uint32_t side = picture.samples_per_side;
    gl_.Enable(GL_SCISSOR_TEST);
    gl_.Scissor(0, Int(band.first * side - window.y), Int(window.width),
                Int(band.count * side));
  }
  Status drawn =
      pass_.Draw(picture.mesh, picture.camera, picture.look, window, frame_);
  gl_.Finish();
  if (is_part) gl_.Disable(GL_SCISSOR_TEST);
  if (!drawn.ok()) return drawn;
  return TakeGlError(
      gl_,
      fmt::format("draw rows {} to {} of {} x {} pixels", band.first,
                  band.end() - 1, picture.target.width, picture.target.height));
}

Status TargetDrawer::CopyBand(const PictureInputs& picture,
                              const PicturePart& part, Band band) {
  const PixelTarget& target = picture.target;
  gl_.PixelStorei(GL_PACK_ROW_LENGTH, Int(target.stride_bytes / 4));
  gl_.ReadPixels(Int(part.x - part.window.x), Int(band.first - part.window.y),
                 Int(part.width), Int(band.count), GL_RGBA, GL_UNSIGNED_BYTE,
                 PixelsAt(target, part.x, band.first));
  return TakeGlError(gl_, "read a picture back");
}

Status TargetDrawer::AverageBand(const PictureInputs& picture,
                                 const PicturePart& part, Band band) {
  const std::uint32_t side = picture.samples_per_side;
  const std::size_t sample_stride = std::size_t{part.width} * side * 4;
  const std::uint32_t rows_at_once = std::max(
      1u, static_cast<std::uint32_t>(kSampleBytes / (sample_stride * side)));
  samples_.resize(sample_stride * side * rows_at_once);
  gl_.PixelStorei(GL_PACK_ROW_LENGTH, 0);
  for (std::uint32_t row = band.first; row < band.end(); row += rows_at_once) {
    const std::uint32_t rows = std::min(rows_at_once, band.end() - row);
    gl_.ReadPixels(Int(part.x * side - part.window.x),
                   Int(row * side - part.window.y), Int(part.width * side),
                   Int(rows * side), GL_RGBA, GL_UNSIGNED_BYTE,
                   samples_.data());
    AverageSamples({.first = samples_.data(),
                    .stride_bytes = sample_stride,
                    .per_side = side},
                   {.first = PixelsAt(picture.target, part.x, row),
                    .stride_bytes = picture.target.stride_bytes,
                    .width = part.width,
                    .count = rows});
  }
  return TakeGlError(gl_, "read the samples of a picture");
}

}  // namespace goxel
