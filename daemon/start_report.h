// Tells whoever started the daemon how that went.
//
// A daemon in the foreground tells it on standard error. One that detaches has
// left its caller's process behind, which waits for the report and ends with
// it.

#ifndef DAEMON_START_REPORT_H_
#define DAEMON_START_REPORT_H_

#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {

class StartReport {
 public:
  // To standard error as it is now, wherever the log goes later.
  static StartReport ToStandardError();

  // Detaches: returns in a new process that has no terminal, is in a session of
  // its own without leading it, and has /dev/null for its standard streams. The
  // calling process does not return but ends: with success after Ready(), else
  // with failure after what Failed() said has been written to its standard
  // error.
  // REQUIRES: the process has one thread.
  static Result<StartReport> FromDetached();

  // The daemon serves.
  void Ready();
  // It does not, or no longer; says so in the log as well when that goes
  // elsewhere.
  void Failed(const Status& error);

 private:
  StartReport(UniqueFd to, bool awaited)
      : to_(std::move(to)), awaited_(awaited) {}

  UniqueFd to_;
  bool awaited_;  // By a process that reads until the end.
};

}  // namespace goxel

#endif  // DAEMON_START_REPORT_H_
