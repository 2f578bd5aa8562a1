#include "daemon/project.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace goxel {
namespace {

// Edits of so many voxels remember each one for undo, larger ones the scene.
constexpr std::size_t kMaxJournal = 1024;

// kNotFound when one of the cells has no voxel.
Status CheckVoxels(const Volume& volume, std::span<const VoxelChange> voxels) {
  for (const auto& [cell, unused] : voxels) {
    if (volume.Get(cell).a == 0) {
      return Status(StatusCode::kNotFound,
                    fmt::format("there is no voxel at {}, {}, {}", cell.x,
                                cell.y, cell.z));
    }
  }
  return Status();
}

// Looks at the limits before far voxels have made a tile each by the million.
Status SetInPieces(Scene& scene, LayerChoice choice,
                   std::span<const VoxelChange> voxels, VoxelTarget target,
                   const ProjectLimits& limits) {
  Status set;
  while (set.ok() && !voxels.empty()) {
    const auto piece = voxels.first(std::min(voxels.size(), kMaxJournal));
    voxels = voxels.subspan(piece.size());
    set = goxel::SetVoxels(scene, choice, piece, target);
    if (set.ok()) set = CheckLimits(scene, limits);
  }
  return set;
}

}  // namespace

Status NoProject() {
  return Status(StatusCode::kFailedPrecondition,
                "there is no project yet; call goxel.create_project or "
                "goxel.load_project first");
}

const SceneSnapshot::View& SceneSnapshot::view() const {
  std::call_once(once_, [this] {
    view_.scene = ViewOf(scene_);
    view_.bounds = view_.scene.volume.Bounds(kSolidAlpha);
    view_.outline = OutermostPoints(view_.scene.volume);
    viewed_.store(true, std::memory_order_release);
  });
  return view_;
}

const VoxelOrigins& SceneSnapshot::origins() const {
  std::call_once(origins_once_, [this] { origins_ = VoxelOrigins(scene_); });
  return origins_;
}

Status TooLarge(const char* what, std::uint64_t wanted, std::uint64_t limit) {
  return Status(StatusCode::kTooLarge,
                fmt::format("the project would have {} {}; the limit is {}",
                            wanted, what, limit))
      .With("requested", static_cast<std::int64_t>(wanted))
      .With("limit", static_cast<std::int64_t>(limit));
}

Status CheckLimits(const Scene& scene, const ProjectLimits& limits) {
  if (scene.layers.size() > limits.max_layers) {
    return TooLarge("layers", scene.layers.size(), limits.max_layers);
  }
  const std::uint64_t tiles = scene.CountTiles();
  if (tiles > limits.max_tiles) {
    return TooLarge("tiles of 16^3", tiles, limits.max_tiles);
  }
  const std::uint64_t voxels = scene.CountVoxels();
  if (voxels > limits.max_voxels) {
    return TooLarge("voxels", voxels, limits.max_voxels);
  }
  return Status();
}

Status SetVoxels(Scene& scene, LayerChoice choice,
                 std::span<const VoxelChange> voxels, VoxelTarget target) {
  const Layer* found = FindLayer(scene, choice);
  if (found != nullptr && target == VoxelTarget::kVoxelsOnly) {
    Status there = CheckVoxels(found->volume, voxels);
    if (!there.ok()) return there;
  }
  const auto layer = LayerToEdit(scene, choice);
  if (!layer) return layer.error();
  Volume& volume = (*layer)->volume;
  for (const auto& [cell, color] : voxels) volume.Set(cell, color);
  return Status();
}

Project::Project(ProjectLimits limits, ShowHash show_hash)
    : limits_(limits),
      history_(limits.history),
      show_hash_(std::move(show_hash)) {}

Status Project::Replace(Scene scene, std::string name, ProjectSize size) {
  if (Status fits = CheckLimits(scene, limits_); !fits.ok()) return fits;
  if (scene.layers.empty()) scene.AddLayer("Layer.1");
  // Freeing a large scene takes milliseconds: it goes after the lock.
  std::optional<Scene> old(std::move(scene));
  std::lock_guard lock(mutex_);
  scene_.swap(old);
  name_ = std::move(name);
  size_ = size;
  ++generation_;
  history_.Clear();
  view_state_ = {};
  ForgetSnapshot();
  return Status();
}

void Project::Clear() {
  std::optional<Scene> old;
  std::lock_guard lock(mutex_);
  scene_.swap(old);
  name_.clear();
  size_ = {};
  history_.Clear();
  view_state_ = {};
  ForgetSnapshot();
}

