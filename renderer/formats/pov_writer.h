// Writes a scene for POV-Ray 3.7: a box for every row of equal voxels along x,
// a camera and a light, so that `povray +I scene.pov` gives a picture.
// https://www.povray.org/documentation/3.7.0/
//
// POV-Ray's axes are left-handed with Y up: y and z change places, which turns
// one handedness into the other, so that nothing is mirrored. The camera is the
// scene's active one, or else frames the scene in the isometric view; the light
// is the scene's. The layers are combined.

#ifndef RENDERER_FORMATS_POV_WRITER_H_
#define RENDERER_FORMATS_POV_WRITER_H_

#include "ipc/status.h"
#include "renderer/formats/scene_writer.h"
#include "renderer/scene/scene.h"

namespace goxel {

Status WritePov(const Scene& scene, const SceneSink& sink);

}  // namespace goxel

#endif  // RENDERER_FORMATS_POV_WRITER_H_
