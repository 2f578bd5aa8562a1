// Writes the surface of a scene as an ASCII .ply file: rectangles with a colour
// at each corner, Y up, faces looking outward. The layers are combined into
// one mesh. http://paulbourke.net/dataformats/ply/
//
//   property float x, y, z; property uchar red, green, blue (sRGB)
//   property list uchar int vertex_indices

#ifndef RENDERER_FORMATS_PLY_WRITER_H_
#define RENDERER_FORMATS_PLY_WRITER_H_

#include "ipc/status.h"
#include "renderer/formats/scene_writer.h"
#include "renderer/scene/scene.h"

namespace goxel {

// kTooLarge when there are more corners than the format's numbers count.
Status WritePly(const Scene& scene, const SceneSink& sink);

}  // namespace goxel

#endif  // RENDERER_FORMATS_PLY_WRITER_H_
