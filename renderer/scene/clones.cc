#include <fmt/format.h>

#include <unordered_map>
#include <vector>

#include "renderer/scene/placed_volume.h"
#include "renderer/scene/scene.h"

namespace goxel {
namespace {

enum class State { kUnknown, kOpen, kKnown };

// Brings the clones of one scene up to date, bases before their clones.
class CloneUpdate {
 public:
  CloneUpdate(Scene& scene, std::uint64_t& cells_left)
      : layers_(scene.layers),
        cells_left_(cells_left),
        states_(scene.layers.size(), State::kUnknown) {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      index_.emplace(layers_[i].id, i);
    }
  }

  Status Run() {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (Status status = Update(i); !status.ok()) return status;
    }
    return {};
  }

 private:
  // Follows the bases of layer `index` down to one that is known, then comes
  // back up. A loop, since a chain may have as many links as there are layers.
  Status Update(std::size_t index) {
    std::vector<std::size_t> chain;
    while (states_[index] == State::kUnknown) {
      Layer& layer = layers_[index];
      const auto base = index_.find(layer.base_id);
      if (layer.base_id == 0 || base == index_.end()) {
        layer.base_id = 0;
        states_[index] = State::kKnown;
        break;
      }
      states_[index] = State::kOpen;
      chain.push_back(index);
      index = base->second;
    }
    if (states_[index] == State::kOpen) {
      return {
          StatusCode::kDataLoss,
          fmt::format("layer {} is a clone of itself, by way of its base {}",
                      layers_[index].id, layers_[index].base_id)};
    }
    for (; !chain.empty(); chain.pop_back()) {
      Layer& clone = layers_[chain.back()];
      auto volume =
          TransformVolume(layers_[index].volume, clone.matrix, cells_left_);
      if (!volume) return volume.error();
      clone.volume = *volume;
      index = chain.back();
      states_[index] = State::kKnown;
    }
    return {};
  }

  std::vector<Layer>& layers_;
  std::uint64_t& cells_left_;
  std::vector<State> states_;
  std::unordered_map<std::int32_t, std::size_t> index_;  // By layer id.
};

}  // namespace

Status UpdateClones(Scene& scene, std::uint64_t& cells_left) {
  return CloneUpdate(scene, cells_left).Run();
}

Status UpdateClones(Scene& scene) {
  std::uint64_t cells_left = kMaxCloneCells;
  return UpdateClones(scene, cells_left);
}

}  // namespace goxel
