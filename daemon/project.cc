#include "daemon/project.h"

#include <utility>

namespace goxel {

const SceneSnapshot::View& SceneSnapshot::view() const {
  std::call_once(once_, [this] {
    view_.volume = Composite(scene_);
    view_.hash = HashVolume(view_.volume);
    view_.bounds = view_.volume.Bounds(kSolidAlpha);
    view_.outline = OutermostPoints(view_.volume);
    viewed_.store(true, std::memory_order_release);
  });
  return view_;
}

Project::Project(ShowHash show_hash) : show_hash_(std::move(show_hash)) {}

void Project::Replace(Scene scene, std::string name, ProjectSize size) {
  // Freeing a large scene takes milliseconds: it goes after the lock.
  std::optional<Scene> old(std::move(scene));
  std::lock_guard lock(mutex_);
  scene_.swap(old);
  name_ = std::move(name);
  size_ = size;
  ForgetSnapshot();
}

std::optional<Project::Description> Project::Describe() const {
  std::lock_guard lock(mutex_);
  if (!scene_) return std::nullopt;
  return Description{
      .name = name_, .size = size_, .layers = scene_->layers.size()};
}

bool Project::Edit(const std::function<void(Scene&)>& edit) {
  std::lock_guard lock(mutex_);
  if (!scene_) return false;
  // Before the edit, so that tiles nobody renders are changed in place.
  ForgetSnapshot();
  edit(*scene_);
  return true;
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

void Project::ShowHashOf(const SceneSnapshot& snapshot) {
  const std::lock_guard lock(shown_mutex_);
  if (show_hash_ && current_ == &snapshot) show_hash_(snapshot.view().hash);
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
