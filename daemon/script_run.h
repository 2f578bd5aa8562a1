// One run of a script: its process, what it asks for and prints, and what
// becomes of it.
//
// Thread safety: one thread at a time, which must live as long as the run.

#ifndef DAEMON_SCRIPT_RUN_H_
#define DAEMON_SCRIPT_RUN_H_

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/script_calls.h"
#include "daemon/script_process.h"
#include "daemon/script_watch.h"
#include "ipc/status.h"

namespace goxel {

// JSON text of the value of a script, and of an error that it did not catch.
inline constexpr std::size_t kMaxScriptResult = 4 << 20;
inline constexpr std::size_t kMaxScriptError = 64 << 10;

struct ScriptCode {
  std::string name;  // In stack traces.
  std::string text;  // JavaScript.
};

struct ScriptOutcome {
  // What the script threw, as a JSON object with at least "name" and "message";
  // empty when it came to its end.
  std::string error;
  std::string result = "null";      // Its value as JSON.
  std::vector<std::string> output;  // The lines of its console.
  bool output_truncated = false;    // There were more.
  std::chrono::duration<double, std::milli> duration{0};
};

// An outcome without a run: an error of the given kind ("TypeError").
ScriptOutcome FailedOutcome(std::string_view name, std::string_view message);

class ScriptRun {
 public:
  // All must outlive the run.
  ScriptRun(const ScriptProcessOptions& options, ScriptCalls& calls,
            const ScriptWatch& watch)
      : options_(options), calls_(calls), watch_(watch) {}

  // Runs `code`, which may call `methods`, to its end. The status of the watch,
  // with what was printed as the detail "output", when that does not come in
  // time; kInternal when scripts cannot be run here at all.
  Result<ScriptOutcome> Run(const ScriptCode& code,
                            const std::vector<std::string>& methods);

 private:
  // Runs until the last frame or the end of the process.
  Status Converse(ScriptProcess& process);
  Status Answer(ScriptProcess& process, const ReceivedFrame& call);
  void TakeLine(std::string_view line);
  void TakeResult(std::string_view json);
  void TakeError(std::string_view json);

  const ScriptProcessOptions& options_;
  ScriptCalls& calls_;
  const ScriptWatch& watch_;
  ScriptOutcome outcome_;
  std::size_t printed_ = 0;  // Bytes.
};

}  // namespace goxel

#endif  // DAEMON_SCRIPT_RUN_H_
