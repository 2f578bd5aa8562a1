#include "renderer/chunk_mesher.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace goxel {
namespace {

constexpr int kX = 0, kY = 1, kZ = 2;

// The cell at a bit of a line of a plane across `axis`. Lines and bits are
// chosen so that rows of cells along x are lines of planes across y and z.
std::array<int, 3> CellOf(std::size_t axis, int plane, int line, int bit) {
  if (axis == kX) return {plane, bit, line};
  if (axis == kY) return {bit, plane, line};
  return {bit, line, plane};
}

std::uint64_t Run(int first, int width) {
  return (~std::uint64_t{0} >> (kChunkSide - width)) << first;
}

// Quads are drawn as the triangles 0 1 2 and 0 2 3. Colours are evenly mixed
// along the edge 0 2, so that it had better join the two corners that are more
// open: a single dark corner then darkens one triangle, not both.
bool JoinsDarkCorners(const std::array<std::uint8_t, 4>& openness,
                      const std::array<std::uint8_t, 4>& order) {
  return openness[order[0]] + openness[order[2]] <
         openness[order[1]] + openness[order[3]];
}

}  // namespace

void ChunkMesher::Append(const ChunkCells& cells, ChunkQuads& quads) {
  cells_ = &cells;
  quads_ = &quads;
  for (const Face face : kFaces) {
    face_ = face;
    ahead_ = {};
    ahead_[AxisOf(face)] = LooksUpAxis(face) ? 1 : -1;
    FindFaces();
    for (int z = 0; z < kChunkSide; ++z) {
      std::uint64_t rows = face_rows_[static_cast<std::size_t>(z)];
      for (; rows != 0; rows &= rows - 1) {
        const int y = std::countr_zero(rows);
        AddRow(y, z);
        faces_[RowIndex(y, z)] = 0;  // Rows only look at those after them.
      }
    }
    for (int plane = 0; plane < kChunkSide; ++plane) MergePlane(plane);
  }
}

void ChunkMesher::FindFaces() {
  for (int z = 0; z < kChunkSide; ++z) {
    std::uint64_t rows = cells_->SolidRows(z);
    std::uint64_t& face_rows = face_rows_[static_cast<std::size_t>(z)];
    for (face_rows = 0; rows != 0; rows &= rows - 1) {
      const int y = std::countr_zero(rows);
      const std::uint64_t faces = FacesOf(y, z);
      if (faces == 0) continue;
      const std::size_t row = RowIndex(y, z);
      faces_[row] = faces;
      face_rows |= Run(y, 1);
      if (corners_ == QuadCorners::kAllOpen) continue;
      openness_[row] = OpennessOf(*cells_, face_, y, z, faces);
    }
  }
}

std::uint64_t ChunkMesher::FacesOf(int y, int z) const {
  const auto [dx, dy, dz] = ahead_;
  return cells_->Solid(y, z) & ~cells_->Opaque(dx, y + dy, z + dz) &
         ~cells_->SameTranslucent(y, z, dx, dy, dz);
}

// Which faces may merge with that of the next cell along an axis of their
// plane: they look alike. Two such faces share the corners between them; when
// all their corners are equally open, none of that changes along the axis, so
// that shading is not stretched.
std::uint64_t ChunkMesher::Joins(std::size_t axis, int y, int z) const {
  const std::size_t row = RowIndex(y, z);
  std::uint64_t joins = faces_[row];
  if (axis == kX) {
    joins &= joins >> 1;
    if (joins != 0) joins &= ~DifferenceAlongX(openness_[row]);
  } else {
    const std::size_t next =
        axis == kY ? RowIndex(y + 1, z) : RowIndex(y, z + 1);
    joins &= faces_[next];
    if (joins != 0) joins &= ~Difference(openness_[row], openness_[next]);
  }
  return joins == 0 ? 0 : cells_->SameAsNext(axis, y, z, joins);
}

void ChunkMesher::AddRow(int y, int z) {
  const std::uint64_t faces = faces_[RowIndex(y, z)];
  const std::size_t axis = AxisOf(face_);
  if (axis == kX) {
    AddAcrossX(y, z, {faces, Joins(kY, y, z), Joins(kZ, y, z)});
    return;
  }
  const int plane = axis == kY ? y : z;
  const int line = axis == kY ? z : y;
  LineAt(plane, line) = {faces, Joins(kX, y, z),
                         Joins(axis == kY ? kZ : kY, y, z)};
  used_lines_[static_cast<std::size_t>(plane)] |= Run(line, 1);
}

