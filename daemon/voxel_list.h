// The params of add_voxels: maybe a million voxels, read in one pass, with no
// memory but for the voxels themselves.
//
//   {"voxels":[{"x":0,"y":1,"z":2,"r":255,"g":0,"b":0,"a":255}, ...]}
//
// or the list alone in an array. All numbers are integers: coordinates of 32
// bits, channels from 0 to 255. `a` may be missing, and is 255 then, as it is
// when it is anything but an integer.
//
// Thread safety: the function may run on any thread.

#ifndef DAEMON_VOXEL_LIST_H_
#define DAEMON_VOXEL_LIST_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "ipc/status.h"
#include "renderer/scene/scene.h"

namespace goxel {

struct VoxelList {
  std::vector<VoxelChange> voxels;
  std::size_t failed = 0;  // Elements that are no voxel.
};

// `params` is JSON, or empty. kInvalidArgument, with a message that clients
// know, when it has no list.
Result<VoxelList> ReadVoxelList(std::string_view params);

}  // namespace goxel

#endif  // DAEMON_VOXEL_LIST_H_
