// The real daemon, started for one benchmark with a socket and a render
// directory of its own, and stopped with it.

#ifndef BENCH_BENCH_DAEMON_H_
#define BENCH_BENCH_DAEMON_H_

#include <sys/types.h>

#include <filesystem>
#include <memory>

#include "bench/scratch_directory.h"
#include "clients/cpp/client.h"
#include "ipc/status.h"

namespace goxel {

class BenchDaemon {
 public:
  // Few, so that after a few renders each takes the place of an older one, as
  // it does in a daemon that has run for a while.
  static constexpr int kFewRenders = 4;

  // Starts the daemon on the cores that this thread may use, with room for
  // `max_renders`, and waits until it answers.
  static Result<std::unique_ptr<BenchDaemon>> Start(
      int max_renders = kFewRenders);

  ~BenchDaemon();
  BenchDaemon(const BenchDaemon&) = delete;
  BenchDaemon& operator=(const BenchDaemon&) = delete;

  Client& client() { return *client_; }
  pid_t pid() const { return pid_; }
  std::filesystem::path render_directory() const {
    return directory_.path() / "renders";
  }

 private:
  BenchDaemon() = default;

  ScratchDirectory directory_;
  pid_t pid_ = -1;
  std::unique_ptr<Client> client_;
};

}  // namespace goxel

#endif  // BENCH_BENCH_DAEMON_H_
