#include "transfer/raw_encoders.h"

#include <fmt/core.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "ipc/pam_header.h"

namespace goxel {
namespace {

// Writes `row` without its alphas to `rgb`.
void DropAlpha(std::span<const std::byte> row, std::span<std::byte> rgb) {
  std::byte* out = rgb.data();
  for (std::size_t i = 0; i < row.size(); i += 4) {
    *out++ = row[i];
    *out++ = row[i + 1];
    *out++ = row[i + 2];
  }
}

}  // namespace

Status EncodePpm(const PixelView& image, const ByteSink& sink) {
  if (Status checked = CheckPixels(image); !checked.ok()) return checked;
  const std::string header =
      fmt::format("P6\n{} {}\n255\n", image.width, image.height);
  Status status = sink(std::as_bytes(std::span(header)));
  std::vector<std::byte> rgb(std::size_t{image.width} * 3);
  for (std::uint32_t y = 0; status.ok() && y < image.height; ++y) {
    DropAlpha(image.Row(y), rgb);
    status = sink(rgb);
  }
  return status;
}

Status EncodePam(const PixelView& image, const RenderRecord& record,
                 const ByteSink& sink) {
  if (Status checked = CheckPixels(image); !checked.ok()) return checked;
  if (record.width != image.width || record.height != image.height) {
    return Fail(
        StatusCode::kInvalidArgument,
        fmt::format("the record says {}x{} pixels, the image has {}x{}",
                    record.width, record.height, image.width, image.height));
  }
  std::array<std::byte, kPamHeaderBytes> header;
  WritePamHeader(record, header);
  Status status = sink(header);
  for (std::uint32_t y = 0; status.ok() && y < image.height; ++y) {
    status = sink(image.Row(y));
  }
  return status;
}

}  // namespace goxel
