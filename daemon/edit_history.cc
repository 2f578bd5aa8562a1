#include "daemon/edit_history.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace goxel {
namespace {

// A tile's place in a table, allocation included; about.
constexpr std::uint64_t kTableEntryBytes = 80;

// Memory that `before` holds and `after` does not.
std::uint64_t OwnBytes(const Volume& before, const Volume& after) {
  if (before.SharesAllWith(after)) return 0;
  std::uint64_t bytes = before.CountTiles() * kTableEntryBytes;
  const TileTable& others = after.tiles();
  for (const auto& [coord, tile] : before.tiles()) {
    const auto found = others.find(coord);
    const bool shared = found != others.end() && found->second == tile;
    if (!shared) bytes += sizeof(Tile);
  }
  return bytes;
}

std::uint64_t OwnBytes(const Scene& before, const Scene& after) {
  std::uint64_t bytes = sizeof(Scene) + before.layers.size() * sizeof(Layer);
  for (const Layer& layer : before.layers) {
    const Layer* counterpart = after.FindLayer(layer.id);
    bytes += OwnBytes(layer.volume,
                      counterpart != nullptr ? counterpart->volume : Volume());
  }
  return bytes;
}

}  // namespace

void EditHistory::Note(Scene before, const Scene& after) {
  const std::uint64_t bytes = OwnBytes(before, after);
  Add({.content = std::move(before), .bytes = bytes});
}

void EditHistory::Note(std::int32_t layer_id, std::vector<VoxelChange> before) {
  const std::uint64_t bytes =
      sizeof(Entry) + before.capacity() * sizeof(VoxelChange);
  Add({.content = Voxels{layer_id, std::move(before)}, .bytes = bytes});
}

void EditHistory::Clear() {
  undo_.clear();
  redo_.clear();
  bytes_ = 0;
}

void EditHistory::Add(Entry entry) {
  for (const Entry& undone : redo_) bytes_ -= undone.bytes;
  redo_.clear();
  bytes_ += entry.bytes;
  undo_.push_back(std::move(entry));
  while (!undo_.empty() &&
         (undo_.size() > limits_.max_steps || bytes_ > limits_.max_bytes)) {
    bytes_ -= undo_.front().bytes;
    undo_.pop_front();
  }
}

// The entry becomes its own inverse and changes sides.
bool EditHistory::Step(Scene& scene, std::deque<Entry>& from,
                       std::deque<Entry>& to) {
  if (from.empty()) return false;
  Entry entry = std::move(from.back());
  from.pop_back();
  if (auto* other = std::get_if<Scene>(&entry.content)) {
    std::swap(*other, scene);
  } else {
    auto& voxels = std::get<Voxels>(entry.content);
    Volume& volume = scene.FindLayer(voxels.layer_id)->volume;
    // Backwards, because one cell may have changed twice; then the inverse runs
    // backwards as well.
    for (VoxelChange& change : std::views::reverse(voxels.changes)) {
      const Color color = volume.Get(change.cell);
      volume.Set(change.cell, change.color);
      change.color = color;
    }
    std::ranges::reverse(voxels.changes);
  }
  to.push_back(std::move(entry));
  return true;
}

}  // namespace goxel
