// Polygon files (.ply), ASCII, where they hold the surface of voxels: what
// Goxel and WritePly() export. http://paulbourke.net/dataformats/ply/
//
//   element vertex N    properties x, y, z (Y up) and, when there are colours,
//                       red, green, blue: 0..255, or 0..1 for float properties
//   element face M      its first property a list of vertex numbers
//
// Vertices stand before faces; other elements and properties are skipped. A
// face has the colour of its first corner; without colours voxels are white.
// How faces become voxels is said in face_cells.h.

#ifndef RENDERER_FORMATS_PLY_FORMAT_H_
#define RENDERER_FORMATS_PLY_FORMAT_H_

#include <cstddef>
#include <span>

#include "ipc/status.h"
#include "renderer/formats/scene_file.h"
#include "renderer/scene/scene.h"

namespace goxel {

// True when the first line is "ply".
bool LooksLikePly(std::span<const std::byte> bytes);

// One layer. kInvalidArgument, naming the line, when the mesh is not one of
// voxels or the file is binary; kDataLoss when it is cut off or contradicts
// itself.
Result<Scene> ReadPly(std::span<const std::byte> bytes,
                      const ReadLimits& limits);

}  // namespace goxel

#endif  // RENDERER_FORMATS_PLY_FORMAT_H_
