// The daemon's log: one line per event on standard error.
//
// Everything in daemon/ logs through spdlog's default logger (spdlog::info and
// its like), which StartLog() sets up. A reader that does not drain the pipe
// behind standard error never holds up the daemon: lines that find no room are
// dropped, and their number is told as soon as there is room again. A reader
// that has left costs the lines and not the daemon: StartLog() ignores SIGPIPE.

#ifndef DAEMON_LOG_H_
#define DAEMON_LOG_H_

#include <functional>

#include "daemon/options.h"

namespace goxel {

enum class LogForm {
  kDated,    // Each line with the time and the level in words.
  kJournal,  // With the level as systemd's journal reads it (sd-daemon(3)),
             // which knows the time.
};

// kJournal when standard error is the journal, as JOURNAL_STREAM of
// `environment` (std::getenv) says.
LogForm FormOfStandardError(
    const std::function<const char*(const char* name)>& environment);

// Lines below `level` are not written. Call it before other threads start.
void StartLog(LogLevel level, LogForm form = LogForm::kDated);

// From here on. May be called from any thread.
void SetLogLevel(LogLevel level);

}  // namespace goxel

#endif  // DAEMON_LOG_H_
