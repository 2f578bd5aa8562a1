#include "tests/e2e/daemon_command.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <sstream>

#include "daemon/pid_file.h"

namespace goxel {
namespace {

std::string ReadToEnd(int fd) {
  std::string text;
  std::array<char, 4096> piece;
  for (;;) {
    const auto got = ::read(fd, piece.data(), piece.size());
    if (got <= 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
}

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    from.reset(ends[0]);
    to.reset(ends[1]);
  }
  UniqueFd from;
  UniqueFd to;
};

}  // namespace

CommandOutcome RunDaemonCommand(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {GOXEL_DAEMON_BINARY};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  Pipe out;
  Pipe err;
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(out.to.get(), STDOUT_FILENO);
    ::dup2(err.to.get(), STDERR_FILENO);
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
  out.to.reset();
  err.to.reset();
  CommandOutcome outcome;
  outcome.out = ReadToEnd(out.from.get());
  outcome.err = ReadToEnd(err.from.get());
  int status = 0;
  ::waitpid(pid, &status, 0);
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  return outcome;
}

std::string ReadText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string ProcessField(pid_t pid, const std::string& field) {
  std::istringstream status(
      ReadText("/proc/" + std::to_string(pid) + "/status"));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field + ":\t")) return line.substr(field.size() + 2);
  }
  return {};
}

// What the daemon leaves behind becomes this process's child, so that it can
// be waited for.
DetachedDaemon::DetachedDaemon(const DaemonHome& home) : home_(home) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

DetachedDaemon::~DetachedDaemon() { Kill(); }

CommandOutcome DetachedDaemon::Start(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"--daemonize", "--pid-file", pid_file(),
                                        "--log-file", log_file()};
  const auto add_unless_given = [&](const std::string& flag,
                                    const std::string& value) {
    if (std::ranges::find(more, flag) != more.end()) return;
    arguments.insert(arguments.end(), {flag, value});
  };
  add_unless_given("--socket", home_.socket());
  add_unless_given("--render-dir", home_.renders());
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunDaemonCommand(arguments);
}

CommandOutcome DetachedDaemon::Run(const std::string& task) const {
  return RunDaemonCommand(
      {task, "--socket", home_.socket(), "--pid-file", pid_file()});
}

std::optional<pid_t> DetachedDaemon::pid() const {
  return PidFile::FindHolder(pid_file()).value_or(std::nullopt);
}

void DetachedDaemon::Kill() {
  const auto running = pid();
  if (!running) return;
  ::kill(*running, SIGKILL);
  ::waitpid(*running, nullptr, 0);
}

}  // namespace goxel
