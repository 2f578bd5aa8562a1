// goxelctl top: what a directory's daemon does, again and again.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "clients/cli/command.h"
#include "clients/cli/index_figures.h"
#include "clients/cli/render_listing.h"

namespace goxel {
namespace {

constexpr char kClearScreen[] = "\x1b[H\x1b[2J";

struct TopOptions {
  std::string directory;
  unsigned count = 0;  // Pictures of it; 0: for ever.
  double interval_s = 1;
  std::size_t rows = 10;  // Renders listed.
};

// What happened between two looks. A new daemon counts from 0 again.
struct Rates {
  double seconds = 0;
  const IndexFigures* before = nullptr;
  const IndexFigures* now = nullptr;

  double PerSecond(IndexCounter counter) const {
    const std::uint64_t old = before->Counter(counter);
    const std::uint64_t fresh = now->Counter(counter);
    return fresh < old ? 0 : static_cast<double>(fresh - old) / seconds;
  }
};

struct Column {
  const char* name;
  IndexCounter counter;
};

constexpr Column kColumns[] = {
    {"published", IndexCounter::kPublished},
    {"cache_hits", IndexCounter::kCacheHits},
    {"joined", IndexCounter::kJoined},
    {"expired", IndexCounter::kEvictedTtl},
    {"evicted", IndexCounter::kEvictedQuota},
    {"lease_blocked", IndexCounter::kLeaseBlocked},
    {"store_full", IndexCounter::kStoreFull},
    {"degraded", IndexCounter::kDegraded},
};

void PrintJson(const Rates& rates) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  writer.Key("daemon_alive");
  writer.Bool(rates.now->daemon_alive);
  writer.Key("seconds");
  writer.Double(rates.seconds);
  writer.Key("renders");
  writer.Uint64(rates.now->Counter(IndexCounter::kCurrentRenders));
  writer.Key("bytes");
  writer.Uint64(rates.now->Counter(IndexCounter::kCurrentBytes));
  writer.Key("per_second");
  writer.StartObject();
  for (const Column& column : kColumns) {
    writer.Key(column.name);
    writer.Double(rates.PerSecond(column.counter));
  }
  writer.EndObject();
  writer.EndObject();
  fmt::print("{}\n", buffer.GetString());
}

void PrintRenders(std::vector<RenderInfo> renders, std::size_t rows) {
  static constexpr char kRow[] = "{:<16}  {:<6}  {:>11}  {:>9}  {:>7}  {}\n";
  std::ranges::sort(renders, std::greater{}, [](const RenderInfo& info) {
    return std::pair(info.size_bytes, info.created_unix_s);
  });
  renders.resize(std::min(renders.size(), rows));
  fmt::print(kRow, "ID", "FORMAT", "PIXELS", "SIZE", "LEFT", "DRAWN IN");
  for (const RenderInfo& info : renders) {
    fmt::print(kRow, FormatRenderId(info.id), ToString(info.format),
               fmt::format("{}x{}", info.width, info.height),
               FormatBytes(info.size_bytes), TimeLeft(info),
               FormatDuration(std::chrono::nanoseconds(info.render_ns)));
  }
}

void PrintText(const TopOptions& options, const Rates& rates) {
  fmt::print("{}  {}  {} renders, {}\n", options.directory,
             rates.now->daemon_alive ? "served" : "NO DAEMON",
             rates.now->Counter(IndexCounter::kCurrentRenders),
             FormatBytes(rates.now->Counter(IndexCounter::kCurrentBytes)));
  for (const Column& column : kColumns) {
    fmt::print("{} {:.1f}/s  ", column.name, rates.PerSecond(column.counter));
  }
  fmt::print("\n\n");
  PrintRenders(rates.now->renders, options.rows);
}

ExitCode Top(const Invocation& invocation, const TopOptions& options) {
  using Clock = std::chrono::steady_clock;
  const bool on_terminal = ::isatty(STDOUT_FILENO) != 0 && !invocation.json;
  auto before = ReadIndexFigures(options.directory);
  if (!before) return Complain(before.error());
  Clock::time_point looked = Clock::now();
  for (unsigned i = 0; options.count == 0 || i < options.count; ++i) {
    std::this_thread::sleep_for(
        std::chrono::duration<double>(options.interval_s));
    auto now = ReadIndexFigures(options.directory);
    if (!now) return Complain(now.error());
    const Clock::time_point time = Clock::now();
    const Rates rates{
        .seconds = std::chrono::duration<double>(time - looked).count(),
        .before = &*before,
        .now = &*now};
    if (on_terminal) fmt::print("{}", kClearScreen);
    if (invocation.json) {
      PrintJson(rates);
    } else {
      PrintText(options, rates);
    }
    std::fflush(stdout);
    before = std::move(now);
    looked = time;
  }
  return ExitCode::kOk;
}

}  // namespace

void AddTopCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "top", "Show what happens per second, and the largest renders");
  auto options = std::make_shared<TopOptions>();
  command->add_option("-n,--count", options->count,
                      "Pictures to print [until interrupted]");
  command->add_option("--interval", options->interval_s, "Seconds between them")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  command->add_option("--rows", options->rows, "Renders to list")
      ->capture_default_str();
  ActOnDirectory(*command, invocation,
                 [&invocation, options](const std::string& directory) {
                   options->directory = directory;
                   return Top(invocation, *options);
                 });
}

}  // namespace goxel
