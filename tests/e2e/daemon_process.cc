#include "tests/e2e/daemon_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <thread>

namespace goxel {
namespace {

constexpr auto kPollInterval = std::chrono::milliseconds(5);

// Becomes the daemon. Only calls that are safe after a fork.
[[noreturn]] void Execute(char* const* arguments, int log) {
  // A test that dies takes its daemon along.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(log, STDERR_FILENO);
  ::execv(arguments[0], arguments);
  ::_exit(127);
}

}  // namespace

DaemonHome::DaemonHome() {
  std::string name =
      (std::filesystem::temp_directory_path() / "goxel-e2e-XXXXXX").string();
  EXPECT_NE(::mkdtemp(name.data()), nullptr);
  path_ = name;
}

DaemonHome::~DaemonHome() { std::filesystem::remove_all(path_); }

std::string DaemonHome::Log() const {
  std::ifstream file(path_ / "log");
  return {std::istreambuf_iterator<char>(file), {}};
}

DaemonProcess::DaemonProcess(const DaemonHome& home,
                             const std::vector<std::string>& flags)
    : home_(home) {
  std::vector<std::string> arguments = {GOXEL_DAEMON_BINARY};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  const auto add_unless_given = [&](const std::string& flag,
                                    const std::string& value) {
    if (std::ranges::find(flags, flag) != flags.end()) return;
    arguments.insert(arguments.end(), {flag, value});
  };
  add_unless_given("--socket", home.socket());
  add_unless_given("--render-dir", home.renders());
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const UniqueFd log(::open((home.path() / "log").c_str(),
                            O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  pid_ = ::fork();
  if (pid_ == 0) Execute(pointers.data(), log.get());
}

DaemonProcess::~DaemonProcess() { Kill(); }

bool DaemonProcess::AwaitReady() {
  while (!Wait(std::chrono::seconds(0))) {
    SocketClient client(home_.socket());
    if (client.connected() &&
        !client.Call(R"({"id":1,"method":"ping"})").empty()) {
      return true;
    }
    std::this_thread::sleep_for(kPollInterval);
  }
  ADD_FAILURE() << "the daemon ended: " << home_.Log();
  return false;
}

void DaemonProcess::Signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

void DaemonProcess::Kill() {
  if (pid_ <= 0) return;
  Signal(SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::optional<int> DaemonProcess::Wait(std::chrono::seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  int status = 0;
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() >= end) return std::nullopt;
    std::this_thread::sleep_for(kPollInterval);
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

JsonReply::JsonReply(const std::string& text)
    : text_(text),
      parser_(std::make_unique<simdjson::dom::parser>()),
      root_(parser_->parse(text_)) {}

bool JsonReply::Has(std::string_view pointer) const {
  return root_.at_pointer(pointer).error() == simdjson::SUCCESS;
}

std::string JsonReply::At(std::string_view pointer) const {
  const auto value = root_.at_pointer(pointer);
  if (value.error() != simdjson::SUCCESS) return "missing";
  return simdjson::minify(value.value_unsafe());
}

std::string JsonReply::Text(std::string_view pointer) const {
  std::string_view text;
  if (root_.at_pointer(pointer).get_string().get(text) != simdjson::SUCCESS) {
    return {};
  }
  return std::string(text);
}

double JsonReply::Number(std::string_view pointer) const {
  double number = 0;
  const auto error = root_.at_pointer(pointer).get_double().get(number);
  return error == simdjson::SUCCESS ? number : 0;
}

JsonReply Call(SocketClient& client, std::string_view method,
               std::string_view params) {
  std::string request = R"({"jsonrpc":"2.0","id":1,"method":")";
  request.append(method).append(R"(","params":)").append(params).append("}\n");
  return JsonReply(client.Call(request));
}

}  // namespace goxel
