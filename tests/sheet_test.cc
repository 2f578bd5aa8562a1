#include "renderer/sheet.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "renderer/label_font.h"

namespace goxel {
namespace {

constexpr Color kPaper = {250, 240, 230, 255};
constexpr Color kInk = {1, 2, 3, 255};

// A sheet on paper, and its pixels by row and column.
class Sheet {
 public:
  explicit Sheet(const SheetShape& shape)
      : layout(shape),
        pixels(layout.width() * layout.height() * 4, std::byte{77}),
        target{.pixels = pixels,
               .width = static_cast<std::uint32_t>(layout.width()),
               .height = static_cast<std::uint32_t>(layout.height()),
               .stride_bytes = static_cast<std::uint32_t>(layout.width() * 4)} {
    FillSheet(target, kPaper);
  }

  Color At(std::uint32_t x, std::uint32_t y) const {
    const std::size_t at = (std::size_t{y} * target.width + x) * 4;
    const auto channel = [&](std::size_t c) {
      return std::to_integer<std::uint8_t>(pixels[at + c]);
    };
    return {channel(0), channel(1), channel(2), channel(3)};
  }

  std::size_t Count(Color color) const {
    std::size_t count = 0;
    for (std::uint32_t y = 0; y < target.height; ++y) {
      for (std::uint32_t x = 0; x < target.width; ++x) {
        count += At(x, y) == color ? 1 : 0;
      }
    }
    return count;
  }

  const SheetLayout layout;
  std::vector<std::byte> pixels;
  const PixelTarget target;
};

std::vector<std::byte> Cell(const SheetLayout& layout, std::uint8_t value) {
  return std::vector<std::byte>(
      std::size_t{layout.cell_width()} * layout.cell_height() * 4,
      std::byte{value});
}

TEST(SheetTest, CellsStandInAsManyColumnsAsRowsWithGapsAroundThem) {
  const SheetLayout layout({.cells = 7,
                            .cell_width = 30,
                            .cell_height = 20,
                            .gap = 5,
                            .labels = false});
  EXPECT_EQ(layout.columns(), 3u);
  EXPECT_EQ(layout.width(), 3 * 30 + 4 * 5u);
  EXPECT_EQ(layout.height(), 3 * 20 + 4 * 5u);
  EXPECT_EQ(layout.CellAt(0).x, 5u);
  EXPECT_EQ(layout.CellAt(0).y, 5u);
  EXPECT_EQ(layout.CellAt(5).x, 75u);
  EXPECT_EQ(layout.CellAt(5).y, 30u);
}

TEST(SheetTest, ColumnsThatAreAskedForAreNoMoreThanTheCells) {
  SheetShape shape{.cells = 4, .columns = 9, .cell_width = 8, .cell_height = 8};
  EXPECT_EQ(SheetLayout(shape).columns(), 4u);
  shape.columns = 1;
  EXPECT_EQ(SheetLayout(shape).columns(), 1u);
  EXPECT_EQ(SheetLayout(shape).width(), 8u);
}

TEST(SheetTest, SizesBeyond32BitsAreTold) {
  const SheetLayout layout({.cells = 1'000'000,
                            .columns = 1'000'000,
                            .cell_width = 16384,
                            .cell_height = 16384});
  EXPECT_EQ(layout.width(), 16'384'000'000u);
}

TEST(SheetTest, EachCellIsInItsPlaceAndNowhereElse) {
  Sheet sheet({.cells = 3,
               .cell_width = 4,
               .cell_height = 3,
               .gap = 2,
               .labels = false});
  for (std::uint8_t i = 0; i < 3; ++i) {
    PlaceCell(sheet.target, sheet.layout, i, Cell(sheet.layout, i));
  }

  for (std::uint8_t i = 0; i < 3; ++i) {
    const auto place = sheet.layout.CellAt(i);
    EXPECT_EQ(sheet.At(place.x, place.y), (Color{i, i, i, i}));
    EXPECT_EQ(sheet.At(place.x + 3, place.y + 2), (Color{i, i, i, i}));
    EXPECT_EQ(sheet.Count({i, i, i, i}), 12u);
  }
  EXPECT_EQ(sheet.Count(kPaper), sheet.pixels.size() / 4 - 3 * 12);
}

TEST(SheetTest, ALabelIsCentredBelowItsCellAndTouchesNoCell) {
  Sheet sheet({.cells = 2,
               .columns = 2,
               .cell_width = 60,
               .cell_height = 40,
               .gap = 3});
  for (const std::size_t i : {0, 1}) {
    PlaceCell(sheet.target, sheet.layout, i, Cell(sheet.layout, 9));
  }
  DrawLabel(sheet.target, sheet.layout, 1, "HH", kInk);

  EXPECT_EQ(sheet.Count({9, 9, 9, 9}), 2 * 60 * 40u);
  const auto cell = sheet.layout.CellAt(1);
  const auto label = sheet.layout.LabelAt(1, 2);
  EXPECT_GE(label.y, cell.y + 40);
  const std::uint32_t width = kGlyphAdvance + kGlyphWidth;
  EXPECT_EQ(label.x - cell.x, (60 - width) / 2);
  EXPECT_EQ(sheet.At(label.x, label.y), kInk);
  EXPECT_EQ(sheet.At(label.x + width - 1, label.y), kInk);
  EXPECT_EQ(sheet.Count(kInk), 2 * 17u);  // An H has 17 pixels.
}

TEST(SheetTest, ALabelThatIsTooLongStaysWithinItsCell) {
  Sheet sheet({.cells = 3,
               .columns = 3,
               .cell_width = 20,
               .cell_height = 20,
               .gap = 9});
  DrawLabel(sheet.target, sheet.layout, 1, std::string(100, '#'), kInk);

  const auto cell = sheet.layout.CellAt(1);
  for (std::uint32_t y = 0; y < sheet.target.height; ++y) {
    for (std::uint32_t x = 0; x < sheet.target.width; ++x) {
      if (sheet.At(x, y) != kInk) continue;
      EXPECT_GE(x, cell.x);
      EXPECT_LT(x, cell.x + 20);
    }
  }
  EXPECT_GT(sheet.Count(kInk), 0u);
}

TEST(SheetTest, CellsTooNarrowForALetterHaveNoLabel) {
  Sheet sheet({.cells = 4, .cell_width = 3, .cell_height = 3, .gap = 1});
  DrawLabel(sheet.target, sheet.layout, 0, "x", kInk);
  EXPECT_EQ(sheet.Count(kInk), 0u);
}

TEST(SheetTest, LettersGrowWithTheCells) {
  SheetShape shape{.cells = 1, .cell_width = 512, .cell_height = 512};
  EXPECT_EQ(SheetLayout(shape).label_scale(), 3u);
  shape.cell_width = 64;
  EXPECT_EQ(SheetLayout(shape).label_scale(), 1u);
  shape.labels = false;
  EXPECT_EQ(SheetLayout(shape).label_scale(), 0u);
}

TEST(SheetTest, RowsAreFinalWhenAllTheirCellsArePlaced) {
  const SheetLayout layout(
      {.cells = 5, .columns = 2, .cell_width = 10, .cell_height = 10});
  EXPECT_EQ(layout.RowsBefore(1), 0u);
  EXPECT_EQ(layout.RowsBefore(2), layout.CellAt(2).y);
  EXPECT_EQ(layout.RowsBefore(5), layout.height());
}

}  // namespace
}  // namespace goxel
