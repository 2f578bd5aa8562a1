#include "renderer/formats/text_writer.h"

#include "renderer/formats/piece_writer.h"
#include "renderer/formats/sorted_tiles.h"

namespace goxel {

Status WriteText(const Scene& scene, const WriteOptions& options,
                 const SceneSink& sink) {
  PieceWriter out(sink);
  out.Print("# {}\n# One line per voxel\n# X Y Z RRGGBB\n", options.program);
  const Volume volume = Composite(scene);
  for (const PlacedTile& placed : SortedTiles(volume)) {
    if (!out.ok()) break;
    ForEachSolid(placed, [&out](Cell cell, Color color) {
      out.Print("{} {} {} {:02x}{:02x}{:02x}\n", cell.x, cell.y, cell.z,
                color.r, color.g, color.b);
    });
  }
  return out.Finish();
}

}  // namespace goxel
