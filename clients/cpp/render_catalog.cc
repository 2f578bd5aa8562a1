#include "clients/cpp/render_catalog.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "ipc/unique_fd.h"

namespace goxel {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// How long a wait listens to one index before it looks whether a new daemon has
// brought another.
constexpr milliseconds kWaitSlice{250};

// A managed directory and the index that was in it when it was opened.
struct Attached {
  UniqueFd directory;
  RenderIndexReader reader;
};

Result<std::shared_ptr<const Attached>> Attach(
    const std::filesystem::path& path) {
  UniqueFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) {
    const int reason = errno;
    if (reason == ENOENT) {
      return Fail(StatusCode::kUnavailable,
                  fmt::format("'{}' does not exist; give the render directory "
                              "of a daemon that has run",
                              path.native()));
    }
    return Fail(Status::FromErrno(
        fmt::format("open render directory '{}'", path.native()), reason));
  }
  auto reader = RenderIndexReader::Open(directory.get());
  if (!reader) return Fail(reader.error());
  return std::make_shared<const Attached>(
      Attached{std::move(directory), *std::move(reader)});
}

Status RequireMappable(const RenderInfo& info) {
  if (info.pixel_format != PixelFormat::kEncoded) return {};
  return {StatusCode::kFailedPrecondition,
          fmt::format("render {} is a {} file, which has no pixels to map; "
                      "render it with return_mode mmap, or read the file",
                      FormatRenderId(info.id), ToString(info.format))};
}

class IndexCatalog final : public RenderCatalog {
 public:
  IndexCatalog(std::filesystem::path path,
               std::shared_ptr<const Attached> attached)
      : path_(std::move(path)), attached_(std::move(attached)) {}

  Result<RenderInfo> Find(RenderId id) override {
    return Look([id](const RenderIndexReader& r) { return r.Find(id); });
  }
  Result<RenderInfo> FindByKey(ContentKey key) override {
    return Look([key](const RenderIndexReader& r) { return r.FindByKey(key); });
  }
  std::vector<RenderInfo> List() override {
    Refresh();
    return Current()->reader.List();
  }
  Result<MappedImage> Map(RenderId id) override;
  Result<RenderInfo> WaitFor(RenderId id, milliseconds timeout) override;
  bool DaemonAlive() override {
    Refresh();
    return Current()->reader.WriterAlive();
  }
  std::vector<std::pair<std::string, std::uint64_t>> Counters() override {
    Refresh();
    return Current()->reader.Counters();
  }
  std::filesystem::path PathOf(const RenderInfo& info) const override {
    return path_ / RenderFileName(info);
  }

 private:
  // Attaches to the index that has replaced this one; true when there is one.
  bool Refresh();

  std::shared_ptr<const Attached> Current() const {
    const std::shared_lock lock(mutex_);
    return attached_;
  }

  Result<MappedImage> MapOnce(RenderId id);

  // Asks the index; asks again when a miss may only mean that it is old.
  template <typename Question>
  Result<RenderInfo> Look(Question question) {
    {
      const std::shared_lock lock(mutex_);
      auto found = question(attached_->reader);
      if (found && !attached_->reader.Retired()) return found;
    }
    Refresh();
    const std::shared_lock lock(mutex_);
    return question(attached_->reader);
  }

  const std::filesystem::path path_;
  mutable std::shared_mutex mutex_;
  std::shared_ptr<const Attached> attached_;  // Guarded by mutex_; never null.
};

bool IndexCatalog::Refresh() {
  const auto before = Current();
  if (!before->reader.Superseded()) return false;
  auto fresh = Attach(path_);
  if (!fresh || (*fresh)->reader.epoch() == before->reader.epoch()) {
    return false;
  }
  const std::unique_lock lock(mutex_);
  attached_ = *std::move(fresh);
  return true;
}

Result<MappedImage> IndexCatalog::MapOnce(RenderId id) {
  const auto info = Find(id);
  if (!info) return Fail(info.error());
  if (Status mappable = RequireMappable(*info); !mappable.ok()) {
    return Fail(std::move(mappable));
  }
  return MappedImage::Open(Current()->directory.get(),
                           RenderFileName(*info).c_str(), id);
}

Result<MappedImage> IndexCatalog::Map(RenderId id) {
  auto image = MapOnce(id);
  if (!image && image.error().code() == StatusCode::kNotFound && Refresh()) {
    return MapOnce(id);
  }
  return image;
}

Result<RenderInfo> IndexCatalog::WaitFor(RenderId id, milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  for (;;) {
    const auto attached = Current();
    const std::uint32_t seen = attached->reader.event_sequence();
    auto found = Find(id);
    if (found || found.error().code() != StatusCode::kNotFound) return found;

    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (left <= milliseconds::zero()) {
      return Fail(StatusCode::kTimedOut,
                  fmt::format("render {} was not ready within {} ms",
                              FormatRenderId(id), timeout.count()));
    }
    if (!DaemonAlive()) {
      return Fail(StatusCode::kUnavailable,
                  fmt::format("render {} cannot become ready: no daemon serves "
                              "'{}' now",
                              FormatRenderId(id), path_.native()));
    }
    // Whatever ends the sleep, the next round looks for itself.
    static_cast<void>(
        attached->reader.WaitForEvent(seen, std::min(left, kWaitSlice)));
  }
}

}  // namespace

Result<std::unique_ptr<RenderCatalog>> RenderCatalog::Open(
    const std::filesystem::path& directory) {
  std::error_code error;
  auto path = std::filesystem::absolute(directory, error);
  if (error) {
    return Fail(Status::FromErrno("make '" + directory.native() + "' absolute",
                                  error.value()));
  }
  auto attached = Attach(path);
  if (!attached) return Fail(attached.error());
  return std::make_unique<IndexCatalog>(std::move(path), *std::move(attached));
}

}  // namespace goxel
