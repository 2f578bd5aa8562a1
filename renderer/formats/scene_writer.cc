#include "renderer/formats/scene_writer.h"

#include <fmt/format.h>

#include "renderer/formats/gltf_writer.h"
#include "renderer/formats/gox_writer.h"
#include "renderer/formats/obj_writer.h"
#include "renderer/formats/ply_writer.h"
#include "renderer/formats/png_slices_writer.h"
#include "renderer/formats/pov_writer.h"
#include "renderer/formats/qb_writer.h"
#include "renderer/formats/text_writer.h"
#include "renderer/formats/vox_writer.h"

namespace goxel {

Status WriteScene(const Scene& scene, ExportFormat format,
                  const WriteOptions& options, const SceneSink& sink) {
  switch (format) {
    case ExportFormat::kGox:
      return WriteGox(scene, sink);
    case ExportFormat::kVox:
      return WriteVox(scene, sink);
    case ExportFormat::kQb:
      return WriteQb(scene, sink);
    case ExportFormat::kTxt:
      return WriteText(scene, options, sink);
    case ExportFormat::kPly:
      return WritePly(scene, sink);
    case ExportFormat::kObj:
      return WriteObj(scene, options.material_file, sink);
    case ExportFormat::kMtl:
      return WriteMtl(scene, sink);
    case ExportFormat::kGltf:
      return WriteGltf(scene, sink);
    case ExportFormat::kPov:
      return WritePov(scene, sink);
    case ExportFormat::kPngSlices:
      return WritePngSlices(scene, sink);
  }
  return {StatusCode::kInvalidArgument,
          fmt::format("{} is no export format", static_cast<int>(format))};
}

}  // namespace goxel
