// goxel_soak: has clients ask what they ask on a busy day, samples the daemon
// as it goes, and fails when it grows.

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
#include "tests/e2e/soak_requests.h"
#include "tests/socket_client.h"

namespace goxel {
namespace {

constexpr int kRequestsOfAConnection = 100;

struct SoakOptions {
  std::uint64_t requests = 20'000;
  unsigned connections = 8;
  std::uint64_t sample_every = 0;  // 0: a hundredth of the requests.
  std::string csv;                 // Empty: not written.
};

class Soak {
 public:
  Soak(const SoakOptions& options, const std::string& socket, pid_t daemon)
      : options_(options),
        socket_(socket),
        daemon_(daemon),
        sample_every_(
            options.sample_every != 0
                ? options.sample_every
                : std::max<std::uint64_t>(1, options.requests / 100)) {}

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
  // Over one connection after the other, as most clients come.
  void Order() {
    for (;;) {
      SocketClient client(socket_);
      for (int i = 0; i < kRequestsOfAConnection; ++i) {
        const std::uint64_t number = ordered_++;
        if (number >= options_.requests) return;
        Order(client, MakeSoakRequest(number));
      }
    }
  }

  void Order(SocketClient& client, const SoakRequest& request) {
    const std::string reply = client.Call(request.text);
    static_cast<void>(client.TakeDescriptor());
    const bool refused = reply.find("\"error\":") != std::string::npos;
    if (reply.empty() || (refused && !request.may_fail)) {
      if (++failed_ == 1) fmt::print("{}  -> {}\n", request.text, reply);
    }
    const std::uint64_t done = ++done_;
    if (done % sample_every_ == 0) Sample(done);
  }

  void Sample(std::uint64_t done) {
    SoakSample sample = TakeSample(daemon_);
    sample.requests = done;
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
  {
    SocketClient client(home.socket());
    client.Call(MakeSoakRequest(0).text);
  }
  Soak soak(options, home.socket(), daemon.pid());
  soak.Run();
  const std::vector<SoakSample>& samples = soak.samples();
  const std::string growth = DescribeGrowth(samples);
  fmt::print(
      "{} requests of {} clients in {:.0f} s, {} failed; at the "
      "end VmRSS {} KiB, RssAnon {} KiB, {} descriptors, {} mappings\n",
      options.requests, options.connections, samples.back().seconds,
      soak.failed(), samples.back().rss_kib, samples.back().anonymous_kib,
      samples.back().descriptors, samples.back().mappings);
  if (!growth.empty()) fmt::print("FAILED: {}\n", growth);
  return growth.empty() && soak.failed() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace goxel

int main(int argc, char** argv) {
  CLI::App app("Asks for many things and fails when the daemon grows.",
               "goxel_soak");
  goxel::SoakOptions options;
  app.add_option("--requests", options.requests, "How many")
      ->check(CLI::Range(100, 1'000'000'000))
      ->capture_default_str();
  app.add_option("--connections", options.connections, "At once")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--every", options.sample_every,
                 "Requests between samples [a hundredth of all]");
  app.add_option("--csv", options.csv, "Where the samples go");
  CLI11_PARSE(app, argc, argv);
  return goxel::Run(options);
}
