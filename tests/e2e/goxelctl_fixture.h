// goxelctl as a person or a script runs it, beside a daemon of the test's own.

#ifndef TESTS_E2E_GOXELCTL_FIXTURE_H_
#define TESTS_E2E_GOXELCTL_FIXTURE_H_

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/e2e/daemon_process.h"

namespace goxel {

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
};

inline std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  // Of what is gone by the time that it is read (a process in /proc), nothing.
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

class GoxelctlTest : public testing::Test {
 protected:
  GoxelctlTest() { std::filesystem::create_directory(temporary()); }

  void StartDaemon(const std::vector<std::string>& flags = {}) {
    daemon_.emplace(daemon_home_, flags);
    ASSERT_TRUE(daemon_->AwaitReady()) << daemon_home_.Log();
  }

  void StopDaemon() {
    daemon_->Signal(SIGTERM);
    EXPECT_EQ(daemon_->Wait(std::chrono::seconds(20)), 0);
  }

  // With SIGKILL: nothing is tidied up.
  void KillDaemon() { daemon_->Kill(); }

  // What the shell runs to have goxelctl in a directory of its own; `before`
  // stands before its name: variables, or exec.
  std::string Command(const std::string& arguments,
                      const std::string& before = "") const {
    return "cd '" + home().string() + "' && export GOXEL_SOCKET='" + socket() +
           "' GOXEL_RENDER_DIR='" + renders() + "' TMPDIR='" +
           temporary().string() + "' GOXEL_DAEMON='" GOXEL_DAEMON_BINARY "'; " +
           before + " " GOXELCTL_BINARY " " + arguments;
  }

  Outcome Run(const std::string& arguments,
              const std::string& before = "") const {
    const std::string command =
        Command(arguments, before) + " >out.txt 2>err.txt";
    Outcome outcome;
    outcome.exit_code = WEXITSTATUS(std::system(command.c_str()));
    outcome.out = ReadFile(home() / "out.txt");
    outcome.err = ReadFile(home() / "err.txt");
    return outcome;
  }

  // The render id in a JSON text.
  static std::string IdIn(const std::string& json) {
    const auto at = json.find("\"id\":\"");
    return at == std::string::npos ? "" : json.substr(at + 6, 16);
  }

  const std::filesystem::path& home() const { return own_home_.path(); }
  // Where goxelctl has its temporary files.
  std::filesystem::path temporary() const { return home() / "tmp"; }
  std::string socket() const { return daemon_home_.socket(); }
  std::string renders() const { return daemon_home_.renders(); }

 private:
  const DaemonHome own_home_;
  const DaemonHome daemon_home_;
  std::optional<DaemonProcess> daemon_;
};

}  // namespace goxel

#endif  // TESTS_E2E_GOXELCTL_FIXTURE_H_
