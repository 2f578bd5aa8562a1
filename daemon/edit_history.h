// What undo and redo go back and forth between: one step per request that
// changed the scene.
//
// A step is either the scene as it was (a snapshot, which shares with the
// present whatever was not changed) or, for few voxels, their former colours.
// The oldest steps go when there are too many or they hold too much memory.
//
// Thread safety: one thread at a time.

#ifndef DAEMON_EDIT_HISTORY_H_
#define DAEMON_EDIT_HISTORY_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <variant>
#include <vector>

#include "renderer/scene/scene.h"

namespace goxel {

struct HistoryLimits {
  std::size_t max_steps = 1000;           // 0: nothing can be undone.
  std::uint64_t max_bytes = 64ull << 20;  // Of what only the history holds.
};

class EditHistory {
 public:
  explicit EditHistory(HistoryLimits limits) : limits_(limits) {}

  // Notes that `before` became `after`. What was undone can no longer be
  // redone.
  void Note(Scene before, const Scene& after);

  // The same for a few voxels of one layer, with the colours they had.
  void Note(std::int32_t layer_id, std::vector<VoxelChange> before);

  // Goes one step back or forth. False when there is none; `scene` is then as
  // it was.
  // REQUIRES: `scene` is what the last Note(), Undo() or Redo() left.
  bool Undo(Scene& scene) { return Step(scene, undo_, redo_); }
  bool Redo(Scene& scene) { return Step(scene, redo_, undo_); }

  void Clear();

  std::size_t undo_steps() const { return undo_.size(); }
  std::size_t redo_steps() const { return redo_.size(); }
  std::uint64_t bytes() const { return bytes_; }

 private:
  struct Voxels {
    std::int32_t layer_id = 0;
    std::vector<VoxelChange> changes;
  };
  struct Entry {
    std::variant<Scene, Voxels> content;
    std::uint64_t bytes = 0;
  };

  void Add(Entry entry);
  bool Step(Scene& scene, std::deque<Entry>& from, std::deque<Entry>& to);

  const HistoryLimits limits_;
  std::deque<Entry> undo_;  // Latest last.
  std::deque<Entry> redo_;  // Latest undone last.
  std::uint64_t bytes_ = 0;
};

}  // namespace goxel

#endif  // DAEMON_EDIT_HISTORY_H_
