#include "daemon/voxel_reading.h"

#include <fmt/format.h>

#include <utility>

#include "daemon/json_values.h"
#include "daemon/param_reader.h"

namespace goxel {

Result<LayerToRead> ReadLayer(Project& project, std::int32_t layer_id) {
  const auto scene = project.Copy();
  if (!scene) return Fail(NoProject());
  // The snapshot is kept until the next edit, so pages combine layers once.
  if (layer_id == kAllLayers) {
    return LayerToRead{project.Snapshot()->view().scene.volume, ""};
  }
  if (layer_id == kActiveLayer || layer_id == 0) {
    const Layer* active = scene->ActiveLayer();
    return LayerToRead{active != nullptr ? active->volume : Volume(), ""};
  }
  const Layer* layer = scene->FindLayer(layer_id);
  if (layer != nullptr) return LayerToRead{layer->volume, layer->name};
  return Fail(StatusCode::kNotFound,
              fmt::format("layer_id is {}; expected the id of a layer "
                          "(goxel.list_layers), -1 for the active layer or -2 "
                          "for all layers",
                          layer_id));
}

Box BoxOfCorners(Cell min, Cell max) {
  return {.min = {min.x, min.y, min.z},
          .max = {std::int64_t{max.x} + 1, std::int64_t{max.y} + 1,
                  std::int64_t{max.z} + 1}};
}

Result<std::optional<Box>> ReadRegion(const Params& params) {
  const auto region = params.Find("region");
  if (!region) return std::nullopt;
  const auto min = region->is_object() ? Member(*region, "min") : std::nullopt;
  const auto max = region->is_object() ? Member(*region, "max") : std::nullopt;
  if (!min || !max) {
    return BadValue("region", *region,
                    R"({"min": [x, y, z], "max": [x, y, z]})");
  }
  const auto min_cell = ReadCell(*min, "region.min");
  if (!min_cell) return Fail(min_cell.error());
  const auto max_cell = ReadCell(*max, "region.max");
  if (!max_cell) return Fail(max_cell.error());
  return BoxOfCorners(*min_cell, *max_cell);
}

std::string HexColor(Color color) {
  return fmt::format("#{:02X}{:02X}{:02X}{:02X}", color.r, color.g, color.b,
                     color.a);
}

std::size_t WriteOpenArray(ResultWriter& out, std::string_view key) {
  out.Key(key).Raw("[]");
  return out.size() - 1;
}

RpcReply ReplyWith(const ResultWriter& out, std::size_t insert_at,
                   std::unique_ptr<TextSource> elements) {
  RpcReply reply = out.Reply();
  reply.insert_at = insert_at;
  reply.inserted = std::move(elements);
  return reply;
}

}  // namespace goxel