// Bits of `along_x` are planes; here they become bits along y.
void ChunkMesher::AddAcrossX(int y, int z, const Line& along_x) {
  for (std::uint64_t faces = along_x.faces; faces != 0; faces &= faces - 1) {
    const int x = std::countr_zero(faces);
    Line& line = LineAt(x, z);
    line.faces |= Run(y, 1);
    line.joins_next_bit |= (along_x.joins_next_bit >> x & 1) << y;
    line.joins_next_line |= (along_x.joins_next_line >> x & 1) << y;
    used_lines_[static_cast<std::size_t>(x)] |= Run(z, 1);
  }
}

void ChunkMesher::MergePlane(int plane) {
  std::uint64_t& used = used_lines_[static_cast<std::size_t>(plane)];
  for (; used != 0; used &= used - 1) {
    const int line = std::countr_zero(used);
    while (LineAt(plane, line).faces != 0) MergeQuad(plane, line);
    LineAt(plane, line) = {};
  }
}

void ChunkMesher::MergeQuad(int plane, int line) {
  Line& start = LineAt(plane, line);
  const int first = std::countr_zero(start.faces);
  const int width =
      std::min(std::countr_one(start.faces >> first),
               1 + std::countr_one(start.joins_next_bit >> first));
  const std::uint64_t run = Run(first, width);
  start.faces &= ~run;
  int end = line + 1;
  for (; end < kChunkSide; ++end) {
    Line& next = LineAt(plane, end);
    const std::uint64_t joined =
        next.faces & LineAt(plane, end - 1).joins_next_line;
    if ((joined & run) != run) break;
    next.faces &= ~run;
  }
  const std::size_t axis = AxisOf(face_);
  Emit(CellOf(axis, plane, line, first),
       CellOf(axis, plane + 1, end, first + width));
}

void ChunkMesher::Emit(const std::array<int, 3>& low,
                       const std::array<int, 3>& high) {
  // Corners in turn, counter-clockwise for a face that looks up its axis and
  // the other way round for one that looks down.
  constexpr std::array<std::uint8_t, 4> kUp = {0, 1, 3, 2};
  constexpr std::array<std::uint8_t, 4> kDown = {0, 2, 3, 1};
  const auto [x, y, z] = low;
  const bool up = LooksUpAxis(face_);
  const std::array<std::uint8_t, 4>& order = up ? kUp : kDown;
  const std::array<std::uint8_t, 4> open = openness_[RowIndex(y, z)].At(x);
  const std::size_t start = JoinsDarkCorners(open, order) ? 1 : 0;

  const Color color = cells_->ColorAt(x, y, z);
  const MaterialIndex material = cells_->MaterialAt(x, y, z);
  const QuadKind kind = material == 0 ? QuadKind::kPlain
                        : cells_->IsTranslucent(x, y, z)
                            ? QuadKind::kTranslucent
                            : QuadKind::kWithMaterial;
  const std::array<const std::array<int, 3>*, 2> ends = {&low, &high};
  const std::size_t axis = AxisOf(face_);
  const std::size_t first_axis = (axis + 1) % 3;
  const std::size_t second_axis = (axis + 2) % 3;
  std::array<MeshVertex, 4> quad;
  for (std::size_t i = 0; i < quad.size(); ++i) {
    const unsigned corner = order[(start + i) % 4];
    const auto set = [&](std::size_t of, unsigned end) {
      quad[i].position[of] = static_cast<std::uint16_t>((*ends[end])[of]);
    };
    set(axis, up ? 1 : 0);
    set(first_axis, corner & 1);
    set(second_axis, corner >> 1);
    quad[i].face = face_;
    quad[i].corner = static_cast<std::uint8_t>(corner | open[corner] << 2);
    quad[i].color = {color.r, color.g, color.b};
    quad[i].material = material;
  }
  std::vector<MeshVertex>& vertices = quads_->Of(kind);
  vertices.insert(vertices.end(), quad.begin(), quad.end());
}

}  // namespace goxel
