// Finds and maps renders through the shared index alone: no call to the daemon,
// and it works while the daemon is down. When a new daemon has replaced the
// index, the catalog attaches to the new one by itself.
//
// Thread safety: may be used from any thread.

#ifndef CLIENTS_CPP_RENDER_CATALOG_H_
#define CLIENTS_CPP_RENDER_CATALOG_H_

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/mapped_image.h"
#include "ipc/render_index_reader.h"

namespace goxel {

class RenderCatalog {
 public:
  // kUnavailable when no daemon has ever served the directory.
  static Result<std::unique_ptr<RenderCatalog>> Open(
      const std::filesystem::path& directory);

  virtual ~RenderCatalog() = default;

  // kNotFound when there is none. A render found may be gone a moment later.
  virtual Result<RenderInfo> Find(RenderId id) = 0;
  virtual Result<RenderInfo> FindByKey(ContentKey key) = 0;
  // Every READY render, in no particular order.
  virtual std::vector<RenderInfo> List() = 0;

  // Find, open, lease, map. kFailedPrecondition for encoded renders.
  virtual Result<MappedImage> Map(RenderId id) = 0;

  // Waits until render `id` is READY. kTimedOut, or kUnavailable when the
  // daemon dies meanwhile.
  virtual Result<RenderInfo> WaitFor(RenderId id,
                                     std::chrono::milliseconds timeout) = 0;

  // True while a daemon serves the directory.
  virtual bool DaemonAlive() = 0;

  // Names and values of the daemon's counters, in the order of the layout.
  virtual std::vector<std::pair<std::string, std::uint64_t>> Counters() = 0;

  // Where the file of a render is, absolute.
  virtual std::filesystem::path PathOf(const RenderInfo& info) const = 0;

 protected:
  RenderCatalog() = default;
};

}  // namespace goxel

#endif  // CLIENTS_CPP_RENDER_CATALOG_H_
