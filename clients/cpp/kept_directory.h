// The directory that a client last mapped a render of, kept open: looking up
// its path costs as much as opening the render.
//
// A daemon whose directory was removed or replaced makes a new one at the same
// path. Renders of that are not in the old one, so a render that is not found
// is looked for once more through the path.
//
// Thread safety: may be used from any thread.

#ifndef CLIENTS_CPP_KEPT_DIRECTORY_H_
#define CLIENTS_CPP_KEPT_DIRECTORY_H_

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "clients/cpp/mapped_image.h"
#include "ipc/unique_fd.h"

namespace goxel {

class KeptDirectory {
 public:
  // MappedImage::Open() of the file at `path`.
  Result<MappedImage> Map(const std::filesystem::path& path, RenderId id);

 private:
  struct Opened {
    std::string path;
    UniqueFd fd;
  };

  // Null when another directory is kept, or none.
  std::shared_ptr<const Opened> Kept(std::string_view path) const;
  Result<std::shared_ptr<const Opened>> Open(std::string_view path);

  mutable std::mutex mutex_;
  std::shared_ptr<const Opened> opened_;  // Guarded by mutex_.
};

}  // namespace goxel

#endif  // CLIENTS_CPP_KEPT_DIRECTORY_H_
