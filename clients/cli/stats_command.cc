// goxelctl stats: the figures in the index, whether or not a daemon runs.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <vector>

#include "clients/cli/command.h"
#include "clients/cli/index_figures.h"
#include "clients/cli/render_listing.h"

namespace goxel {
namespace {

void WriteHistogram(JsonWriter& writer, const Histogram& histogram) {
  const auto time = [&](const char* key, std::chrono::nanoseconds value) {
    writer.Key(key);
    writer.Int64(value.count());
  };
  writer.StartObject();
  WriteText(writer, "name", histogram.name);
  writer.Key("count");
  writer.Uint64(histogram.count());
  time("mean_ns", histogram.Mean());
  time("p50_ns", histogram.Percentile(50));
  time("p90_ns", histogram.Percentile(90));
  time("p99_ns", histogram.Percentile(99));
  writer.Key("buckets");
  writer.StartArray();
  for (const std::uint64_t bucket : histogram.buckets) writer.Uint64(bucket);
  writer.EndArray();
  writer.EndObject();
}

std::string SceneText(const SceneHash& scene) {
  return scene.known() ? fmt::format("{:016x}{:016x}", scene.high, scene.low)
                       : "";
}

void PrintJson(const IndexFigures& figures, const DaemonFigures& limits) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  writer.Key("daemon_alive");
  writer.Bool(figures.daemon_alive);
  writer.Key("started_at");
  writer.Int64(figures.started_unix_s);
  WriteText(writer, "scene_hash", SceneText(figures.scene));
  writer.Key("max_cache_size");
  writer.Uint64(limits.max_cache_bytes);
  writer.Key("max_renders");
  writer.Uint64(limits.max_renders);
  writer.Key("counters");
  writer.StartObject();
  for (const auto& [name, value] : figures.counters) {
    writer.Key(name.c_str());
    writer.Uint64(value);
  }
  writer.EndObject();
  writer.Key("histograms");
  writer.StartArray();
  for (const Histogram& each : figures.histograms) WriteHistogram(writer, each);
  writer.EndArray();
  writer.EndObject();
  fmt::print("{}\n", buffer.GetString());
}

struct Row {
  const char* text;
  IndexCounter counter;
};

void PrintCounts(const IndexFigures& figures) {
  static constexpr Row kRows[] = {
      {"published", IndexCounter::kPublished},
      {"  drawn into their file", IndexCounter::kZeroCopy},
      {"  copied into it", IndexCounter::kReadBack},
      {"  into a recycled file", IndexCounter::kRecycled},
      {"  encrypted", IndexCounter::kEncrypted},
      {"answered from the cache", IndexCounter::kCacheHits},
      {"answered by another's drawing", IndexCounter::kJoined},
      {"found by readers alone", IndexCounter::kReaderHits},
      {"adopted at start", IndexCounter::kAdopted},
      {"expired", IndexCounter::kEvictedTtl},
      {"evicted for room", IndexCounter::kEvictedQuota},
      {"removed on request", IndexCounter::kWithdrawn},
      {"evictions that a lease held up", IndexCounter::kLeaseBlocked},
      {"refused: no room", IndexCounter::kStoreFull},
      {"answered in a lesser mode", IndexCounter::kDegraded},
      {"disk full", IndexCounter::kNoSpace},
      {"other storage errors", IndexCounter::kStorageErrors},
      {"directory lost", IndexCounter::kDirectoryLost},
      {"broken files removed", IndexCounter::kBroken},
      {"full index buckets", IndexCounter::kIndexOverflow},
      {"reads repeated by readers", IndexCounter::kSequenceRetries},
  };
  fmt::print("\nRENDERS since the start\n");
  for (const Row& row : kRows) {
    fmt::print("  {:<32}{:>14}\n", row.text, figures.Counter(row.counter));
  }
}

void PrintBytes(const IndexFigures& figures, const DaemonFigures& limits) {
  const auto of = [](std::uint64_t limit, const std::string& text) {
    return limit == 0 ? "" : fmt::format(" of {}", text);
  };
  fmt::print("\nNOW\n  {:<32}{:>14}{}\n  {:<32}{:>14}{}\n", "renders",
             figures.Counter(IndexCounter::kCurrentRenders),
             of(limits.max_renders, std::to_string(limits.max_renders)),
             "charged",
             FormatBytes(figures.Counter(IndexCounter::kCurrentBytes)),
             of(limits.max_cache_bytes, FormatBytes(limits.max_cache_bytes)));
  static constexpr Row kRows[] = {
      {"  for renders being made", IndexCounter::kReservedBytes},
      {"  in spare files", IndexCounter::kSpareBytes},
      {"  gone, still mapped", IndexCounter::kOrphanedBytes},
      {"leased, when last counted", IndexCounter::kLeasedBytes},
      {"pinned", IndexCounter::kPinnedBytes},
      {"freed since the start", IndexCounter::kBytesFreed},
  };
  for (const Row& row : kRows) {
    fmt::print("  {:<32}{:>14}\n", row.text,
               FormatBytes(figures.Counter(row.counter)));
  }
}

void PrintTimes(const IndexFigures& figures) {
  static constexpr char kRow[] = "  {:<12}{:>10}{:>12}{:>12}{:>12}{:>12}\n";
  fmt::print("\nTIMES (p50, p90, p99: at most, within a factor of two)\n");
  fmt::print(kRow, "", "COUNT", "MEAN", "P50", "P90", "P99");
  for (const Histogram& each : figures.histograms) {
    fmt::print(kRow, each.name, each.count(), FormatDuration(each.Mean()),
               FormatDuration(each.Percentile(50)),
               FormatDuration(each.Percentile(90)),
               FormatDuration(each.Percentile(99)));
  }
}

ExitCode Stats(const Invocation& invocation, const std::string& directory) {
  const auto figures = ReadIndexFigures(directory);
  if (!figures) return Complain(figures.error());
  const auto limits =
      figures->daemon_alive ? AskDaemon(invocation) : DaemonFigures();
  if (invocation.json) {
    PrintJson(*figures, limits);
    return ExitCode::kOk;
  }
  const std::string started = FormatTime(figures->started_unix_s);
  if (figures->daemon_alive) {
    fmt::print("{}: served since {}\n", directory, started);
  } else {
    fmt::print("{}: no daemon; the last one started {}\n", directory, started);
  }
  if (figures->scene.known()) {
    fmt::print("scene {}\n", SceneText(figures->scene));
  }
  PrintBytes(*figures, limits);
  PrintCounts(*figures);
  PrintTimes(*figures);
  return ExitCode::kOk;
}

}  // namespace

void AddStatsCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "stats", "Show counters, bytes and times, even when no daemon runs");
  ActOnDirectory(*command, invocation,
                 [&invocation](const std::string& directory) {
                   return Stats(invocation, directory);
                 });
}

}  // namespace goxel
