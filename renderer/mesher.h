// Turns a volume into the quads that can be seen of it.
//
// A face of a solid voxel (alpha >= kSolidAlpha) is seen unless an opaque voxel
// stands in front of it, or a voxel of the same translucent material. Whether a
// voxel is opaque depends on its material, not on its alpha, so only red, green
// and blue count as its colour here. Faces that lie side by side in one plane
// become one quad when their colour, their material and the openness of their
// corners (corner_openness.h) are equal.
//
// Method: greedy meshing on bits. The volume is cut into chunks of 64^3 cells,
// in which a row of 64 cells along x is one word; the faces of a whole row then
// are `row & ~neighbour_row`, and words say which faces look like the next one
// along x, y or z, so that quads grow by whole runs of bits.
//
// Thread safety: BuildMesh() may run on any thread and on several at once.

#ifndef RENDERER_MESHER_H_
#define RENDERER_MESHER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "ipc/status.h"
#include "renderer/face.h"
#include "renderer/scene/material_map.h"

namespace goxel {

// One corner of a quad, as the vertex shader reads it. A quad is four of them
// in a row, counter-clockwise seen from outside the solid.
struct MeshVertex {
  std::array<std::uint16_t, 3> position{};  // Cells from the region's origin.
  Face face = Face::kPlusX;
  // Bit 0: at the upper end of the face's first axis, bit 1: of its second.
  // First and second axis of a face across x are y and z; of y, z and x; of z,
  // x and y.
  // Bits 2 and 3: how open the corner is, from 0 (three neighbours stand in
  // front of it) to 3 (none).
  std::uint8_t corner = 0;
  std::array<std::uint8_t, 3> color{};  // sRGB.
  MaterialIndex material = 0;
};
static_assert(sizeof(MeshVertex) == 12, "the vertex layout given to the GL");

// What drawing a quad takes.
enum class QuadKind : std::uint8_t {
  kPlain,         // Hides what is behind, and has the default material.
  kWithMaterial,  // Hides what is behind, and has another material.
  kTranslucent,
};
inline constexpr std::array kQuadKinds = {
    QuadKind::kPlain, QuadKind::kWithMaterial, QuadKind::kTranslucent};

constexpr bool IsOpaque(QuadKind kind) {
  return kind != QuadKind::kTranslucent;
}

// A stretch of quads of one kind, near one another. Positions within a region
// are small, so that 16 bits hold them and a float transforms them exactly
// enough, however far from 0 the region lies.
struct MeshRegion {
  std::array<std::int64_t, 3> origin{};  // Cells.
  QuadKind kind = QuadKind::kPlain;
  // That of all its quads, and the planes they lie in, counted from the origin.
  // Translucent ones have mixed faces and none of this.
  std::optional<Face> face;
  std::uint16_t lowest_plane = 0;
  std::uint16_t highest_plane = 0;
  std::size_t first_quad = 0;
  std::size_t quad_count = 0;
};

inline constexpr std::int64_t kRegionSide = 4096;  // Cells.

struct Mesh {
  std::vector<MeshVertex> vertices;  // Four to a quad.
  // In the order of their quads, by kind and then by place. None is empty.
  // Opaque ones of one origin are up to six, one for each face.
  std::vector<MeshRegion> regions;

  std::size_t quads() const { return vertices.size() / 4; }
  // The corners of one, in turn.
  std::span<const MeshVertex> Quad(std::size_t number) const {
    return std::span(vertices).subspan(number * 4, 4);
  }
};

// The corners of the two triangles that draw a quad.
inline constexpr std::array<std::uint32_t, 6> kQuadIndices = {0, 1, 2, 0, 2, 3};

// 1.5 GiB of vertices: more than any scene that a picture can show.
inline constexpr std::size_t kMaxMeshQuads = std::size_t{32} << 20;

// Equal volumes and materials give equal meshes, to the order of the quads.
// kTooLarge when there are more than `max_quads`.
Result<Mesh> BuildMesh(const Volume& volume, const MaterialMap& materials = {},
                       std::size_t max_quads = kMaxMeshQuads);

}  // namespace goxel

#endif  // RENDERER_MESHER_H_
