#include "daemon/project_draft.h"

#include <utility>

#include "renderer/scene/merge.h"

namespace goxel {

ProjectDraft::ProjectDraft(std::shared_ptr<Project> original,
                           const ProjectLimits& limits)
    : original_(std::move(original)), copy_(std::make_shared<Project>(limits)) {
  const auto description = original_->Describe();
  original_->Read([this](const Scene& scene) {
    base_ = scene;
    original_generation_ = original_->generation();
  });
  if (!base_ || !description) {
    base_.reset();
    return;
  }
  // Within the limits, since the original is.
  static_cast<void>(
      copy_->Replace(*base_, description->name, description->size));
  const ViewState state = original_->view_state();
  static_cast<void>(copy_->SetViewCamera(state.camera));
  static_cast<void>(copy_->SetViewLight(state.light));
  copy_generation_ = copy_->generation();
}

bool ProjectDraft::IsChanged() const {
  const auto changed = copy_->Copy();
  if (!changed) return false;
  return IsReplaced() || !IsUnchanged(*base_, *changed);
}

Status ProjectDraft::Commit() {
  const auto description = copy_->Describe();
  auto changed = copy_->Copy();
  if (!description || !changed) return Status();
  if (IsReplaced()) {
    return original_->Replace(*std::move(changed), description->name,
                              description->size);
  }
  return original_->Edit([&](Scene& scene) {
    if (original_->generation() != original_generation_) {
      return Status(StatusCode::kFailedPrecondition,
                    "the project was replaced in the meantime, so that there "
                    "is nothing to merge the changes into; make them again");
    }
    MergeScene(*base_, *changed, scene);
    return Status();
  });
}

}  // namespace goxel
