// A contact sheet: many views of a scene in one picture, in rows of equal
// cells, a label under each. Composed on the CPU from finished views.
//
//   gap | cell 0 | gap | cell 1 | gap      The label of a cell stands in a
//         label 0        label 1           strip below it, and the strip's
//   gap                                    height follows from the cell's.
//   gap | cell 2 | gap
//         label 2
//   gap
//
// Thread safety: all functions may be called from any thread.

#ifndef RENDERER_SHEET_H_
#define RENDERER_SHEET_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "renderer/renderer.h"
#include "renderer/scene/volume.h"

namespace goxel {

struct SheetShape {
  std::size_t cells = 0;
  std::size_t columns = 0;        // 0: as many as there are rows, or one more.
  std::uint32_t cell_width = 0;   // Pixels.
  std::uint32_t cell_height = 0;  // Pixels.
  std::uint32_t gap = 0;          // Pixels between cells and around them all.
  bool labels = true;
};

class SheetLayout {
 public:
  // REQUIRES: a shape of at least one cell, whose sides are at least 1.
  explicit SheetLayout(const SheetShape& shape);

  std::size_t columns() const { return columns_; }
  // Of the whole sheet, in pixels; beyond 32 bits where the shape is.
  std::uint64_t width() const;
  std::uint64_t height() const;

  std::uint32_t cell_width() const { return shape_.cell_width; }
  std::uint32_t cell_height() const { return shape_.cell_height; }

  // Pixels of the sheet for one of the font's; 0 without labels.
  std::uint32_t label_scale() const { return label_scale_; }
  // Letters that fit beneath a cell.
  std::size_t label_letters() const;

  struct Place {
    std::uint32_t x = 0, y = 0;  // Pixels; row 0 is the topmost.
  };
  // The first pixel of a cell, and of the letters of its label. Where they lie
  // is the same for a sheet of fewer rows. REQUIRES: the sheet's sides are
  // below 2^32.
  Place CellAt(std::size_t index) const;
  Place LabelAt(std::size_t index, std::size_t letters) const;

  // How many rows of the sheet, from the top, are final once the cells before
  // `index` are placed.
  std::uint32_t RowsBefore(std::size_t index) const;

 private:
  std::uint64_t RowPitch() const;
  std::size_t rows() const { return (shape_.cells + columns_ - 1) / columns_; }

  SheetShape shape_;
  std::size_t columns_;
  std::uint32_t label_scale_;
  std::uint32_t label_height_;  // Of the strip, in pixels.
};

// These all REQUIRE: `sheet` has the layout's size.

void FillSheet(const PixelTarget& sheet, Color background);

// `pixels` is the finished view: rows of cell_width() * 4 bytes.
void PlaceCell(const PixelTarget& sheet, const SheetLayout& layout,
               std::size_t index, std::span<const std::byte> pixels);

// Centred beneath the cell, cut to its width. Nothing without labels.
void DrawLabel(const PixelTarget& sheet, const SheetLayout& layout,
               std::size_t index, std::string_view text, Color color);

}  // namespace goxel

#endif  // RENDERER_SHEET_H_
