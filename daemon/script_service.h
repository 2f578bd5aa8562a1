// Runs the scripts of goxel.execute_script: so many at a time, each in a
// process of its own and on a draft of its project, which becomes part of the
// project when the script has come to its end, and never when it has not.
//
// Thread safety: all functions may be called from any thread.

#ifndef DAEMON_SCRIPT_SERVICE_H_
#define DAEMON_SCRIPT_SERVICE_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "daemon/method_table.h"
#include "daemon/peer.h"
#include "daemon/project.h"
#include "daemon/script_process.h"
#include "daemon/script_run.h"
#include "daemon/worker.h"
#include "ipc/status.h"

namespace goxel {

struct ScriptServiceOptions {
  ScriptProcessOptions process;
  std::size_t max_scripts = 4;   // At a time; 0: scripts are refused.
  std::size_t max_waiting = 64;  // Further ones are refused.
  ProjectLimits limits;          // Of a draft.
};

struct ScriptRequest {
  std::string name;  // Empty: the path's, else "script".
  std::string code;
  std::string path;  // When not empty, the code is in this file.
  std::chrono::milliseconds timeout{30000};  // From its start.
  std::shared_ptr<Project> project;
  std::shared_ptr<Peer> peer;
};

using ScriptDone = std::function<void(Result<ScriptOutcome>)>;

class ScriptService {
 public:
  // `methods` and `project_worker`, which merges the drafts, must outlive the
  // service; methods may be added until the first Run().
  ScriptService(ScriptServiceOptions options, const MethodTable& methods,
                Worker& project_worker);

  // As BeginStop(), and waits for the scripts to end.
  ~ScriptService();
  ScriptService(const ScriptService&) = delete;
  ScriptService& operator=(const ScriptService&) = delete;

  // Answers through `done`, later and from another thread, or at once with
  // kUnavailable (retry_after_ms) when too many wait or the daemon stops, and
  // kPermissionDenied when scripts are switched off. Never blocks.
  //
  // What the script itself did wrong is an outcome. Errors are those of
  // ScriptRun and of ProjectDraft::Commit(); nothing has changed then.
  void Run(ScriptRequest request, ScriptDone done);

  // Ends the scripts that run and takes no more. Returns at once.
  void BeginStop() { stopping_ = true; }

 private:
  void RunNow(const ScriptRequest& request, const ScriptDone& done);

  const ScriptServiceOptions options_;
  const MethodTable& methods_;
  Worker& project_worker_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::size_t> waiting_ = 0;
  Worker threads_;  // Last: its threads use the rest.
};

}  // namespace goxel

#endif  // DAEMON_SCRIPT_SERVICE_H_
