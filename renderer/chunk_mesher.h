// Meshes one chunk of 64^3 cells; see mesher.h for the method as a whole.
//
// Thread safety: none; one object per thread.

#ifndef RENDERER_CHUNK_MESHER_H_
#define RENDERER_CHUNK_MESHER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "renderer/chunk_cells.h"
#include "renderer/corner_openness.h"
#include "renderer/mesher.h"

namespace goxel {

// Positions count from the chunk's lowest cell.
struct ChunkQuads {
  // Four to a quad, and in the order of kFaces.
  std::array<std::vector<MeshVertex>, kQuadKinds.size()> by_kind;

  std::vector<MeshVertex>& Of(QuadKind kind) {
    return by_kind[static_cast<std::size_t>(kind)];
  }
  const std::vector<MeshVertex>& Of(QuadKind kind) const {
    return by_kind[static_cast<std::size_t>(kind)];
  }
  std::size_t quads() const {
    std::size_t vertices = 0;
    for (const auto& of_kind : by_kind) vertices += of_kind.size();
    return vertices / 4;
  }
};

enum class QuadCorners {
  kOpenness,  // For pictures: faces merge where their shading does.
  kAllOpen,   // For files of meshes: faces of equal colour merge.
};

class ChunkMesher {
 public:
  explicit ChunkMesher(QuadCorners corners) : corners_(corners) {}

  // Appends the quads of a chunk.
  void Append(const ChunkCells& cells, ChunkQuads& quads);

 private:
  // A line of a plane across the axis at work. Which of the other axes are
  // lines and which are bits, see CellOf() in the .cc.
  struct Line {
    std::uint64_t faces = 0;  // That no quad covers yet.
    std::uint64_t joins_next_bit = 0;
    std::uint64_t joins_next_line = 0;
  };

  Line& LineAt(int plane, int line) {
    return lines_[static_cast<std::size_t>(plane * kChunkSide + line)];
  }

  // Rows of cells along x; y and z go to 64, where there are no faces.
  static constexpr std::size_t kRowsPerSide = kChunkSide + 1;
  static constexpr std::size_t RowIndex(int y, int z) {
    return static_cast<std::size_t>(y) +
           kRowsPerSide * static_cast<std::size_t>(z);
  }

  void FindFaces();
  std::uint64_t FacesOf(int y, int z) const;
  void AddRow(int y, int z);
  std::uint64_t Joins(std::size_t axis, int y, int z) const;
  void AddAcrossX(int y, int z, const Line& along_x);
  void MergePlane(int plane);
  void MergeQuad(int plane, int line);
  void Emit(const std::array<int, 3>& low, const std::array<int, 3>& high);

  const QuadCorners corners_;
  const ChunkCells* cells_ = nullptr;
  ChunkQuads* quads_ = nullptr;
  Face face_ = Face::kPlusX;    // At work.
  std::array<int, 3> ahead_{};  // From a cell to the one in front of its face.

  // The cells that have a face, all zero between two faces; the rows with one,
  // as bits along y, by z; and how open the corners are, which counts only
  // where the row has a face.
  std::array<std::uint64_t, kRowsPerSide * kRowsPerSide> faces_{};
  std::array<std::uint64_t, kChunkSide> face_rows_{};
  std::vector<CornerOpenness> openness_ =
      std::vector<CornerOpenness>(kRowsPerSide * kRowsPerSide);

  // All zero between two calls of Append().
  std::array<Line, std::size_t{kChunkSide} * kChunkSide> lines_{};
  std::array<std::uint64_t, kChunkSide>
      used_lines_{};  // By plane; bit per line.
};

}  // namespace goxel

#endif  // RENDERER_CHUNK_MESHER_H_
