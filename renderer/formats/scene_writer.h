// Writing scenes as files of other programs: which formats there are, and the
// one function that writes any of them.
//
// Files are made in pieces, so that a scene of any size takes little memory
// beside itself; only what a format wants before everything else is gathered
// first (a palette, a table of blocks). The same scene gives the same bytes in
// every process and on every run.
//
// What a format cannot hold is left out; FindLosses() says what that is.
//
// Thread safety: all functions may be called from any thread.

#ifndef RENDERER_FORMATS_SCENE_WRITER_H_
#define RENDERER_FORMATS_SCENE_WRITER_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/status.h"
#include "renderer/scene/scene.h"

namespace goxel {

// Takes the next bytes of a file. The bytes are the writer's again after the
// call. An error ends the writing and is handed on as it is.
using SceneSink = std::function<Status(std::string_view bytes)>;

enum class ExportFormat {
  kGox,        // Goxel, version 2
  kVox,        // MagicaVoxel
  kQb,         // Qubicle Binary
  kTxt,        // Goxel's text format
  kPly,        // mesh
  kObj,        // mesh; its materials are a second file, kMtl
  kMtl,        // the materials of a kObj file
  kGltf,       // mesh, one file
  kPov,        // POV-Ray
  kPngSlices,  // one picture of all z slices side by side
};

struct WriteOptions {
  // What made the file, for formats that say so.
  std::string program = "Goxel";
  // The name of the .mtl file beside an .obj file.
  std::string material_file = "scene.mtl";
};

// kTooLarge when the format has no room for the scene; kInvalidArgument when it
// cannot hold it for another reason; errors of `sink`.
Status WriteScene(const Scene& scene, ExportFormat format,
                  const WriteOptions& options, const SceneSink& sink);

// What of the scene a file of this format will not hold, one sentence each.
std::vector<std::string> FindLosses(const Scene& scene, ExportFormat format);

}  // namespace goxel

#endif  // RENDERER_FORMATS_SCENE_WRITER_H_
