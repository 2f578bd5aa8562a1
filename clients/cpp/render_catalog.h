// Finds and maps renders through the shared index alone: no call to the daemon,
// and it works while the daemon is down. When a new daemon has replaced the
// index, the catalog attaches to the new one by itself.
//
// Thread safety: may be used from any thread.

#ifndef CLIENTS_CPP_RENDER_CATALOG_H_
#define CLIENTS_CPP_RENDER_CATALOG_H_

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/mapped_image.h"
#include "ipc/content_key.h"
#include "ipc/render_index_reader.h"

namespace goxel {

// What a catalog has done so far, for the daemon to be told of
// (goxel.report_reads).
struct ReadCounts {
  std::uint64_t hits = 0;  // Look-ups that found a render.
  // Slots copied again because the daemon was writing them.
  std::uint64_t sequence_retries = 0;
};

// What an index was when it was looked at. Ends with each render that is
// published or withdrawn, and with the index.
struct IndexMoment {
  std::uint64_t epoch = 0;
  std::uint32_t event_sequence = 0;
};

class RenderCatalog {
 public:
  // Empty: GOXEL_RENDER_DIR when it is set, else the first that has an index
  // this user may read of $XDG_RUNTIME_DIR/goxel/renders, /run/goxel/renders
  // and /tmp/goxel_renders. kUnavailable, saying where it looked, when no
  // daemon has ever served it.
  static Result<std::unique_ptr<RenderCatalog>> Open(
      const std::filesystem::path& directory = {});

  virtual ~RenderCatalog() = default;

  // kNotFound when there is none. A render found may be gone a moment later.
  virtual Result<RenderInfo> Find(RenderId id) = 0;
  virtual Result<RenderInfo> FindByKey(ContentKey key) = 0;
  // The render that shows `view`, if one exists. What `view` leaves 0, the hash
  // of the scene and that of the renderer's build, is taken from the index: so
  // it finds a picture of the scene as it is now, without asking the daemon.
  // kFailedPrecondition when the index does not know them, because nothing was
  // rendered yet since the last edit or start.
  virtual Result<RenderInfo> FindView(
      KeyFields view, KeyVariant variant = KeyVariant::kPam) = 0;
  // Also while it is being made: state PENDING, and in `rows_ready` how many
  // of its `height` rows are final.
  virtual Result<RenderInfo> Progress(RenderId id) = 0;
  // Every READY render, in no particular order.
  virtual std::vector<RenderInfo> List() = 0;

  // Find, open, lease, map. kFailedPrecondition for encoded renders.
  virtual Result<MappedImage> Map(RenderId id) = 0;

  // Waits until render `id`, or one with this key, is READY, also across a
  // restart of the daemon. kTimedOut, or kUnavailable when no daemon has served
  // the directory for a second.
  virtual Result<RenderInfo> WaitFor(RenderId id,
                                     std::chrono::milliseconds timeout) = 0;
  virtual Result<RenderInfo> WaitForKey(ContentKey key,
                                        std::chrono::milliseconds timeout) = 0;

  // What WaitForEvent() needs: ask before you look.
  virtual IndexMoment moment() = 0;
  // Returns when moment() differs from `seen` (OK), after `timeout`
  // (kTimedOut), or when no daemon serves the directory (kUnavailable).
  virtual Status WaitForEvent(const IndexMoment& seen,
                              std::chrono::milliseconds timeout) = 0;

  // True while a daemon serves the directory.
  virtual bool DaemonAlive() = 0;

  // Names and values of the daemon's counters, in the order of the layout.
  virtual std::vector<std::pair<std::string, std::uint64_t>> Counters() = 0;

  // How long the daemon takes for what, in the order of the layout.
  virtual std::vector<Histogram> Histograms() = 0;

  // Of this catalog, over all indexes that it was attached to.
  virtual ReadCounts reads() const = 0;

  // Where the file of a render is, absolute.
  virtual std::filesystem::path PathOf(const RenderInfo& info) const = 0;

 protected:
  RenderCatalog() = default;
};

}  // namespace goxel

#endif  // CLIENTS_CPP_RENDER_CATALOG_H_
