// The options as they are at this moment: some can be changed while the daemon
// runs, by editing its configuration file and reloading it.
//
// Thread safety: all functions may be called from any thread.

#ifndef DAEMON_LIVE_OPTIONS_H_
#define DAEMON_LIVE_OPTIONS_H_

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "daemon/options.h"

namespace goxel {

// What a reload did, by the names of the options: "[render] ttl_seconds".
struct ReloadOutcome {
  std::vector<std::string> changed;
  std::vector<std::string> needs_restart;  // Differ, and stay what they were.
};

class LiveOptions {
 public:
  explicit LiveOptions(Options options);

  // Never null; does not change any more.
  std::shared_ptr<const Options> Get() const;
  std::shared_ptr<const Options> operator->() const { return Get(); }

  // Takes over what may change at run time (TakesEffect::kOnReload).
  ReloadOutcome Adopt(const Options& wanted);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Options> options_;
};

}  // namespace goxel

#endif  // DAEMON_LIVE_OPTIONS_H_
