#include "daemon/projects.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace goxel {
namespace {

constexpr std::size_t kMaxIdBytes = 64;
constexpr std::size_t kMaxIdsShown = 8;

bool IsUsableId(std::string_view id) {
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !id.empty() && id.size() <= kMaxIdBytes &&
         id.find_first_not_of(kAllowed) == id.npos;
}

}  // namespace

Projects::Projects(ProjectsOptions options) : options_(std::move(options)) {
  projects_.emplace(
      kDefaultProjectId,
      std::make_shared<Project>(options_.limits, options_.show_hash));
}

Result<std::shared_ptr<Project>> Projects::Find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = projects_.find(id);
  if (found != projects_.end()) return found->second;
  std::string known;
  std::size_t left = kMaxIdsShown;
  for (const auto& [other, unused] : projects_) {
    if (left-- == 0) break;
    known += known.empty() ? other : ", " + other;
  }
  return Fail(StatusCode::kNotFound,
              fmt::format("there is no project '{}'; {} of {} there are: {}",
                          id.substr(0, kMaxIdBytes),
                          std::min(kMaxIdsShown, projects_.size()),
                          projects_.size(), known));
}

Result<std::shared_ptr<Project>> Projects::FindOrMake(std::string_view id) {
  const std::lock_guard lock(mutex_);
  const auto found = projects_.find(id);
  return found != projects_.end() ? found->second : Add(id);
}

Result<std::shared_ptr<Project>> Projects::Make(std::string_view id) {
  const std::lock_guard lock(mutex_);
  if (projects_.contains(id)) {
    return Fail(StatusCode::kFailedPrecondition,
                fmt::format("there is a project '{}' already", id));
  }
  return Add(id);
}

Result<std::shared_ptr<Project>> Projects::Add(std::string_view id) {
  if (!IsUsableId(id)) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("project_id is '{}'; expected 1 to {} characters "
                            "of A-Z a-z 0-9 . _ -",
                            id.substr(0, kMaxIdBytes), kMaxIdBytes));
  }
  if (projects_.size() >= options_.max_projects) {
    return Fail(StatusCode::kResourceExhausted,
                fmt::format("there are {} projects, as many as may be; close "
                            "one with goxel.close_project",
                            projects_.size()));
  }
  return projects_
      .emplace(std::string(id), std::make_shared<Project>(options_.limits))
      .first->second;
}

bool Projects::Close(std::string_view id) {
  auto found = Find(id);
  return found && Close(id, *found);
}

bool Projects::Close(std::string_view id,
                     const std::shared_ptr<Project>& project) {
  std::shared_ptr<Project> closed;  // Freed after the lock.
  const std::lock_guard lock(mutex_);
  const auto found = projects_.find(id);
  if (found == projects_.end() || found->second != project) return false;
  if (id == kDefaultProjectId) {
    project->Clear();
  } else {
    closed = std::move(found->second);
    projects_.erase(found);
  }
  return true;
}

std::vector<Projects::Entry> Projects::List() const {
  const std::lock_guard lock(mutex_);
  std::vector<Entry> entries;
  for (const auto& [id, project] : projects_) entries.push_back({id, project});
  return entries;
}

}  // namespace goxel
