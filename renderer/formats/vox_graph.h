// The scene graph of a .vox file, unfolded: which models stand where.

#ifndef RENDERER_FORMATS_VOX_GRAPH_H_
#define RENDERER_FORMATS_VOX_GRAPH_H_

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "ipc/status.h"
#include "renderer/formats/vox_chunks.h"

namespace goxel {

// A model in the world: voxel p of the model fills the cell
// rotation * p + offset.
struct VoxInstance {
  std::size_t model = 0;
  AxisMap rotation;
  std::array<std::int64_t, 3> offset{};
  std::string_view name;  // Of the nearest nTRN that has one.
};

// The visible instances with at least one voxel, in the order of the graph. A
// file without a graph shows its first model at the file's own coordinates.
//
// Nodes may be reached on many paths, so that a small file can unfold without
// bound: kTooLarge when the instances hold more than `max_voxels` together or
// there are more than a million steps to take, found out beforehand. kDataLoss
// for a cycle, more than 512 levels, or a node or model that is missing.
Result<std::vector<VoxInstance>> PlaceModels(const VoxFile& file,
                                             std::uint64_t max_voxels);

}  // namespace goxel

#endif  // RENDERER_FORMATS_VOX_GRAPH_H_
