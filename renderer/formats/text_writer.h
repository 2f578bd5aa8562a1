// Writes Goxel's text format (text_format.h): three lines of comment, then one
// line for each solid voxel that is seen, all layers combined.

#ifndef RENDERER_FORMATS_TEXT_WRITER_H_
#define RENDERER_FORMATS_TEXT_WRITER_H_

#include "ipc/status.h"
#include "renderer/formats/scene_writer.h"
#include "renderer/scene/scene.h"

namespace goxel {

// Errors of `sink`.
Status WriteText(const Scene& scene, const WriteOptions& options,
                 const SceneSink& sink);

}  // namespace goxel

#endif  // RENDERER_FORMATS_TEXT_WRITER_H_
