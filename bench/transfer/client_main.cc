// goxel_transfer_client: one client of the comparison, in one mode.
//
//   goxel_transfer_client --mode mmap --width 3840 --height 2160 --socket PATH
//       --render-dir DIR --naive-socket PATH --server-pid PID --frames 5
//
// It proves first that its mode shows the very bytes that the daemon's mapping
// shows, and warms up. Then it writes "ready", waits for a line on its standard
// input, takes its pictures, writes what it measured as one line of JSON, and
// keeps what it holds until its input ends. Whoever started it can so look at
// its memory when it is idle and when it is not, and let many start at once.
//
// Each picture is seen from another angle, so that none comes from a cache;
// those of mmap_cached and index from the same, so that all do.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "bench/transfer/decoding.h"
#include "bench/transfer/picture.h"

namespace goxel {
namespace {

struct ClientPlan {
  std::string mode;
  TransferSetup setup;
  pid_t server_pid = 0;
  double first_azimuth = 45;
  int warm_ups = 2;
  int frames = 5;         // When `seconds` is 0.
  double seconds = 0;     // For so long, and at least one picture.
  bool unproven = false;  // For looking at the memory of a first picture.
};

double Milliseconds(BenchClock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

// Of a process and all its threads, also those that have ended.
double CpuSeconds(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) / 1e9;
}

// What one picture cost, less its drawing.
struct Measured {
  std::vector<double> first_ms;
  std::vector<double> all_ms;
  std::vector<double> draw_ms;
  std::vector<double> transfer_ms;
  Picture last;
  double wall_s = 0;
  double client_cpu_s = 0;
  double server_cpu_s = 0;
  int proofs = 0;
  std::uint64_t sums_compared = 0;
};

class TransferClient {
 public:
  TransferClient(const ClientPlan& plan, TransferMode mode)
      : plan_(plan), mode_(std::move(mode)) {}

  // Shows that the mode gives the bytes of the daemon's own mapping.
  Status Prove() {
    const auto reference = MakeDaemonMode("mmap", plan_.setup);
    if (!reference) return reference.error();
    const double azimuth = NextAzimuth();
    const auto expected = (*reference)(azimuth);
    if (!expected) return expected.error();
    const auto received = mode_(azimuth);
    if (!received) return received.error();
    const auto wanted = expected->pixels();
    const auto shown = received->pixels();
    if (!shown) return shown.error();
    if (!std::ranges::equal(*shown, *wanted) ||
        received->first_pixel != FirstPixel(*wanted)) {
      return Wrong("the pixels differ from those of the mapping");
    }
    const auto centre =
        wanted->subspan(wanted->size() / 2 + plan_.setup.width * 2ul, 4);
    if (std::ranges::equal(centre, wanted->first(4))) {
      return Wrong("the picture is blank in its centre");
    }
    proven_sum_ = SumOfPixels(*wanted);
    return {};
  }

  Status WarmUp() {
    for (int i = 0; i < plan_.warm_ups; ++i) {
      const auto picture = mode_(NextAzimuth());
      if (!picture) return picture.error();
      if (const auto pixels = picture->pixels(); !pixels) return pixels.error();
    }
    return {};
  }

  Result<Measured> Measure() {
    clockid_t server_clock;
    if (::clock_getcpuclockid(plan_.server_pid, &server_clock) != 0) {
      return Fail(
          StatusCode::kNotFound,
          fmt::format("--server-pid {}: no such process", plan_.server_pid));
    }
    Measured measured;
    measured.proofs = proven_sum_ != 0 ? 1 : 0;
    const double server_cpu = CpuSeconds(server_clock);
    const double client_cpu = CpuSeconds(CLOCK_PROCESS_CPUTIME_ID);
    const auto start = BenchClock::now();
    const auto end = start + std::chrono::duration<double>(plan_.seconds);
    while (plan_.seconds > 0
               ? measured.all_ms.empty() || BenchClock::now() < end
               : static_cast<int>(measured.all_ms.size()) < plan_.frames) {
      if (Status taken = TakeOne(measured); !taken.ok()) return Fail(taken);
    }
    measured.wall_s = Milliseconds(BenchClock::now() - start) / 1e3;
    measured.client_cpu_s = CpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - client_cpu;
    measured.server_cpu_s = CpuSeconds(server_clock) - server_cpu;
    return measured;
  }

