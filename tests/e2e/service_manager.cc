#include "tests/e2e/service_manager.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <thread>

namespace goxel {
namespace {

constexpr int kFirstPassedDescriptor = 3;
// Above all that are passed.
constexpr int kHighDescriptor = 100;
constexpr auto kPatience = std::chrono::seconds(30);

UniqueFd BoundSocket(int type, std::string path) {
  UniqueFd socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  if (path.front() == '@') address.sun_path[0] = '\0';
  const auto size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  EXPECT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size),
            0)
      << path;
  return socket;
}

// In the child: gives the descriptors their numbers.
void Place(const std::vector<int>& passed) {
  for (std::size_t i = 0; i < passed.size(); ++i) {
    ::dup2(passed[i], kHighDescriptor + static_cast<int>(i));
  }
  for (std::size_t i = 0; i < passed.size(); ++i) {
    const int offset = static_cast<int>(i);
    ::dup2(kHighDescriptor + offset, kFirstPassedDescriptor + offset);
    ::close(kHighDescriptor + offset);
  }
}

}  // namespace

ServiceManager::ServiceManager(const DaemonHome& home)
    : home_(home), socket_(BoundSocket(SOCK_STREAM, home.socket())) {
  EXPECT_EQ(::listen(socket_.get(), SOMAXCONN), 0);
}

ServiceManager::~ServiceManager() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void ServiceManager::Start(const std::vector<int>& passed,
                           const Variables& variables,
                           const std::vector<std::string>& flags) {
  std::vector<std::string> arguments = {GOXEL_DAEMON_BINARY, "--render-dir",
                                        home_.renders().string()};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const UniqueFd log(::open((home_.path() / "log").c_str(),
                            O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  pid_ = ::fork();
  if (pid_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(log.get(), STDERR_FILENO);
  ::setenv("LISTEN_FDS", std::to_string(passed.size()).c_str(), 1);
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  for (const auto& [name, value] : variables) {
    ::setenv(name.c_str(), value.c_str(), 1);
  }
  Place(passed);
  ::execv(pointers[0], pointers.data());
  ::_exit(127);
}

std::pair<std::string, std::string> ServiceManager::Listen(char kind) {
  const std::string home = home_.path();
  const std::string name = kind == '@' ? "@" + home : home + "/notices";
  notices_ = BoundSocket(SOCK_DGRAM, name);
  const timeval limit{std::chrono::seconds(kPatience).count(), 0};
  ::setsockopt(notices_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  return {"NOTIFY_SOCKET", name};
}

std::string ServiceManager::NextNotice() {
  std::array<char, 4096> text;
  const auto got = ::recv(notices_.get(), text.data(), text.size(), 0);
  return got > 0 ? std::string(text.data(), static_cast<std::size_t>(got)) : "";
}

bool ServiceManager::AwaitNotice(const std::string& wanted) {
  std::string notice;
  do {
    notice = NextNotice();
  } while (!notice.empty() && notice != wanted);
  return notice == wanted;
}

void ServiceManager::Signal(int number) const { ::kill(pid_, number); }

std::optional<int> ServiceManager::Wait() {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  int status = 0;
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() >= end) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace goxel
