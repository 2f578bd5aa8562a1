#include "renderer/corner_openness.h"

namespace goxel {
namespace {

// The opaque cells before a row in the direction of `front`, moved by so many
// cells along the first and the second axis of the faces.
template <std::size_t kAxis>
std::uint64_t InFront(const ChunkCells& cells, int front, int y, int z,
                      int first, int second) {
  if constexpr (kAxis == 0) return cells.Opaque(front, y + first, z + second);
  if constexpr (kAxis == 1) return cells.Opaque(second, y + front, z + first);
  return cells.Opaque(first, y + second, z + front);
}

template <std::size_t kAxis>
CornerOpenness OpennessAcross(const ChunkCells& cells, int front, int y, int z,
                              std::uint64_t faces) {
  const auto at = [&](int first, int second) {
    return InFront<kAxis>(cells, front, y, z, first, second);
  };
  const std::array<std::uint64_t, 2> beside_first = {at(-1, 0), at(1, 0)};
  const std::array<std::uint64_t, 2> beside_second = {at(0, -1), at(0, 1)};
  const std::array<std::uint64_t, 4> between = {at(-1, -1), at(1, -1),
                                                at(-1, 1), at(1, 1)};
  const std::uint64_t any = beside_first[0] | beside_first[1] |
                            beside_second[0] | beside_second[1] | between[0] |
                            between[1] | between[2] | between[3];
  CornerOpenness openness;
  if ((any & faces) == 0) return openness;
  for (std::size_t corner = 0; corner < 4; ++corner) {
    const std::uint64_t a = beside_first[corner & 1];
    const std::uint64_t b = beside_second[corner >> 1];
    const std::uint64_t c = between[corner];
    openness.high[corner] = ~((a & b) | (c & (a | b)));
    openness.low[corner] = ~(a | b | c) | ((a ^ b) & c);
  }
  return openness;
}

}  // namespace

CornerOpenness OpennessOf(const ChunkCells& cells, Face face, int y, int z,
                          std::uint64_t faces) {
  const int front = LooksUpAxis(face) ? 1 : -1;
  switch (AxisOf(face)) {
    case 0:
      return OpennessAcross<0>(cells, front, y, z, faces);
    case 1:
      return OpennessAcross<1>(cells, front, y, z, faces);
    default:
      return OpennessAcross<2>(cells, front, y, z, faces);
  }
}

std::uint64_t Difference(const CornerOpenness& a, const CornerOpenness& b) {
  std::uint64_t difference = 0;
  for (std::size_t corner = 0; corner < 4; ++corner) {
    difference |= a.high[corner] ^ b.high[corner];
    difference |= a.low[corner] ^ b.low[corner];
  }
  return difference;
}

std::uint64_t DifferenceAlongX(const CornerOpenness& openness) {
  std::uint64_t difference = 0;
  for (std::size_t corner = 0; corner < 4; ++corner) {
    const std::uint64_t high = openness.high[corner];
    const std::uint64_t low = openness.low[corner];
    difference |= (high ^ high >> 1) | (low ^ low >> 1);
  }
  return difference;
}

}  // namespace goxel
