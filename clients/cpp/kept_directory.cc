#include "clients/cpp/kept_directory.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <utility>

namespace goxel {

Result<MappedImage> KeptDirectory::Map(const std::filesystem::path& path,
                                       RenderId id) {
  const std::string_view whole = path.native();
  const std::size_t name_at = whole.rfind('/') + 1;
  const std::string_view directory = whole.substr(0, name_at);
  const char* name = path.c_str() + name_at;
  if (const auto kept = Kept(directory)) {
    auto image = MappedImage::Open(kept->fd.get(), name, id);
    if (image || image.error().code() != StatusCode::kNotFound) return image;
  }
  const auto opened = Open(directory);
  if (!opened) return Fail(opened.error());
  return MappedImage::Open((*opened)->fd.get(), name, id);
}

std::shared_ptr<const KeptDirectory::Opened> KeptDirectory::Kept(
    std::string_view path) const {
  const std::lock_guard lock(mutex_);
  return opened_ && opened_->path == path ? opened_ : nullptr;
}

Result<std::shared_ptr<const KeptDirectory::Opened>> KeptDirectory::Open(
    std::string_view path) {
  std::string name(path);
  UniqueFd fd(::open(name.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) {
    return Fail(Status::FromErrno(
        fmt::format("open render directory '{}'", name), errno));
  }
  auto opened =
      std::make_shared<const Opened>(Opened{std::move(name), std::move(fd)});
  const std::lock_guard lock(mutex_);
  opened_ = opened;
  return opened;
}

}  // namespace goxel
