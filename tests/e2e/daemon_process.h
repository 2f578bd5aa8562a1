// The real daemon as a child process, with a home of its own: a directory that
// holds its socket, its renders and what it logs.

#ifndef TESTS_E2E_DAEMON_PROCESS_H_
#define TESTS_E2E_DAEMON_PROCESS_H_

#include <simdjson.h>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/socket_client.h"

namespace goxel {

// A directory under the system's temporary one, removed in the end.
class DaemonHome {
 public:
  DaemonHome();
  ~DaemonHome();
  DaemonHome(const DaemonHome&) = delete;
  DaemonHome& operator=(const DaemonHome&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string socket() const { return path_ / "sock"; }
  std::filesystem::path renders() const { return path_ / "renders"; }
  std::string Log() const;

 private:
  std::filesystem::path path_;
};

class DaemonProcess {
 public:
  // Starts the daemon in `home`, unless `flags` give another --socket or
  // --render-dir.
  explicit DaemonProcess(const DaemonHome& home,
                         const std::vector<std::string>& flags = {});
  // As Kill().
  ~DaemonProcess();
  DaemonProcess(const DaemonProcess&) = delete;
  DaemonProcess& operator=(const DaemonProcess&) = delete;

  pid_t pid() const { return pid_; }

  // True when it answers a ping; false when it has ended before.
  bool AwaitReady();

  void Signal(int number) const;
  // SIGKILL; returns when it is gone.
  void Kill();
  // The exit status; -1 when a signal ended it, nullopt while it still runs
  // after `limit`.
  std::optional<int> Wait(std::chrono::seconds limit);

 private:
  const DaemonHome& home_;
  pid_t pid_ = -1;
};

// A reply, looked into by JSON pointers such as "/result/file/path".
class JsonReply {
 public:
  explicit JsonReply(const std::string& text);

  const std::string& text() const { return text_; }
  bool Has(std::string_view pointer) const;
  // The value as compact JSON; "missing" where there is none.
  std::string At(std::string_view pointer) const;
  // A string's text; "" where there is none.
  std::string Text(std::string_view pointer) const;
  // A number; 0 where there is none.
  double Number(std::string_view pointer) const;

 private:
  std::string text_;
  std::unique_ptr<simdjson::dom::parser> parser_;
  simdjson::simdjson_result<simdjson::dom::element> root_;
};

// Calls `method` with `params` (JSON text) and id 1.
JsonReply Call(SocketClient& client, std::string_view method,
               std::string_view params = "[]");

}  // namespace goxel

#endif  // TESTS_E2E_DAEMON_PROCESS_H_
