// What a script asks of the daemon: the methods of the wire API, on a project
// of the script's own.
//
// Thread safety: one thread at a time.

#ifndef DAEMON_SCRIPT_CALLS_H_
#define DAEMON_SCRIPT_CALLS_H_

#include <simdjson.h>

#include <memory>
#include <string>
#include <vector>

#include "daemon/message_text.h"
#include "daemon/method_table.h"
#include "daemon/project.h"
#include "daemon/script_watch.h"
#include "ipc/status.h"

namespace goxel {

class ScriptCalls {
 public:
  // `methods` must outlive this. A reply of more than `max_reply_bytes` is an
  // error of its call.
  ScriptCalls(const MethodTable& methods, std::shared_ptr<Project> project,
              std::size_t max_reply_bytes)
      : methods_(methods),
        project_(std::move(project)),
        max_reply_bytes_(max_reply_bytes) {}

  // The names of the methods that a script may call.
  static std::vector<std::string> Names(const MethodTable& methods);

  // The response to a JSON-RPC request, errors included. The status of `watch`
  // when it does not come in time.
  Result<std::string> Answer(const MessageText& request,
                             const ScriptWatch& watch);

 private:
  // The text of a result.
  tl::expected<std::string, RpcError> Collect(RpcResult result) const;

  const MethodTable& methods_;
  const std::shared_ptr<Project> project_;
  const std::size_t max_reply_bytes_;
  simdjson::dom::parser parser_;  // Of params; keeps its memory.
};

}  // namespace goxel

#endif  // DAEMON_SCRIPT_CALLS_H_
