// The surface of a volume as rectangles, for files that hold meshes.
//
// Which faces there are and how they are merged is said in renderer/mesher.h;
// here they are found piece by piece, so that the surface of a large volume is
// never in memory as a whole. Writers that must say how much follows before it
// follows go over the surface twice, which takes little time.
//
// Thread safety: one object per thread.

#ifndef RENDERER_FORMATS_SURFACE_H_
#define RENDERER_FORMATS_SURFACE_H_

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "ipc/status.h"
#include "renderer/chunk_mesher.h"
#include "renderer/face.h"
#include "renderer/formats/y_up.h"
#include "renderer/scene/volume.h"

namespace goxel {

// A rectangle that is seen of a volume, all of one colour.
struct SurfaceQuad {
  // Counter-clockwise seen from outside.
  std::array<GridPoint, 4> corners{};
  Face face = Face::kPlusX;
  Color color;  // Alpha 255.
};

class Surface {
 public:
  explicit Surface(const Volume& volume);

  // Calls `visit` for every rectangle until it fails, and returns its error.
  // Equal volumes give equal rectangles in the same order: chunk by chunk of
  // 64^3 cells, and in a chunk colour by colour.
  using Visitor = std::function<Status(const SurfaceQuad&)>;
  Status ForEachQuad(const Visitor& visit) const;

  std::uint64_t CountQuads() const;

  // The box around everything that is seen. Empty for an empty surface.
  const Box& bounds() const { return bounds_; }

  bool empty() const { return bounds_ == Box{}; }

 private:
  Volume volume_;
  std::vector<TileCoord> chunks_;  // The lowest tile of each; sorted.
  Box bounds_;
};

}  // namespace goxel

#endif  // RENDERER_FORMATS_SURFACE_H_
