// goxel-daemon: reads its options and serves until it is told to stop, or talks
// to the daemon that does.

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>

#include "daemon/daemon.h"
#include "daemon/log.h"
#include "daemon/log_file.h"
#include "daemon/options.h"
#include "daemon/pid_file.h"
#include "daemon/running_daemon.h"
#include "daemon/service_notice.h"
#include "daemon/socket_activation.h"
#include "daemon/start_report.h"
#include "daemon/user_switch.h"

namespace goxel {
namespace {

int Refuse(const Status& error) {
  fmt::print(stderr,
             "goxel-daemon: {}\nInvalid command line arguments. Use --help for "
             "usage information.\n",
             error.message());
  return EXIT_FAILURE;
}

int Print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return EXIT_SUCCESS;
}

// The user that the options name, with the directories that it will need.
Status BecomeUserOf(const Options& options, bool socket_is_passed) {
  if (options.user.empty() && options.group.empty()) return Status();
  const Result<UserIdentity> user = FindUser(options.user, options.group);
  if (!user) return user.error();
  for (const std::string& file :
       {socket_is_passed ? std::string() : options.socket_path,
        options.pid_file, options.log_file, options.render_dir + "/."}) {
    if (file.empty()) continue;
    const auto directory = std::filesystem::path(file).parent_path();
    if (Status made = MakeDirectoryFor(*user, directory); !made.ok()) {
      return made;
    }
  }
  return BecomeUser(*user);
}

// Requests of megabytes come and go: what they took goes back to the system,
// where malloc would by and by come to keep it.
void GiveBackLargeBlocks() {
  constexpr int kLargeBytes = 1 << 20;
  ::mallopt(M_MMAP_THRESHOLD, kLargeBytes);
}

Status EnterDirectory(const std::string& directory) {
  if (directory.empty() || ::chdir(directory.c_str()) == 0) return Status();
  return Status::FromErrno("go to the working directory " + directory, errno);
}

// What came with the process from whoever started it.
struct Surroundings {
  ServiceNotice notice;
  std::optional<PassedSocket> socket;
  StartReport report;
};

// The parts that a process that detaches would lose come first.
Result<Surroundings> TakeSurroundings(const OptionInputs& inputs,
                                      const Options& options) {
  auto socket = TakePassedSocket(inputs.environment);
  if (!socket) return Fail(socket.error());
  auto notice = ServiceNotice::FromEnvironment(inputs.environment);
  if (!notice) return Fail(notice.error());
  Result<StartReport> report = options.daemonize
                                   ? StartReport::FromDetached()
                                   : StartReport::ToStandardError();
  if (!report) return Fail(report.error());
  return Surroundings{*std::move(notice), *std::move(socket),
                      *std::move(report)};
}

// The options as the configuration has them by now, for the same process.
Result<Options> ReadAgain(const OptionInputs& inputs, const Options& options) {
  if (!options.log_file.empty()) {
    if (Status logs = LogToFile(options.log_file); !logs.ok()) {
      return Fail(logs);
    }
  }
  auto line = ReadOptions(inputs);
  if (!line) return Fail(line.error());
  return std::move(line->options);
}

DaemonHooks MakeHooks(const OptionInputs& inputs, const Options& options,
                      Surroundings* around) {
  const ServiceNotice& notice = around->notice;
  DaemonHooks hooks;
  hooks.on_ready = [around, &notice] {
    around->report.Ready();
    notice.Ready();
  };
  hooks.read_again = [&inputs, &options, around, &notice] {
    notice.Reloading();
    Result<Options> again = ReadAgain(inputs, options);
    if (again && around->socket) again->socket_path = options.socket_path;
    return again;
  };
  hooks.on_reloaded = [&notice] { notice.Ready(); };
  // Twice within the time that the manager waits.
  hooks.pulse_interval = notice.watchdog_interval() / 2;
  hooks.on_pulse = [&notice] { notice.Alive(); };
  hooks.on_stop = [&notice] { notice.Stopping(); };
  return hooks;
}

Status Serve(const OptionInputs& inputs, Options options,
             Surroundings* around) {
  const bool socket_is_passed = around->socket.has_value();
  if (Status became = BecomeUserOf(options, socket_is_passed); !became.ok()) {
    return became;
  }
  if (!options.log_file.empty()) {
    if (Status logs = LogToFile(options.log_file); !logs.ok()) return logs;
  }
  if (Status entered = EnterDirectory(options.working_dir); !entered.ok()) {
    return entered;
  }
  std::optional<PidFile> pid_file;
  if (!options.pid_file.empty()) {
    Result<PidFile> made = PidFile::Create(options.pid_file);
    if (!made) return made.error();
    pid_file.emplace(*std::move(made));
  }
  std::optional<Listener> listener;
  if (socket_is_passed) {
    auto adopted = Listener::Adopt(std::move(around->socket->socket));
    if (!adopted) return adopted.error();
    listener.emplace(*std::move(adopted));
    options.socket_path = around->socket->path;
  }
  auto daemon = Daemon::Create(options, MakeHooks(inputs, options, around),
                               std::move(listener));
  return daemon ? (*daemon)->Run() : daemon.error();
}

int ServeAndReport(const OptionInputs& inputs, const Options& options) {
  GiveBackLargeBlocks();
  StartLog(options.log_level, options.log_file.empty()
                                  ? FormOfStandardError(inputs.environment)
                                  : LogForm::kDated);
  Result<Surroundings> around = TakeSurroundings(inputs, options);
  if (!around) {
    fmt::print(stderr, "goxel-daemon: {}\n", around.error().message());
    return EXIT_FAILURE;
  }
  const Status ended = Serve(inputs, options, &*around);
  if (ended.ok()) return EXIT_SUCCESS;
  around->report.Failed(ended);
  return EXIT_FAILURE;
}

int Main(int argc, char** argv) {
  std::error_code unknown;
  const OptionInputs inputs{
      .arguments = {argv + 1, argv + argc},
      .environment = std::getenv,
      .directory = std::filesystem::current_path(unknown)};
  const auto command = ReadOptions(inputs);
  if (!command) return Refuse(command.error());
  if (!command->print.empty()) return Print(command->print);
  if (command->task == Task::kServe) {
    return ServeAndReport(inputs, command->options);
  }
  const TaskReport report = RunTask(command->task, command->options);
  fmt::print("{}\n", report.text);
  return static_cast<int>(report.exit);
}

}  // namespace
}  // namespace goxel

int main(int argc, char** argv) { return goxel::Main(argc, argv); }
