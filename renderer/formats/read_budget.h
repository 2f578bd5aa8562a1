// What is left of the ReadLimits while one file is read.

#ifndef RENDERER_FORMATS_READ_BUDGET_H_
#define RENDERER_FORMATS_READ_BUDGET_H_

#include <cstdint>

#include "ipc/status.h"
#include "renderer/formats/scene_file.h"
#include "renderer/scene/volume.h"

namespace goxel {

class ReadBudget {
 public:
  explicit ReadBudget(const ReadLimits& limits)
      : limits_(limits), voxels_left_(limits.max_voxels) {}

  // Takes `count` voxels, to be called before they are written. kTooLarge when
  // fewer are left.
  Status TakeVoxels(std::uint64_t count);

  // kTooLarge when `count` tiles, on top of those kept before, are too many. To
  // be called while a volume is filled.
  Status CheckTiles(std::uint64_t count) const;

  // CheckTiles() for a volume that is complete and stays.
  Status KeepTiles(const Volume& volume);

  // The voxels left, for code that counts by itself.
  std::uint64_t& voxels_left() { return voxels_left_; }

 private:
  ReadLimits limits_;
  std::uint64_t voxels_left_;
  std::uint64_t tiles_kept_ = 0;
};

}  // namespace goxel

#endif  // RENDERER_FORMATS_READ_BUDGET_H_
