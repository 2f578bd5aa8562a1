#include "clients/cli/private_daemon.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>
#include <thread>
#include <vector>

#include "clients/cpp/environment.h"

namespace goxel {
namespace {

constexpr char kProgram[] = "goxel-daemon";
constexpr auto kLongestStart = std::chrono::seconds(30);
constexpr auto kPollInterval = std::chrono::milliseconds(1);

// A picture that is drawn for one command may take what the machine has: the
// limits of a daemon that many share are not for it.
constexpr char kMostRenders[] = "4096";
constexpr char kMostBytes[] = "1099511627776";
constexpr char kMostBytesOfOne[] = "1073741824";

// Where the daemon may be, the best place first.
std::vector<std::filesystem::path> Candidates() {
  if (const auto named = Environment("GOXEL_DAEMON"); !named.empty()) {
    return {named};
  }
  std::error_code unknown;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", unknown);
  const auto beside = self.parent_path();
  // The second is where a build leaves the two.
  std::vector<std::filesystem::path> places = {
      beside / kProgram, beside / "../../daemon" / kProgram};
  std::istringstream directories{std::string(Environment("PATH"))};
  for (std::string directory; std::getline(directories, directory, ':');) {
    places.push_back(std::filesystem::path(directory) / kProgram);
  }
  return places;
}

Result<std::string> FindProgram() {
  const auto candidates = Candidates();
  for (const auto& candidate : candidates) {
    if (::access(candidate.c_str(), X_OK) == 0) return candidate.native();
  }
  return Fail(
      StatusCode::kNotFound,
      fmt::format("no private daemon can be started: '{}' is no program; put "
                  "{} beside goxelctl or into PATH, or set GOXEL_DAEMON to it",
                  candidates.front().native(), kProgram));
}

// Becomes the daemon, which dies with `parent`.
[[noreturn]] void Become(char* const* arguments, pid_t parent, int hold,
                         int log) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(EXIT_FAILURE);
  // Ctrl-C ends goxelctl, and that the daemon: not both at once, which would
  // leave goxelctl with the broken connection to report.
  ::setsid();
  // It is no service of whoever runs goxelctl as one.
  ::unsetenv("NOTIFY_SOCKET");
  static_cast<void>(::fcntl(hold, F_DUPFD, STDERR_FILENO + 1));
  const int nothing = ::open("/dev/null", O_RDWR);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execv(arguments[0], arguments);
  ::_exit(EXIT_FAILURE);
}

}  // namespace

PrivateDaemon::PrivateDaemon(ScratchDirectory home) : home_(std::move(home)) {}

PrivateDaemon::~PrivateDaemon() {
  if (pid_ < 0) return;
  // Nothing that it could tidy up outlives home_.
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

Status PrivateDaemon::Execute(const std::string& program) {
  std::vector<std::string> words = {program,
                                    "--foreground",
                                    "--config",
                                    "/dev/null",
                                    "--socket",
                                    socket(),
                                    "--render-dir",
                                    home_.path() / "renders",
                                    "--max-renders",
                                    kMostRenders,
                                    "--max-cache-size",
                                    kMostBytes,
                                    "--max-render-size",
                                    kMostBytesOfOne};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const UniqueFd output(
      ::open(log().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  const pid_t self = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) {
    Become(arguments.data(), self, home_.hold(), output.get());
  }
  return pid_ > 0 ? Status() : Status::FromErrno("start a process", errno);
}

Status PrivateDaemon::Ended() const {
  std::ifstream file(log());
  std::string words;
  for (std::string line; std::getline(file, line);) {
    words += (words.empty() ? "" : "; ") + line;
  }
  return {StatusCode::kFailedPrecondition,
          fmt::format("the private daemon did not start: {}",
                      words.empty() ? "it said nothing" : words)};
}

Status PrivateDaemon::AwaitSocket() {
  const auto deadline = std::chrono::steady_clock::now() + kLongestStart;
  while (std::chrono::steady_clock::now() < deadline) {
    if (Connect()) return {};
    if (::waitpid(pid_, nullptr, WNOHANG) != 0) {
      pid_ = -1;
      return Ended();
    }
    std::this_thread::sleep_for(kPollInterval);
  }
  return {StatusCode::kTimedOut,
          fmt::format("the private daemon does not listen on {} after {} s",
                      socket().native(), kLongestStart.count())};
}

Result<std::unique_ptr<PrivateDaemon>> PrivateDaemon::Start() {
  const auto program = FindProgram();
  if (!program) return Fail(program.error());
  std::error_code error;
  const auto parent = std::filesystem::temp_directory_path(error);
  if (error) {
    return Fail(Status::FromErrno("find a temporary directory (TMPDIR)",
                                  error.value()));
  }
  auto home = ScratchDirectory::Create(parent, "goxelctl-");
  if (!home) return Fail(home.error());
  std::unique_ptr<PrivateDaemon> daemon(new PrivateDaemon(*std::move(home)));
  if (Status executed = daemon->Execute(*program); !executed.ok()) {
    return Fail(std::move(executed));
  }
  if (Status ready = daemon->AwaitSocket(); !ready.ok()) {
    return Fail(std::move(ready));
  }
  return daemon;
}

Result<std::unique_ptr<Client>> PrivateDaemon::Connect() const {
  return Client::Connect({.socket_path = socket()});
}

}  // namespace goxel
