// The methods clients can call: their names, what they do, and on which thread.
//
// Thread safety: built once, then const and usable from any thread; Dispatch()
// belongs to the server's thread.

#ifndef DAEMON_METHOD_TABLE_H_
#define DAEMON_METHOD_TABLE_H_

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "daemon/params.h"
#include "daemon/projects.h"
#include "daemon/rpc.h"
#include "daemon/worker.h"

namespace goxel {

enum class ProjectUse {
  kNone,   // The method has nothing to do with projects.
  kNeeds,  // project_id names one that is there.
  kMakes,  // project_id may name one that is yet to be made.
};

enum class RunsOn {
  kServer,   // At once: it never waits for anything.
  kProject,  // At once unless an edit on the worker may hold the project.
  kWorker,   // On the worker that edits the project: it takes long.
  kFiles,    // On the worker for the store: it touches files, no project.
};

// A scene that loads for seconds does not keep anybody waiting who asks about
// renders.
struct MethodWorkers {
  Worker& project;
  Worker& files;
};

// One request for a method. Ends with the call of the method.
struct MethodCall {
  // Of a method that reads its text: project_id alone.
  const Params& params;
  // The JSON text of the params, as RpcRequest has it.
  std::string_view text;
  const std::shared_ptr<Peer>& peer;
  // What `project_id` names, the default project without one. Null for methods
  // that use none, and where one is yet to be made.
  std::shared_ptr<Project> project;
};

struct Method {
  std::string name;
  std::string description;
  RunsOn runs_on = RunsOn::kServer;
  ProjectUse project_use = ProjectUse::kNone;
  // Its params may be many megabytes: it reads the text itself.
  bool reads_text = false;
  // Answers through the Responder, during the call or later.
  std::function<void(const MethodCall&, Responder)> call;
};

class MethodTable {
 public:
  // Methods are listed in the order they were added.
  void Add(Method method);
  // For methods that answer during the call. Those that run on kProject or
  // kWorker need a project.
  void Add(std::string name, std::string description, RunsOn runs_on,
           std::function<RpcResult(const MethodCall&)> answer);

  const std::vector<Method>& methods() const { return methods_; }

  // nullptr when there is none.
  const Method* Find(std::string_view name) const;

  // Finds the method of `request`, reads its params and runs it, here or on a
  // worker. Long params go to the project's worker whatever the method.
  // kNotFound for a project_id that names nothing.
  void Dispatch(RpcRequest request, Responder respond,
                const MethodWorkers& workers, const Projects& projects) const;

  // Runs `method` on the caller's thread and on `project`, whatever it is of;
  // kInvalidArgument when the params name one by project_id. May be called from
  // any thread, each with a parser of its own.
  void CallOn(std::shared_ptr<Project> project, const Method& method,
              const RpcRequest& request, simdjson::dom::parser& parser,
              Responder respond) const;

 private:
  void Call(const Method& method, const RpcRequest& request,
            const Projects& projects, simdjson::dom::parser& parser,
            Responder respond) const;

  std::vector<Method> methods_;
  std::unordered_map<std::string, std::size_t> by_name_;
  // For params that are read on the server's thread.
  mutable simdjson::dom::parser parser_;
};

// The project that a request names, kDefaultProjectId when it names none.
// kInvalidArgument when project_id is no string.
Result<std::string_view> ReadProjectId(const Params& params);

// An error with one of the codes that existing clients know (COMPAT codes).
tl::unexpected<RpcError> LegacyError(int code, Status status);

// For a request that met no project or no such layer: `code` and `message`,
// which existing clients know, with the words of `status` as the detail "hint".
// Any other status is returned as it is.
tl::unexpected<RpcError> EditError(int code, const char* message,
                                   Status status);

inline tl::unexpected<RpcError> RpcFail(Status status) {
  return tl::unexpected(RpcError{std::move(status), 0});
}

}  // namespace goxel

#endif  // DAEMON_METHOD_TABLE_H_
