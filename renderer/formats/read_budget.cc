#include "renderer/formats/read_budget.h"

#include <fmt/format.h>

namespace goxel {

Status ReadBudget::TakeVoxels(std::uint64_t count) {
  if (count > voxels_left_) {
    return Fail(StatusCode::kTooLarge,
                fmt::format("the file holds more than {} voxels, all instances "
                            "counted",
                            limits_.max_voxels));
  }
  voxels_left_ -= count;
  return {};
}

Status ReadBudget::CheckTiles(std::uint64_t count) const {
  if (tiles_kept_ + count > limits_.max_tiles) {
    return Fail(StatusCode::kTooLarge,
                fmt::format("the voxels of the file are spread over more than "
                            "{} tiles of 16^3",
                            limits_.max_tiles));
  }
  return {};
}

Status ReadBudget::KeepTiles(const Volume& volume) {
  Status status = CheckTiles(volume.CountTiles());
  if (status.ok()) tiles_kept_ += volume.CountTiles();
  return status;
}

}  // namespace goxel
