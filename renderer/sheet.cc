#include "renderer/sheet.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "renderer/label_font.h"

namespace goxel {
namespace {

// A letter is a 21st of the cell's lesser side.
constexpr std::uint32_t kCellPixelsPerScale = 170;
constexpr std::uint32_t kMaxLabelScale = 16;
// Above and below the letters, in pixels of the font.
constexpr std::uint32_t kLabelPadding = 2;

// The least number of columns that needs no more rows.
std::size_t SquareColumns(std::size_t cells) {
  std::size_t columns = 1;
  while (columns * columns < cells) ++columns;
  return columns;
}

std::uint32_t LabelScale(const SheetShape& shape) {
  if (!shape.labels) return 0;
  const std::uint32_t side = std::min(shape.cell_width, shape.cell_height);
  return std::clamp(side / kCellPixelsPerScale, 1u, kMaxLabelScale);
}

std::array<std::byte, 4> BytesOf(Color color) {
  return {std::byte{color.r}, std::byte{color.g}, std::byte{color.b},
          std::byte{color.a}};
}

// `width` pixels of row `y` from column `x` on.
std::span<std::byte> RowPart(const PixelTarget& sheet, std::uint32_t x,
                             std::uint32_t y, std::uint32_t width) {
  return sheet.pixels.subspan(
      std::size_t{y} * sheet.stride_bytes + std::size_t{x} * 4,
      std::size_t{width} * 4);
}

void FillPixels(std::span<std::byte> row, Color color) {
  const auto bytes = BytesOf(color);
  for (std::size_t at = 0; at < row.size(); at += bytes.size()) {
    std::memcpy(row.data() + at, bytes.data(), bytes.size());
  }
}

void DrawLetter(const PixelTarget& sheet, SheetLayout::Place place, char letter,
                std::uint32_t scale, Color color) {
  for (std::uint32_t y = 0; y < kGlyphHeight * scale; ++y) {
    for (std::uint32_t x = 0; x < kGlyphWidth; ++x) {
      if (!GlyphHasInk(letter, x, y / scale)) continue;
      FillPixels(RowPart(sheet, place.x + x * scale, place.y + y, scale),
                 color);
    }
  }
}

}  // namespace

SheetLayout::SheetLayout(const SheetShape& shape)
    : shape_(shape),
      columns_(shape.columns != 0 ? std::min(shape.columns, shape.cells)
                                  : SquareColumns(shape.cells)),
      label_scale_(LabelScale(shape)),
      label_height_(label_scale_ * (kGlyphHeight + 2 * kLabelPadding)) {}

std::uint64_t SheetLayout::RowPitch() const {
  return std::uint64_t{shape_.cell_height} + label_height_ + shape_.gap;
}

std::uint64_t SheetLayout::width() const {
  return columns_ * (std::uint64_t{shape_.cell_width} + shape_.gap) +
         shape_.gap;
}

std::uint64_t SheetLayout::height() const {
  return rows() * RowPitch() + shape_.gap;
}

std::size_t SheetLayout::label_letters() const {
  if (label_scale_ == 0) return 0;
  // The last letter needs no room behind it.
  const std::uint32_t gap = kGlyphAdvance - kGlyphWidth;
  return (shape_.cell_width / label_scale_ + gap) / kGlyphAdvance;
}

SheetLayout::Place SheetLayout::CellAt(std::size_t index) const {
  const std::uint64_t x =
      shape_.gap +
      index % columns_ * (std::uint64_t{shape_.cell_width} + shape_.gap);
  const std::uint64_t y = shape_.gap + index / columns_ * RowPitch();
  return {static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y)};
}

SheetLayout::Place SheetLayout::LabelAt(std::size_t index,
                                        std::size_t letters) const {
  Place place = CellAt(index);
  place.y += shape_.cell_height + kLabelPadding * label_scale_;
  if (letters == 0) return place;
  const std::size_t gap = kGlyphAdvance - kGlyphWidth;
  const std::size_t width = (letters * kGlyphAdvance - gap) * label_scale_;
  place.x += static_cast<std::uint32_t>((shape_.cell_width - width) / 2);
  return place;
}

std::uint32_t SheetLayout::RowsBefore(std::size_t index) const {
  if (index >= shape_.cells) return static_cast<std::uint32_t>(height());
  return static_cast<std::uint32_t>(index / columns_ * RowPitch());
}

void FillSheet(const PixelTarget& sheet, Color background) {
  for (std::uint32_t y = 0; y < sheet.height; ++y) {
    FillPixels(RowPart(sheet, 0, y, sheet.width), background);
  }
}

void PlaceCell(const PixelTarget& sheet, const SheetLayout& layout,
               std::size_t index, std::span<const std::byte> pixels) {
  const SheetLayout::Place place = layout.CellAt(index);
  const std::size_t row_bytes = std::size_t{layout.cell_width()} * 4;
  for (std::uint32_t y = 0; y < layout.cell_height(); ++y) {
    std::ranges::copy(
        pixels.subspan(y * row_bytes, row_bytes),
        RowPart(sheet, place.x, place.y + y, layout.cell_width()).begin());
  }
}

void DrawLabel(const PixelTarget& sheet, const SheetLayout& layout,
               std::size_t index, std::string_view text, Color color) {
  const std::string letters = FitLabel(text, layout.label_letters());
  SheetLayout::Place place = layout.LabelAt(index, letters.size());
  for (const char letter : letters) {
    DrawLetter(sheet, place, letter, layout.label_scale(), color);
    place.x += kGlyphAdvance * layout.label_scale();
  }
}

}  // namespace goxel
