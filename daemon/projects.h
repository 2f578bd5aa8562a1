// The projects of a daemon, by their ids. Clients that name none share the
// default one, which is always there.
//
// Thread safety: all functions may be called from any thread. A project that is
// closed lives on for the requests that hold it.

#ifndef DAEMON_PROJECTS_H_
#define DAEMON_PROJECTS_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/project.h"
#include "ipc/status.h"

namespace goxel {

inline constexpr std::string_view kDefaultProjectId = "default";

struct ProjectsOptions {
  std::size_t max_projects = 64;  // The default one included.
  ProjectLimits limits;           // Of each.
  // For the default project alone: the index shows one scene.
  Project::ShowHash show_hash;
};

class Projects {
 public:
  explicit Projects(ProjectsOptions options);

  // kNotFound, with the ids there are, when there is no such project.
  Result<std::shared_ptr<Project>> Find(std::string_view id) const;

  // The same, but makes the project, without a scene, when there is none.
  // kInvalidArgument for an id that is not 1 to 64 of A-Z a-z 0-9 . _ -;
  // kResourceExhausted when there are max_projects.
  Result<std::shared_ptr<Project>> FindOrMake(std::string_view id);

  // The same, but kFailedPrecondition when there is such a project already.
  Result<std::shared_ptr<Project>> Make(std::string_view id);

  // Forgets the project; the default one loses its scene instead. False when
  // there is none.
  bool Close(std::string_view id);

  // The same, but only while the project of that id is `project`.
  bool Close(std::string_view id, const std::shared_ptr<Project>& project);

  struct Entry {
    std::string id;
    std::shared_ptr<Project> project;
  };
  // By id.
  std::vector<Entry> List() const;

  const ProjectLimits& limits() const { return options_.limits; }

 private:
  // REQUIRES: mutex_ is held, and there is no such project.
  Result<std::shared_ptr<Project>> Add(std::string_view id);

  const ProjectsOptions options_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Project>, std::less<>> projects_;
};

}  // namespace goxel

#endif  // DAEMON_PROJECTS_H_
