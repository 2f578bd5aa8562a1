// The process that one script runs in (goxel-script), seen from the daemon: it
// is started, exchanges frames (script_protocol.h) and ends with this object.
//
// Thread safety: one thread at a time. That thread must live as long as the
// process: the system ends the process with the thread that started it.

#ifndef DAEMON_SCRIPT_PROCESS_H_
#define DAEMON_SCRIPT_PROCESS_H_

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/message_text.h"
#include "daemon/script_protocol.h"
#include "daemon/script_watch.h"
#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {

struct ScriptProcessOptions {
  std::filesystem::path program;          // goxel-script.
  std::uint64_t memory_bytes = 64 << 20;  // Of the script.
};

struct ReceivedFrame {
  ScriptFrame type;
  MessageText body;
};

class ScriptProcess {
 public:
  // After `cpu_time` of work the system ends it, whoever watches.
  static Result<std::unique_ptr<ScriptProcess>> Start(
      const ScriptProcessOptions& options, std::chrono::seconds cpu_time);

  // Kills the process and waits until it is gone.
  ~ScriptProcess();
  ScriptProcess(const ScriptProcess&) = delete;
  ScriptProcess& operator=(const ScriptProcess&) = delete;

  // The status of `watch` when the process does not take the frame in time. OK
  // also when the process has ended.
  Status Send(ScriptFrame type, std::string_view body,
              const ScriptWatch& watch);

  // The next frame; nullopt when the process has ended. The status of `watch`
  // when neither comes in time; kDataLoss for a frame that is longer than all
  // memory of the script.
  Result<std::optional<ReceivedFrame>> Receive(const ScriptWatch& watch);

  // Waits for the end of a process that has closed its socket, and says what it
  // ended of: OK after ScriptExit::kDone; kCancelled when the system ended it
  // for what the script did; kInternal when it could not begin.
  Status Wait();

 private:
  ScriptProcess(pid_t pid, UniqueFd socket, std::uint64_t memory_bytes)
      : pid_(pid), socket_(std::move(socket)), memory_bytes_(memory_bytes) {}

  // Fills `bytes`; false at the end of the stream.
  Result<bool> Read(char* bytes, std::size_t size, const ScriptWatch& watch);
  Status AwaitSocket(short event, const ScriptWatch& watch) const;

  pid_t pid_;  // -1 once it is gone.
  const UniqueFd socket_;
  const std::uint64_t memory_bytes_;
};

// The program called `name`: that file when it has a '/', else the one beside
// the daemon's own executable or, where there is none, in ../libexec/goxel.
std::filesystem::path FindScriptProgram(const std::string& name);

}  // namespace goxel

#endif  // DAEMON_SCRIPT_PROCESS_H_
