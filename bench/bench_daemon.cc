#include "bench/bench_daemon.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace goxel {
namespace {

constexpr std::chrono::seconds kStartLimit{20};
constexpr std::chrono::microseconds kBetweenLooks{500};

// Waits until daemon `pid` answers on `socket`, or has ended.
Result<std::unique_ptr<Client>> ConnectWhenUp(
    const std::filesystem::path& socket, pid_t pid) {
  const auto deadline = std::chrono::steady_clock::now() + kStartLimit;
  for (;;) {
    auto client = Client::Connect({.socket_path = socket});
    siginfo_t ended{};
    ::waitid(P_PID, static_cast<id_t>(pid), &ended,
             WEXITED | WNOHANG | WNOWAIT);
    if (client || ended.si_pid == pid ||
        std::chrono::steady_clock::now() > deadline) {
      return client;
    }
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

}  // namespace

Result<std::unique_ptr<BenchDaemon>> BenchDaemon::Start(int max_renders) {
  std::unique_ptr<BenchDaemon> daemon(new BenchDaemon);
  const std::filesystem::path& home = daemon->directory_.path();
  const std::filesystem::path socket = home / "goxel.sock";
  std::vector<std::string> words = {
      GOXEL_DAEMON_BINARY,        "--socket",    socket,  "--render-dir",
      daemon->render_directory(), "--log-level", "error", "--max-renders",
      std::to_string(max_renders)};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  daemon->pid_ = ::fork();
  if (daemon->pid_ == 0) {
    // A benchmark that dies takes its daemon along.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  auto client = ConnectWhenUp(socket, daemon->pid_);
  if (!client) return Fail(client.error());
  daemon->client_ = *std::move(client);
  return daemon;
}

BenchDaemon::~BenchDaemon() {
  client_.reset();
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace goxel
