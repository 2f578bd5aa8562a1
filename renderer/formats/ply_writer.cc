#include "renderer/formats/ply_writer.h"

#include <limits>

#include "renderer/formats/piece_writer.h"
#include "renderer/formats/surface.h"
#include "renderer/formats/y_up.h"

namespace goxel {
namespace {

// Vertices are numbered by int.
constexpr std::uint64_t kMaxQuads =
    std::numeric_limits<std::int32_t>::max() / 4;

void PrintHeader(std::uint64_t quads, PieceWriter& out) {
  out.Print(
      "ply\n"
      "format ascii 1.0\n"
      "comment Goxel Daemon: the surface of a voxel scene, Y is up\n"
      "element vertex {}\n"
      "property float x\n"
      "property float y\n"
      "property float z\n"
      "property uchar red\n"
      "property uchar green\n"
      "property uchar blue\n"
      "element face {}\n"
      "property list uchar int vertex_indices\n"
      "end_header\n",
      4 * quads, quads);
}

}  // namespace

Status WritePly(const Scene& scene, const SceneSink& sink) {
  const Surface surface(Composite(scene));
  const std::uint64_t quads = surface.CountQuads();
  if (quads > kMaxQuads) {
    return {StatusCode::kTooLarge,
            fmt::format("the scene shows {} rectangles; a .ply file holds at "
                        "most {}",
                        quads, kMaxQuads)};
  }
  PieceWriter out(sink);
  PrintHeader(quads, out);
  Status written = surface.ForEachQuad([&out](const SurfaceQuad& quad) {
    for (const GridPoint& corner : quad.corners) {
      const auto [x, y, z] = ToYUp(corner);
      out.Print("{} {} {} {} {} {}\n", x, y, z, quad.color.r, quad.color.g,
                quad.color.b);
    }
    return out.status();
  });
  for (std::uint64_t first = 0; written.ok() && first < 4 * quads; first += 4) {
    out.Print("4 {} {} {} {}\n", first, first + 1, first + 2, first + 3);
    written = out.status();
  }
  return out.Finish();
}

}  // namespace goxel
