// A project: a scene that clients edit and render, with its name, its size and
// what can be undone. It is empty, without a scene, until the first
// create_project or load_project.
//
// Thread safety: all functions may be called from any thread. Edits run one at
// a time, each whole or not at all: a snapshot never shows half an edit.

#ifndef DAEMON_PROJECT_H_
#define DAEMON_PROJECT_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/edit_history.h"
#include "daemon/view_state.h"
#include "ipc/status.h"
#include "renderer/scene/hull.h"
#include "renderer/scene/layer_stack.h"
#include "renderer/scene/scene_view.h"
#include "renderer/scene/voxel_origins.h"

namespace goxel {

// The scene as it was at one moment, and what a render needs of it. Immutable;
// any thread may use it.
class SceneSnapshot {
 public:
  explicit SceneSnapshot(Scene scene) : scene_(std::move(scene)) {}

  struct View {
    SceneView scene;
    std::optional<Box> bounds;        // Of what is drawn.
    std::vector<glm::dvec3> outline;  // Its outermost points.
  };

  // Made on the first call, which may take milliseconds; REQUIRES a thread that
  // may, unless viewed().
  const View& view() const;
  const Scene& scene() const { return scene_; }
  // The layer of each voxel of the view; made on the first call, as view().
  const VoxelOrigins& origins() const;
  bool viewed() const { return viewed_.load(std::memory_order_acquire); }

 private:
  const Scene scene_;
  mutable std::once_flag once_;
  mutable std::atomic<bool> viewed_ = false;
  mutable View view_;
  mutable std::once_flag origins_once_;
  mutable VoxelOrigins origins_;
};

// Voxels along x, y and z, as given to create_project. Nothing is clipped to
// it.
using ProjectSize = std::array<std::int64_t, 3>;

// kFailedPrecondition: what to call first.
Status NoProject();

struct ProjectLimits {
  std::uint64_t max_voxels = 64ull << 20;  // Of all layers together.
  std::size_t max_layers = 16384;
  std::size_t max_tiles = 128 << 10;  // Of all layers; 16 KiB each.
  HistoryLimits history;
};

// kTooLarge: the project would have `wanted` of what only `limit` may be.
Status TooLarge(const char* what, std::uint64_t wanted, std::uint64_t limit);

// kTooLarge when the scene is over a limit.
Status CheckLimits(const Scene& scene, const ProjectLimits& limits);

enum class VoxelTarget {
  kAnyCell,
  kVoxelsOnly,  // Cells that hold a voxel.
};

// Project::SetVoxels() of a scene. On an error nothing has changed.
Status SetVoxels(Scene& scene, LayerChoice choice,
                 std::span<const VoxelChange> voxels, VoxelTarget target);

class Project {
 public:
  // Told the hash of the current scene when it becomes known, and an empty one
  // before a changed scene can be seen. Runs on the caller's thread; must be
  // quick.
  using ShowHash = std::function<void(const Hash128&)>;

  explicit Project(ProjectLimits limits = {}, ShowHash show_hash = {});

  // Replaces everything; nothing of before can be undone. kTooLarge, with
  // nothing changed, when `scene` is over a limit.
  Status Replace(Scene scene, std::string name, ProjectSize size);

  // Back to having no scene.
  void Clear();

  struct Description {
    std::string name;
    ProjectSize size;
    std::size_t layers;
    std::uint64_t voxels;      // Of all layers.
    std::uint64_t generation;  // Grows with every Replace().
    std::size_t undo_steps;
    std::size_t redo_steps;
  };
  // nullopt while there is no scene.
  std::optional<Description> Describe() const;

  // How often the scene was replaced. May be asked within Edit() and Read().
  std::uint64_t generation() const { return generation_; }

  // Runs `edit` on the scene, alone; what it changed can then be undone as one
  // step, and layers that clone a changed layer have changed with it. When
  // `edit` returns an error, nothing has changed and that error is returned.
  //
  // kFailedPrecondition, without running it, while there is no scene; kTooLarge
  // when the scene would be over a limit.
  Status Edit(const std::function<Status(Scene&)>& edit);

  // The same for voxels of one layer, in order, and much faster when they are
  // few. kNotFound for an unknown layer, or for a cell without a voxel where
  // there has to be one.
  Status SetVoxels(LayerChoice choice, std::span<const VoxelChange> voxels,
                   VoxelTarget target = VoxelTarget::kAnyCell);

  // Takes back the last edit, or the last Undo(). kFailedPrecondition when
  // there is none, or no scene.
  Status Undo();
  Status Redo();

  // Runs `look` on the scene, which nobody edits meanwhile. False, without
  // running it, while there is no scene.
  bool Read(const std::function<void(const Scene&)>& look) const;

  // A snapshot of all there is to edit, for looking at length; nullopt while
  // there is no scene.
  std::optional<Scene> Copy() const;

  // The scene as it is now, for rendering; an empty one while there is none.
  // Equal pointers mean nothing was edited between.
  std::shared_ptr<const SceneSnapshot> Snapshot();

  // How the project is looked at where a request does not say it.
  ViewState view_state() const;
  // Unset: by nothing. kFailedPrecondition while there is no scene.
  Status SetViewCamera(std::optional<CameraRequest> camera);
  Status SetViewLight(std::optional<LightSettings> light);

  // Shows the hash of a viewed() snapshot if nothing was edited since.
  void ShowHashOf(const SceneSnapshot& snapshot);

 private:
  // These all REQUIRE: mutex_ is held.
  Status Step(bool (EditHistory::*step)(Scene&), const char* what);
  void ForgetSnapshot();

  const ProjectLimits limits_;
  mutable std::mutex mutex_;
  std::optional<Scene> scene_;
  std::string name_;
  ProjectSize size_{};
  std::atomic<std::uint64_t> generation_ = 0;
  EditHistory history_;
  ViewState view_state_;
  // The last one handed out, until the next edit.
  std::shared_ptr<const SceneSnapshot> snapshot_;

  // Not the mutex above, which an edit may hold for long.
  std::mutex shown_mutex_;
  const ShowHash show_hash_;
  const SceneSnapshot* current_ = nullptr;  // snapshot_, or none.
};

}  // namespace goxel

#endif  // DAEMON_PROJECT_H_
