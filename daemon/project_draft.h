// A copy of a project that somebody edits at leisure, while others edit the
// project itself, and that then becomes part of it whole or not at all.
//
// Thread safety: one thread at a time; copy() may be used by others meanwhile.

#ifndef DAEMON_PROJECT_DRAFT_H_
#define DAEMON_PROJECT_DRAFT_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "daemon/project.h"
#include "ipc/status.h"
#include "renderer/scene/scene.h"

namespace goxel {

class ProjectDraft {
 public:
  // Takes the copy. It can be undone to this point and no further.
  ProjectDraft(std::shared_ptr<Project> original, const ProjectLimits& limits);

  // Without a scene when the original has none.
  const std::shared_ptr<Project>& copy() const { return copy_; }

  bool IsChanged() const;

  // Merges what was changed in the copy into the original (MergeScene), which
  // can then undo it as one step. A copy that was replaced, by another file
  // say, replaces the original.
  //
  // kFailedPrecondition, with nothing changed, when the original itself was
  // replaced since the copy was taken; kTooLarge when it would be over a limit.
  Status Commit();

 private:
  bool IsReplaced() const { return copy_->generation() != copy_generation_; }

  const std::shared_ptr<Project> original_;
  const std::shared_ptr<Project> copy_;
  std::optional<Scene> base_;  // Both, when the copy was taken.
  std::uint64_t original_generation_ = 0;
  std::uint64_t copy_generation_ = 0;
};

}  // namespace goxel

#endif  // DAEMON_PROJECT_DRAFT_H_
