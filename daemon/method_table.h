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
#include "daemon/rpc.h"
#include "daemon/worker.h"

namespace goxel {

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

struct MethodCall {
  const Params& params;
  const std::shared_ptr<Peer>& peer;
};

struct Method {
  std::string name;
  std::string description;
  RunsOn runs_on = RunsOn::kServer;
  // Answers through the Responder, during the call or later. The MethodCall
  // ends with the call.
  std::function<void(const MethodCall&, Responder)> call;
};

class MethodTable {
 public:
  // Methods are listed in the order they were added.
  void Add(Method method);
  // For methods that answer during the call.
  void Add(std::string name, std::string description, RunsOn runs_on,
           std::function<RpcResult(const MethodCall&)> answer);

  const std::vector<Method>& methods() const { return methods_; }

  // nullptr when there is none.
  const Method* Find(std::string_view name) const;

  // Finds the method of `request`, reads its params and runs it, here or on a
  // worker. Long params go to the project's worker whatever the method.
  void Dispatch(RpcRequest request, Responder respond,
                const MethodWorkers& workers) const;

 private:
  std::vector<Method> methods_;
  std::unordered_map<std::string, std::size_t> by_name_;
};

// An error with one of the codes that existing clients know (COMPAT codes).
tl::unexpected<RpcError> LegacyError(int code, Status status);

inline tl::unexpected<RpcError> RpcFail(Status status) {
  return tl::unexpected(RpcError{std::move(status), 0});
}

}  // namespace goxel

#endif  // DAEMON_METHOD_TABLE_H_
