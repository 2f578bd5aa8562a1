// What the methods that read voxels have in common: how requests name a layer,
// a region and colours.
//
// Thread safety: all functions may be called from any thread.

#ifndef DAEMON_VOXEL_READING_H_
#define DAEMON_VOXEL_READING_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/params.h"
#include "daemon/project.h"
#include "daemon/result_writer.h"
#include "daemon/rpc.h"
#include "ipc/status.h"
#include "renderer/scene/voxel_selection.h"

namespace goxel {

// What `layer_id` means besides the id of a layer; 0 is the active layer too.
inline constexpr std::int32_t kActiveLayer = -1;
inline constexpr std::int32_t kAllLayers = -2;

struct LayerToRead {
  Volume volume;
  std::string name;  // Empty unless the request names a layer by its id.
};

// A snapshot of the voxels of a layer; of kAllLayers, the visible ones
// combined as they are drawn. kFailedPrecondition while `project` has no scene,
// kNotFound for a layer that it does not have.
Result<LayerToRead> ReadLayer(Project& project, std::int32_t layer_id);

// The box with the corners `min` and `max`, both included; empty when a min is
// above its max.
Box BoxOfCorners(Cell min, Cell max);

// The parameter "region": {"min": [x, y, z], "max": [x, y, z]}, both corners
// included; nullopt when it is missing.
Result<std::optional<Box>> ReadRegion(const Params& params);

// "#FF0000FF"
std::string HexColor(Color color);

// Writes an empty array under `key`; returns where its elements are to be
// inserted (RpcReply::insert_at).
std::size_t WriteOpenArray(ResultWriter& out, std::string_view key);

// What `out` has written, with `elements` inserted.
RpcReply ReplyWith(const ResultWriter& out, std::size_t insert_at,
                   std::unique_ptr<TextSource> elements);

}  // namespace goxel

#endif  // DAEMON_VOXEL_READING_H_
