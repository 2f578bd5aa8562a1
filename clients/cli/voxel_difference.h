// Where two scenes differ, voxel by voxel as they are drawn: the layers that
// are seen, combined.

#ifndef CLIENTS_CLI_VOXEL_DIFFERENCE_H_
#define CLIENTS_CLI_VOXEL_DIFFERENCE_H_

#include <cstdint>
#include <string>

#include "clients/cpp/client.h"
#include "ipc/status.h"

namespace goxel {

struct VoxelDifference {
  std::uint64_t added = 0;      // Only in the second.
  std::uint64_t removed = 0;    // Only in the first.
  std::uint64_t recolored = 0;  // In both, a channel over the tolerance.
  int worst_channel = 0;        // Of voxels in both, 0 to 255.

  std::uint64_t changed() const { return added + removed + recolored; }
};

// Compares two projects of the daemon; takes the memory of one page of each.
Result<VoxelDifference> CompareVoxels(Client& client, const std::string& first,
                                      const std::string& second, int tolerance);

}  // namespace goxel

#endif  // CLIENTS_CLI_VOXEL_DIFFERENCE_H_
