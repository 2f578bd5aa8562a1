// goxel_soak: orders renders of many sizes in every return mode over several
// connections, samples the daemon as it goes, and fails when it grows.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/e2e/daemon_process.h"
#include "tests/e2e/soak.h"
#include "tests/socket_client.h"

namespace goxel {
namespace {

struct SoakOptions {
  std::uint64_t renders = 3000;
  unsigned connections = 8;
  std::uint64_t sample_every = 0;  // 0: a hundredth of the renders.
  std::string scene;               // Empty: nothing to draw.
  std::string csv;                 // Empty: not written.
};

class Soak {
 public:
  Soak(const SoakOptions& options, const std::string& socket, pid_t daemon)
      : options_(options),
        socket_(socket),
        daemon_(daemon),
        sample_every_(options.sample_every != 0
                          ? options.sample_every
                          : std::max<std::uint64_t>(1, options.renders / 100)) {
  }

  void Run() {
    std::vector<std::thread> clients;
    for (unsigned i = 0; i < options_.connections; ++i) {
      clients.emplace_back([this] { Order(); });
    }
    for (std::thread& client : clients) client.join();
  }

  const std::vector<SoakSample>& samples() const { return samples_; }
  std::uint64_t failed() const { return failed_; }

 private:
  // Sizes that draw into their file and sizes that are read back, in every
  // mode.
  static std::string Params(std::uint64_t number) {
    static constexpr std::array<const char*, 4> kModes = {"mmap", "file_path",
                                                          "fd", "base64"};
    return fmt::format(
        R"({{"width":{},"height":{},"options":{{"return_mode":"{}",)"
        R"("cache":"off","background_color":[{},{},{}]}}}})",
        32 + number % 7 * 16 + number % 2, 24 + number % 5 * 12,
        kModes[number % kModes.size()], number & 255, number >> 8 & 255,
        number >> 16 & 255);
  }

  void Order() {
    SocketClient client(socket_);
    for (;;) {
      const std::uint64_t number = ordered_++;
      if (number >= options_.renders) return;
      const std::string reply = client.Call(
          R"({"jsonrpc":"2.0","id":1,"method":"goxel.render_scene","params":)" +
          Params(number) + "}\n");
      (void)client.TakeDescriptor();
      if (reply.find("\"error\"") != std::string::npos || reply.empty()) {
        ++failed_;
      }
      const std::uint64_t done = ++done_;
      if (done % sample_every_ == 0) Sample(done);
    }
  }

  void Sample(std::uint64_t done) {
    SoakSample sample = TakeSample(daemon_);
    sample.renders = done;
    sample.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start_)
            .count();
    const std::lock_guard lock(mutex_);
    samples_.push_back(sample);
    // As it goes: what there is of a run that somebody ends is worth having.
    if (!options_.csv.empty()) std::ofstream(options_.csv) << ToCsv(samples_);
  }

  const SoakOptions options_;
  const std::string socket_;
  const pid_t daemon_;
  const std::uint64_t sample_every_;
  const std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> ordered_{0};
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::mutex mutex_;
  std::vector<SoakSample> samples_;  // Guarded by mutex_.
};

int Run(const SoakOptions& options) {
  const DaemonHome home;
  DaemonProcess daemon(home);
  if (!daemon.AwaitReady()) return 2;
  if (!options.scene.empty()) {
    SocketClient client(home.socket());
    Call(client, "goxel.load_project", "[\"" + options.scene + "\"]");
  }
  Soak soak(options, home.socket(), daemon.pid());
  soak.Run();
  const std::vector<SoakSample>& samples = soak.samples();
  const std::string growth = DescribeGrowth(samples);
  fmt::print(
      "{} renders over {} connections in {:.0f} s, {} failed; at the "
      "end VmRSS {} KiB, RssAnon {} KiB, {} descriptors, {} mappings\n",
      options.renders, options.connections, samples.back().seconds,
      soak.failed(), samples.back().rss_kib, samples.back().anonymous_kib,
      samples.back().descriptors, samples.back().mappings);
  if (!growth.empty()) fmt::print("FAILED: {}\n", growth);
  return growth.empty() && soak.failed() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace goxel

int main(int argc, char** argv) {
  CLI::App app("Orders many renders and fails when the daemon grows.",
               "goxel_soak");
  goxel::SoakOptions options;
  app.add_option("--renders", options.renders, "How many")
      ->check(CLI::Range(100, 1'000'000'000))
      ->capture_default_str();
  app.add_option("--connections", options.connections, "At once")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--every", options.sample_every,
                 "Renders between samples [a hundredth of all]");
  app.add_option("--scene", options.scene,
                 "What is drawn, such as builtin:demo [nothing]");
  app.add_option("--csv", options.csv, "Where the samples go");
  CLI11_PARSE(app, argc, argv);
  return goxel::Run(options);
}