 private:
  Status TakeOne(Measured& measured) {
    measured.last = {};
    const auto start = BenchClock::now();
    auto picture = mode_(NextAzimuth());
    if (!picture) return picture.error();
    const auto held = BenchClock::now();
    const auto pixels = picture->pixels();
    if (!pixels) return pixels.error();
    const std::uint64_t sum = SumOfPixels(*pixels);
    const auto read = BenchClock::now();
    if (pixels->size() != ExpectedBytes()) {
      return Wrong(fmt::format("{} bytes of pixels instead of {}",
                               pixels->size(), ExpectedBytes()));
    }
    if (IsCached() && proven_sum_ != 0) {
      if (sum != proven_sum_) return Wrong("a cached picture has changed");
      ++measured.sums_compared;
    }
    const double first =
        Milliseconds(picture->first_at - start) - picture->draw_ms;
    measured.first_ms.push_back(first);
    measured.all_ms.push_back(first + Milliseconds(read - held));
    measured.draw_ms.push_back(picture->draw_ms);
    measured.transfer_ms.push_back(picture->transfer_ms);
    measured.last = *std::move(picture);
    return {};
  }

  Status Wrong(const std::string& what) const {
    return Status(StatusCode::kDataLoss,
                  fmt::format("{} at {}x{}: {}", plan_.mode, plan_.setup.width,
                              plan_.setup.height, what));
  }

  bool IsCached() const {
    return plan_.mode == "mmap_cached" || plan_.mode == "index";
  }
  bool HandsOut() const { return plan_.mode != "draw_only"; }
  std::size_t ExpectedBytes() const {
    return HandsOut() ? plan_.setup.pixel_bytes() : 0;
  }

  double NextAzimuth() {
    if (!IsCached()) ++pictures_;
    return plan_.first_azimuth + 0.01 * pictures_;
  }

  const ClientPlan plan_;
  const TransferMode mode_;
  int pictures_ = 0;
  std::uint64_t proven_sum_ = 0;
};

void Report(const Measured& measured) {
  fmt::print(
      "{{\"first_ms\":[{:.6f}],\"all_ms\":[{:.6f}],\"draw_ms\":[{:.6f}],"
      "\"transfer_ms\":[{:.6f}],\"wall_s\":{:.6f},\"client_cpu_s\":{:.6f},"
      "\"server_cpu_s\":{:.6f},\"socket_bytes\":{},\"file_bytes\":{},"
      "\"client_bytes\":{},\"proofs\":{},\"sums_compared\":{}}}\n",
      fmt::join(measured.first_ms, ","), fmt::join(measured.all_ms, ","),
      fmt::join(measured.draw_ms, ","), fmt::join(measured.transfer_ms, ","),
      measured.wall_s, measured.client_cpu_s, measured.server_cpu_s,
      measured.last.socket_bytes, measured.last.file_bytes,
      measured.last.client_bytes, measured.proofs, measured.sums_compared);
  std::fflush(stdout);
}

bool IsNaive(const std::string& mode) {
  return mode.starts_with("naive_") || mode == "draw_only";
}

Status Run(const ClientPlan& plan) {
  auto mode = IsNaive(plan.mode) ? MakeNaiveMode(plan.mode, plan.setup)
                                 : MakeDaemonMode(plan.mode, plan.setup);
  if (!mode) return mode.error();
  TransferClient client(plan, *std::move(mode));
  if (!plan.unproven && plan.mode != "draw_only") {
    if (Status proven = client.Prove(); !proven.ok()) return proven;
  }
  if (Status warm = client.WarmUp(); !warm.ok()) return warm;
  fmt::print("ready\n");
  std::fflush(stdout);
  std::string line;
  if (!std::getline(std::cin, line)) {
    return Status(StatusCode::kCancelled,
                  "standard input ended before it said to start");
  }
  const auto measured = client.Measure();
  if (!measured) return measured.error();
  Report(*measured);
  std::getline(std::cin, line);
  return {};
}

void AddFlags(CLI::App& app, ClientPlan& plan) {
  app.add_option("--mode", plan.mode)->required();
  app.add_option("--width", plan.setup.width)->required();
  app.add_option("--height", plan.setup.height)->required();
  app.add_option("--socket", plan.setup.socket)->required();
  app.add_option("--render-dir", plan.setup.render_dir)->required();
  app.add_option("--naive-socket", plan.setup.naive_socket);
  app.add_option("--server-pid", plan.server_pid, "Whose CPU time counts")
      ->required();
  app.add_option("--first-azimuth", plan.first_azimuth, "Degrees");
  app.add_option("--warm-ups", plan.warm_ups, "Pictures that do not count");
  app.add_option("--frames", plan.frames, "Pictures that count");
  app.add_option("--seconds", plan.seconds, "In place of --frames");
  app.add_flag("--unproven", plan.unproven,
               "Do not compare the pixels with the daemon's mapping first");
}

}  // namespace
}  // namespace goxel

int main(int argc, char** argv) {
  goxel::ClientPlan plan;
  CLI::App app("One client of the transfer comparison.");
  goxel::AddFlags(app, plan);
  CLI11_PARSE(app, argc, argv);
  if (const goxel::Status status = goxel::Run(plan); !status.ok()) {
    std::fprintf(stderr, "goxel_transfer_client %s: %s\n", plan.mode.c_str(),
                 status.message().c_str());
    return 1;
  }
  return 0;
}