std::optional<Project::Description> Project::Describe() const {
  std::lock_guard lock(mutex_);
  if (!scene_) return std::nullopt;
  return Description{.name = name_,
                     .size = size_,
                     .layers = scene_->layers.size(),
                     .voxels = scene_->CountVoxels(),
                     .generation = generation_,
                     .undo_steps = history_.undo_steps(),
                     .redo_steps = history_.redo_steps()};
}

Status Project::Edit(const std::function<Status(Scene&)>& edit) {
  std::optional<Scene> before;  // Freed after the lock.
  std::lock_guard lock(mutex_);
  if (!scene_) return NoProject();
  before = *scene_;
  Status edited = edit(*scene_);
  if (edited.ok() && IsUnchanged(*before, *scene_)) return edited;
  if (edited.ok() && HasClones(*scene_)) edited = UpdateClones(*scene_);
  if (edited.ok()) edited = CheckLimits(*scene_, limits_);
  if (!edited.ok()) {
    scene_.swap(before);
    return edited;
  }
  ForgetSnapshot();
  history_.Note(*std::move(before), *scene_);
  return edited;
}

Status Project::SetVoxels(LayerChoice choice,
                          std::span<const VoxelChange> voxels,
                          VoxelTarget target) {
  std::unique_lock lock(mutex_);
  if (!scene_) return NoProject();
  const bool fits =
      scene_->CountVoxels() + voxels.size() <= limits_.max_voxels &&
      scene_->CountTiles() + voxels.size() <= limits_.max_tiles;
  if (voxels.size() > kMaxJournal || !fits || HasClones(*scene_)) {
    lock.unlock();
    return Edit([&](Scene& scene) {
      return SetInPieces(scene, choice, voxels, target, limits_);
    });
  }
  const auto layer = LayerToEdit(*scene_, choice);
  if (!layer) return layer.error();
  Volume& volume = (*layer)->volume;
  if (target == VoxelTarget::kVoxelsOnly) {
    if (Status there = CheckVoxels(volume, voxels); !there.ok()) return there;
  }
  std::vector<VoxelChange> before;
  for (const VoxelChange& voxel : voxels) {
    const Color color = volume.Get(voxel.cell);
    if (color == voxel.color || color.a + voxel.color.a == 0) continue;
    // Before the first change, so that tiles nobody renders change in place.
    if (before.empty()) ForgetSnapshot();
    before.push_back({voxel.cell, color});
    volume.Set(voxel.cell, voxel.color);
  }
  if (!before.empty()) history_.Note((*layer)->id, std::move(before));
  return Status();
}

Status Project::Undo() {
  std::lock_guard lock(mutex_);
  return Step(&EditHistory::Undo, "undo");
}

Status Project::Redo() {
  std::lock_guard lock(mutex_);
  return Step(&EditHistory::Redo, "redo");
}

Status Project::Step(bool (EditHistory::*step)(Scene&), const char* what) {
  if (!scene_) return NoProject();
  ForgetSnapshot();
  if ((history_.*step)(*scene_)) return Status();
  return Status(StatusCode::kFailedPrecondition,
                fmt::format("there is nothing to {}", what));
}

std::optional<Scene> Project::Copy() const {
  std::lock_guard lock(mutex_);
  return scene_;
}

bool Project::Read(const std::function<void(const Scene&)>& look) const {
  std::lock_guard lock(mutex_);
  if (!scene_) return false;
  look(*scene_);
  return true;
}

std::shared_ptr<const SceneSnapshot> Project::Snapshot() {
  std::lock_guard lock(mutex_);
  if (!snapshot_) {
    snapshot_ =
        std::make_shared<const SceneSnapshot>(scene_ ? *scene_ : NewScene());
    const std::lock_guard shown_lock(shown_mutex_);
    current_ = snapshot_.get();
  }
  return snapshot_;
}

ViewState Project::view_state() const {
  std::lock_guard lock(mutex_);
  return view_state_;
}

Status Project::SetViewCamera(std::optional<CameraRequest> camera) {
  std::lock_guard lock(mutex_);
  if (!scene_) return NoProject();
  view_state_.camera = std::move(camera);
  return Status();
}

Status Project::SetViewLight(std::optional<LightSettings> light) {
  std::lock_guard lock(mutex_);
  if (!scene_) return NoProject();
  view_state_.light = light;
  return Status();
}

void Project::ShowHashOf(const SceneSnapshot& snapshot) {
  const std::lock_guard lock(shown_mutex_);
  if (show_hash_ && current_ == &snapshot)
    show_hash_(snapshot.view().scene.hash);
}

void Project::ForgetSnapshot() {
  {
    const std::lock_guard lock(shown_mutex_);
    current_ = nullptr;
    if (show_hash_) show_hash_({});
  }
  snapshot_.reset();
}

}  // namespace goxel
