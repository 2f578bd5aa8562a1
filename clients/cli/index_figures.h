// What the index of a directory says about its daemon, alive or dead, at one
// moment.

#ifndef CLIENTS_CLI_INDEX_FIGURES_H_
#define CLIENTS_CLI_INDEX_FIGURES_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "clients/cli/command.h"
#include "ipc/content_key.h"
#include "ipc/histogram.h"
#include "ipc/index_layout.h"
#include "ipc/render_info.h"
#include "ipc/status.h"

namespace goxel {

struct IndexFigures {
  bool daemon_alive = false;
  std::int64_t started_unix_s = 0;  // Of the daemon that wrote the index.
  SceneHash scene;
  std::vector<std::pair<std::string, std::uint64_t>> counters;
  std::vector<Histogram> histograms;
  std::vector<RenderInfo> renders;

  // 0 for a counter that the index does not have.
  std::uint64_t Counter(IndexCounter counter) const;
};

// kUnavailable when no daemon has ever served the directory.
Result<IndexFigures> ReadIndexFigures(const std::string& directory);

// What only a live daemon knows; 0 where none answers.
struct DaemonFigures {
  std::uint64_t max_cache_bytes = 0;
  std::uint64_t max_renders = 0;
  std::uint64_t leased_bytes = 0;  // By mappings and by connections.
};

DaemonFigures AskDaemon(const Invocation& invocation);

// "1.25 ms", "830 us"; three digits.
std::string FormatDuration(std::chrono::nanoseconds time);

}  // namespace goxel

#endif  // CLIENTS_CLI_INDEX_FIGURES_H_
