#include <fcntl.h>

#include <chrono>

#include "daemon/methods/methods.h"
#include "daemon/result_writer.h"
#include "ipc/index_layout.h"
#include "ipc/render_index_reader.h"
#include "ipc/unique_fd.h"

namespace goxel {
namespace {

std::int64_t UnixSeconds(std::chrono::system_clock::time_point time) {
  return std::chrono::system_clock::to_time_t(time);
}

double Microseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count()) / 1000;
}

// The names of the first block are those that existing clients look for;
// cache_usage_percent is a fraction there.
void WriteKnownStats(ResultWriter& out, const MethodContext& context,
                     const RenderStoreStats& store) {
  const Sweeper::Times sweeps = context.sweeper.times();
  const auto counter = [&](IndexCounter which) {
    return store.counters[static_cast<std::size_t>(which)];
  };
  const std::uint64_t removed = counter(IndexCounter::kEvictedTtl) +
                                counter(IndexCounter::kEvictedQuota) +
                                counter(IndexCounter::kWithdrawn);
  const std::uint64_t used =
      store.committed_bytes + store.reserved_bytes + store.orphaned_bytes;
  out.Field("active_renders", store.renders)
      .Field("total_renders", counter(IndexCounter::kPublished))
      .Field("total_cleanups", removed)
      .Field("current_cache_size", used)
      .Field("max_cache_size", store.max_cache_bytes)
      .Field("cache_usage_percent",
             static_cast<double>(used) /
                 static_cast<double>(store.max_cache_bytes))
      .Field("files_cleaned", removed)
      .Field("bytes_freed", counter(IndexCounter::kBytesFreed))
      .Field("security_violations", context.refused_paths.load())
      .Field("cleanup_thread_active", true)
      .Field("last_cleanup", UnixSeconds(sweeps.last))
      .Field("next_cleanup", UnixSeconds(sweeps.next));
}

// Zombies are bytes whose renders are gone and which somebody still has mapped;
// orphaned_bytes is their name in the index.
void WriteStoreStats(ResultWriter& out, const RenderStoreStats& store) {
  out.Field("committed_bytes", store.committed_bytes)
      .Field("reserved_bytes", store.reserved_bytes)
      .Field("orphaned_bytes", store.orphaned_bytes)
      .Field("zombie_bytes", store.orphaned_bytes)
      .Field("spare_bytes", store.spare_bytes)
      .Field("leased_bytes", store.leased_bytes)
      .Field("pinned_bytes", store.pinned_bytes)
      .Field("pinned_renders", store.pinned_renders)
      .Field("pending_renders", store.pending_renders)
      .Field("max_renders", store.max_renders);
}

void WriteServiceStats(ResultWriter& out, const MethodContext& context) {
  const RenderServiceStats renders = context.renders.Stats();
  out.Field("renders_drawn", renders.drawn)
      .Field("renders_joined", renders.joined)
      .Field("renders_abandoned", renders.abandoned)
      .Field("queue_length", renders.queued)
      .Field("waiting_requests", context.waiters.waiting());
}

void WriteCounters(ResultWriter& out, const RenderStoreStats& store) {
  out.Key("counters").BeginObject();
  for (std::size_t i = 0; i < store.counters.size(); ++i) {
    out.Field(ToString(static_cast<IndexCounter>(i)), store.counters[i]);
  }
  out.EndObject();
}

// Read from the index, where everybody else reads them too. Empty while there
// is no index to read.
void WriteTimes(ResultWriter& out, const RenderStore& store) {
  out.Key("times").BeginObject();
  const UniqueFd directory(
      ::open(store.directory().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto index = RenderIndexReader::Open(directory.get());
  if (index) {
    for (const Histogram& times : index->Histograms()) {
      out.Key(times.name)
          .BeginObject()
          .Field("count", times.count())
          .Field("mean_us", Microseconds(times.Mean()))
          .Field("p50_us", Microseconds(times.Percentile(50)))
          .Field("p90_us", Microseconds(times.Percentile(90)))
          .Field("p99_us", Microseconds(times.Percentile(99)))
          .Field("max_us", Microseconds(times.Percentile(100)))
          .EndObject();
    }
  }
  out.EndObject();
}

RpcResult GetRenderStats(const MethodContext& context) {
  context.store.CountLeasedBytes();
  const RenderStoreStats store = context.store.Stats();
  ResultWriter out;
  out.BeginObject().Field("success", true).Key("stats").BeginObject();
  WriteKnownStats(out, context, store);
  WriteStoreStats(out, store);
  WriteServiceStats(out, context);
  WriteCounters(out, store);
  WriteTimes(out, context.store);
  out.EndObject().EndObject();
  return out.Reply();
}

}  // namespace

void AddStatsMethod(MethodTable& table, const MethodContext& context) {
  table.Add("goxel.get_render_stats", "Get figures about renders and the cache",
            RunsOn::kFiles,
            [&](const MethodCall&) { return GetRenderStats(context); });
}

}  // namespace goxel
