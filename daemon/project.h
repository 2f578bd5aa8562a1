// The project: the one scene that all clients edit and render, with its name
// and size. There is none until the first create_project or load_project.
//
// Thread safety: all functions may be called from any thread. Edits run one at
// a time, each whole: a snapshot never shows half an edit.

#ifndef DAEMON_PROJECT_H_
#define DAEMON_PROJECT_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "renderer/scene/hull.h"
#include "renderer/scene/scene.h"

namespace goxel {

// The scene as it was at one moment, and what a render needs of it. Immutable;
// any thread may use it.
class SceneSnapshot {
 public:
  explicit SceneSnapshot(Scene scene) : scene_(std::move(scene)) {}

  struct View {
    Volume volume;  // The visible layers combined.
    Hash128 hash;
    std::optional<Box> bounds;        // Of what is drawn.
    std::vector<glm::dvec3> outline;  // Its outermost points.
  };

  // Made on the first call, which may take milliseconds; REQUIRES a thread that
  // may, unless viewed().
  const View& view() const;
  bool viewed() const { return viewed_.load(std::memory_order_acquire); }

 private:
  const Scene scene_;
  mutable std::once_flag once_;
  mutable std::atomic<bool> viewed_ = false;
  mutable View view_;
};

// Voxels along x, y and z, as given to create_project. Nothing is clipped to
// it.
using ProjectSize = std::array<std::int64_t, 3>;

class Project {
 public:
  // Told the hash of the current scene when it becomes known, and an empty one
  // before the scene changes. Runs on the caller's thread; must be quick.
  using ShowHash = std::function<void(const Hash128&)>;

  explicit Project(ShowHash show_hash = {});

  // Replaces everything.
  void Replace(Scene scene, std::string name, ProjectSize size);

  // What `Describe` says; nullopt while there is no project.
  struct Description {
    std::string name;
    ProjectSize size;
    std::size_t layers;
  };
  std::optional<Description> Describe() const;

  // Runs `edit` on the scene, alone. False, without running it, while there is
  // no project.
  bool Edit(const std::function<void(Scene&)>& edit);

  // The same for looking only.
  bool Read(const std::function<void(const Scene&)>& look) const;

  // The scene as it is now; an empty one while there is no project. Equal
  // pointers mean nothing was edited between.
  std::shared_ptr<const SceneSnapshot> Snapshot();

  // Shows the hash of a viewed() snapshot if nothing was edited since.
  void ShowHashOf(const SceneSnapshot& snapshot);

 private:
  void ForgetSnapshot();

  mutable std::mutex mutex_;
  std::optional<Scene> scene_;
  std::string name_;
  ProjectSize size_{};
  // The last one handed out, until the next edit.
  std::shared_ptr<const SceneSnapshot> snapshot_;

  // Not the mutex above, which an edit may hold for long.
  std::mutex shown_mutex_;
  const ShowHash show_hash_;
  const SceneSnapshot* current_ = nullptr;  // snapshot_, or none.
};

}  // namespace goxel

#endif  // DAEMON_PROJECT_H_
