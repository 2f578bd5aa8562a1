// How open the corners of faces are: corners in nooks get less of the light
// that comes from everywhere.
//
// Three cells stand around a corner of a face, in the layer in front of it: one
// at each of the two sides that meet there, and one between these. A corner
// between two occupied sides is closed (0); otherwise each occupied cell takes
// one off 3. (Mikola Lysenko, "Ambient occlusion for Minecraft-like worlds",
// 0fps.net, 2013.)

#ifndef RENDERER_CORNER_OPENNESS_H_
#define RENDERER_CORNER_OPENNESS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "renderer/chunk_cells.h"
#include "renderer/face.h"

namespace goxel {

// Of the faces of one row of 64 cells that look in one direction. Bits of a
// word are cells; corners are numbered as in MeshVertex::corner: bit 0 says the
// upper end of the face's first axis, bit 1 of its second.
struct CornerOpenness {
  static constexpr std::uint64_t kAll = ~std::uint64_t{0};

  // The upper and the lower bit of the openness of each corner.
  std::array<std::uint64_t, 4> high = {kAll, kAll, kAll, kAll};
  std::array<std::uint64_t, 4> low = {kAll, kAll, kAll, kAll};

  // From 0, closed, to 3.
  std::array<std::uint8_t, 4> At(int x) const {
    const auto of = [&](std::size_t corner) {
      return static_cast<std::uint8_t>((high[corner] >> x & 1) << 1 |
                                       (low[corner] >> x & 1));
    };
    return {of(0), of(1), of(2), of(3)};
  }
};

// Of the cells `faces` of a row, which have a face that looks that way.
CornerOpenness OpennessOf(const ChunkCells& cells, Face face, int y, int z,
                          std::uint64_t faces);

// Faces whose corners are not equally open in both.
std::uint64_t Difference(const CornerOpenness& a, const CornerOpenness& b);

// Faces whose corners are not as open as those of the next cell along x.
std::uint64_t DifferenceAlongX(const CornerOpenness& openness);

}  // namespace goxel

#endif  // RENDERER_CORNER_OPENNESS_H_
