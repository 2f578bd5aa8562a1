#include "clients/cli/index_figures.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include <algorithm>
#include <cerrno>

#include "ipc/render_index_reader.h"
#include "ipc/unique_fd.h"

namespace goxel {
std::uint64_t IndexFigures::Counter(IndexCounter counter) const {
  const std::string name(ToString(counter));
  const auto found = std::ranges::find(
      counters, name, [](const auto& each) { return each.first; });
  return found == counters.end() ? 0 : found->second;
}

Result<IndexFigures> ReadIndexFigures(const std::string& directory) {
  const UniqueFd at(
      ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!at.valid() && errno == ENOENT) {
    return Fail(StatusCode::kUnavailable,
                fmt::format("'{}' does not exist; give the render directory of "
                            "a daemon that has run",
                            directory));
  }
  if (!at.valid()) {
    return Fail(Status::FromErrno(
        fmt::format("open render directory '{}'", directory), errno));
  }
  const auto index = RenderIndexReader::Open(at.get());
  if (!index) return Fail(index.error());
  return IndexFigures{.daemon_alive = index->WriterAlive(),
                      // An epoch is the time of the start in nanoseconds.
                      .started_unix_s = static_cast<std::int64_t>(
                          index->epoch() / kNanosecondsPerSecond),
                      .scene = index->scene(),
                      .counters = index->Counters(),
                      .histograms = index->Histograms(),
                      .renders = index->List()};
}

DaemonFigures AskDaemon(const Invocation& invocation) {
  const auto client = ConnectToDaemon(invocation);
  if (!client) return {};
  const auto reply = (*client)->Call("goxel.get_render_stats", "{}");
  if (!reply) return {};
  rapidjson::Document result;
  result.Parse(std::string(reply->view()).c_str());
  const auto number = [&](const char* pointer) -> std::uint64_t {
    const rapidjson::Value* value = rapidjson::Pointer(pointer).Get(result);
    return value != nullptr && value->IsUint64() ? value->GetUint64() : 0;
  };
  return {.max_cache_bytes = number("/stats/max_cache_size"),
          .max_renders = number("/stats/max_renders"),
          .leased_bytes = number("/stats/leased_bytes")};
}

std::string FormatDuration(std::chrono::nanoseconds time) {
  double value = static_cast<double>(time.count());
  const char* unit = "ns";
  for (const char* larger : {"us", "ms", "s"}) {
    if (value < 1000) break;
    value /= 1000;
    unit = larger;
  }
  return fmt::format("{:.3g} {}", value, unit);
}

}  // namespace goxel
