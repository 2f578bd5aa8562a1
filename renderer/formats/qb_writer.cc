#include "renderer/formats/qb_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "renderer/formats/chunk_content.h"
#include "renderer/formats/piece_writer.h"
#include "renderer/formats/qb_words.h"
#include "renderer/formats/shown_layers.h"
#include "renderer/formats/sorted_tiles.h"

namespace goxel {
namespace {

constexpr std::size_t kMaxNameBytes = 255;
// Of a matrix: then a run of empty cells, which may take all of a slice but
// two, has a length of 32 bits, and empty slices take little room.
constexpr std::int64_t kMaxSide = 1 << 16;

// The words of one slice: equal colours in a row are a run.
class SliceWriter {
 public:
  explicit SliceWriter(PieceWriter& out) : out_(out) {}

  void Put(std::uint32_t color, std::uint32_t count) {
    if (count == 0) return;
    if (color != color_) EndRun();
    color_ = color;
    count_ += count;
  }

  // What is left of the slice is empty.
  void End() {
    EndRun();
    out_.Append(MemoryOf(kQbEndOfSlice));
  }

 private:
  void EndRun() {
    constexpr std::uint32_t kRunWords = 3;
    if (count_ >= kRunWords) {
      const std::array<std::uint32_t, kRunWords> run = {kQbRun, count_, color_};
      out_.Append(MemoryOf(run));
    } else {
      for (std::uint32_t i = 0; i < count_; ++i) out_.Append(MemoryOf(color_));
    }
    count_ = 0;
  }

  PieceWriter& out_;
  std::uint32_t color_ = 0;
  std::uint32_t count_ = 0;
};

// Alpha is all or nothing, so that no colour reads like a mark above.
std::uint32_t WordOf(Color color) {
  if (color.a < kSolidAlpha) return 0;
  return color.r | std::uint32_t{color.g} << 8 | std::uint32_t{color.b} << 16 |
         0xFF000000u;
}

// Writes the voxels of one volume inside `box`, slice by slice along y, in each
// slice row by row along z.
class MatrixWriter {
 public:
  MatrixWriter(const Volume& volume, const Box& box, PieceWriter& out)
      : box_(box), out_(out), tiles_(SortedTiles(volume)) {
    std::ranges::stable_sort(
        tiles_, {}, [](const PlacedTile& placed) { return placed.coord.y; });
  }

  void Write() {
    auto first = tiles_.begin();
    for (std::int64_t y = box_.min[1]; y < box_.max[1] && out_.ok(); ++y) {
      while (first != tiles_.end() && first->coord.y < (y >> 4)) ++first;
      const auto last = std::find_if(first, tiles_.end(), [y](const auto& t) {
        return t.coord.y != (y >> 4);
      });
      WriteSlice(y, {first, last});
    }
  }

 private:
  using Tiles = std::span<const PlacedTile>;

  void WriteSlice(std::int64_t y, Tiles tiles) {
    SliceWriter slice(out_);
    next_ = 0;
    while (!tiles.empty()) {
      const auto last = std::ranges::find_if(tiles, [&](const auto& placed) {
        return placed.coord.z != tiles.front().coord.z;
      });
      const Tiles row(tiles.begin(), last);
      WriteRows(y, row, slice);
      tiles = tiles.subspan(row.size());
    }
    slice.End();
  }

  // The up to 16 rows that tiles of one height reach.
  void WriteRows(std::int64_t y, Tiles tiles, SliceWriter& slice) {
    const std::int64_t bottom = tiles.front().corner().z;
    const std::int64_t top = std::min(bottom + kTileSide, box_.max[2]);
    for (std::int64_t z = std::max(bottom, box_.min[2]); z < top; ++z) {
      for (const PlacedTile& placed : tiles) WriteRow(y, z, placed, slice);
    }
  }

  void WriteRow(std::int64_t y, std::int64_t z, const PlacedTile& placed,
                SliceWriter& slice) {
    const std::int64_t width = box_.max[0] - box_.min[0];
    const std::int64_t left = placed.corner().x;
    const std::int64_t right = std::min(left + kTileSide, box_.max[0]);
    for (std::int64_t x = std::max(left, box_.min[0]); x < right; ++x) {
      const std::uint32_t word =
          WordOf(placed.tile->voxels[static_cast<std::size_t>(
              Tile::IndexOf(static_cast<int>(x & 15), static_cast<int>(y & 15),
                            static_cast<int>(z & 15)))]);
      if (word == 0) continue;
      const std::int64_t place = (z - box_.min[2]) * width + (x - box_.min[0]);
      slice.Put(0, static_cast<std::uint32_t>(place - next_));
      slice.Put(word, 1);
      next_ = place + 1;
    }
  }

  const Box box_;
  PieceWriter& out_;
  std::vector<PlacedTile> tiles_;  // By y, then z, then x.
  std::int64_t next_ = 0;          // Cells of the slice that are written.
};

struct Matrix {
  ShownLayer shown;
  Box box;  // Of its solid voxels.

  const std::string& name() const { return shown.layer->name; }
};

// Size and position in Qubicle's order of axes: its Y is our z.
void WriteHeader(const Matrix& matrix, PieceWriter& out) {
  const std::string_view name = FittingName(matrix.name(), kMaxNameBytes);
  out.Append(MemoryOf(static_cast<std::uint8_t>(name.size())));
  out.Append(name);
  for (const std::size_t axis : {0u, 2u, 1u}) {
    const std::int64_t side = matrix.box.max[axis] - matrix.box.min[axis];
    out.Append(MemoryOf(static_cast<std::uint32_t>(side)));
  }
  for (const std::size_t axis : {0u, 2u, 1u}) {
    out.Append(MemoryOf(static_cast<std::int32_t>(matrix.box.min[axis])));
  }
}

Status CheckSides(const Matrix& matrix) {
  constexpr std::string_view kAxes = "xyz";
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::int64_t min = matrix.box.min[axis];
    const std::int64_t max = matrix.box.max[axis];
    if (max - min <= kMaxSide) continue;
    return {StatusCode::kTooLarge,
            fmt::format("layer \"{}\" reaches from {} = {} to {}; a .qb file "
                        "is written for at most {} voxels",
                        matrix.name(), kAxes[axis], min, max - 1, kMaxSide)};
  }
  return {};
}

Result<std::vector<Matrix>> MatricesOf(const Scene& scene) {
  std::vector<Matrix> matrices;
  for (ShownLayer& shown : ShownLayers(scene)) {
    const auto box = shown.volume.Bounds(kSolidAlpha);
    if (!box) continue;
    matrices.push_back({std::move(shown), *box});
    if (Status fits = CheckSides(matrices.back()); !fits.ok()) {
      return Fail(fits);
    }
  }
  return matrices;
}

}  // namespace

Status WriteQb(const Scene& scene, const SceneSink& sink) {
  const auto matrices = MatricesOf(scene);
  if (!matrices) return matrices.error();
  PieceWriter out(sink);
  // Version 1.1.0.0, RGBA, right-handed, compressed, no visibility mask.
  const std::array<std::uint32_t, 6> header = {
      0x101, 0, 1, 1, 0, static_cast<std::uint32_t>(matrices->size())};
  out.Append(MemoryOf(header));
  for (const Matrix& matrix : *matrices) {
    WriteHeader(matrix, out);
    MatrixWriter(matrix.shown.volume, matrix.box, out).Write();
  }
  return out.Finish();
}

}  // namespace goxel
