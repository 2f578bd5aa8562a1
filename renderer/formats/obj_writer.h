// Writes the surface of a scene as a Wavefront .obj file and its .mtl file of
// materials: rectangles with a normal, one material per colour, one object per
// layer, Y up. http://paulbourke.net/dataformats/obj/
//
// A material is named after its colour, "rgb_ff8000", and has it as Kd: the
// sRGB values divided by 255.

#ifndef RENDERER_FORMATS_OBJ_WRITER_H_
#define RENDERER_FORMATS_OBJ_WRITER_H_

#include <string_view>

#include "ipc/status.h"
#include "renderer/formats/scene_writer.h"
#include "renderer/scene/scene.h"

namespace goxel {

// The .obj file, which refers to the .mtl file beside it as `material_file`.
Status WriteObj(const Scene& scene, std::string_view material_file,
                const SceneSink& sink);

// The .mtl file that goes with WriteObj() of the same scene.
Status WriteMtl(const Scene& scene, const SceneSink& sink);

}  // namespace goxel

#endif  // RENDERER_FORMATS_OBJ_WRITER_H_
