#include "clients/cpp/render_catalog.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <utility>

#include "clients/cpp/render_directory.h"
#include "ipc/unique_fd.h"

namespace goxel {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// How long a wait goes on while no daemon serves the directory, and how often
// it looks for one.
constexpr milliseconds kRestartTime{1000};
constexpr milliseconds kRestartPoll{20};

// Keeps "for ever" from overflowing the clock.
constexpr milliseconds kLongestWait = std::chrono::hours(24 * 365);

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

Status NobodyServes(const std::filesystem::path& path) {
  return {StatusCode::kUnavailable,
          fmt::format("no daemon serves '{}' now, so nothing becomes ready; "
                      "start one and try again",
                      path.native())};
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
  Result<RenderInfo> FindView(KeyFields view, KeyVariant variant) override;
  Result<RenderInfo> Progress(RenderId id) override {
    return Look([id](const RenderIndexReader& r) { return r.Progress(id); });
  }
  std::vector<RenderInfo> List() override {
    Refresh();
    return Current()->reader.List();
  }
  Result<MappedImage> Map(RenderId id) override;
  Result<RenderInfo> WaitFor(RenderId id, milliseconds timeout) override {
    return Wait(id, timeout);
  }
  Result<RenderInfo> WaitForKey(ContentKey key, milliseconds timeout) override {
    return Wait(key, timeout);
  }
  IndexMoment moment() override {
    Refresh();
    const auto attached = Current();
    return {.epoch = attached->reader.epoch(),
            .event_sequence = attached->reader.event_sequence()};
  }
  Status WaitForEvent(const IndexMoment& seen, milliseconds timeout) override;
  bool DaemonAlive() override {
    Refresh();
    return Current()->reader.WriterAlive();
  }
  std::vector<std::pair<std::string, std::uint64_t>> Counters() override {
    Refresh();
    return Current()->reader.Counters();
  }
  std::vector<Histogram> Histograms() override {
    Refresh();
    return Current()->reader.Histograms();
  }
  ReadCounts reads() const override {
    const std::shared_lock lock(mutex_);
    return {.hits = hits_.load(std::memory_order_relaxed),
            .sequence_retries =
                earlier_retries_ + attached_->reader.sequence_retries()};
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
      if (found && !attached_->reader.Retired()) {
        CountHit();
        return found;
      }
    }
    Refresh();
    const std::shared_lock lock(mutex_);
    auto found = question(attached_->reader);
    if (found) CountHit();
    return found;
  }

  template <typename IdOrKey>
  Result<RenderInfo> Wait(IdOrKey wanted, milliseconds timeout);

  void CountHit() { hits_.fetch_add(1, std::memory_order_relaxed); }

  const std::filesystem::path path_;
  mutable std::shared_mutex mutex_;
  std::shared_ptr<const Attached> attached_;  // Guarded by mutex_; never null.
  std::uint64_t earlier_retries_ = 0;  // Guarded by mutex_; of former readers.
  std::atomic<std::uint64_t> hits_ = 0;
};

bool IndexCatalog::Refresh() {
  const auto before = Current();
  if (!before->reader.Superseded()) return false;
  auto fresh = Attach(path_);
  if (!fresh || (*fresh)->reader.epoch() == before->reader.epoch()) {
    return false;
  }
  const std::unique_lock lock(mutex_);
  if (attached_ != before) return true;
  earlier_retries_ += before->reader.sequence_retries();
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

Result<RenderInfo> IndexCatalog::FindView(KeyFields view, KeyVariant variant) {
  return Look([&](const RenderIndexReader& reader) -> Result<RenderInfo> {
    KeyFields fields = view;
    if (!fields.scene.known()) fields.scene = reader.scene();
    if (fields.build_hash == 0) fields.build_hash = reader.build_hash();
    if (!fields.scene.known() || fields.build_hash == 0) {
      return Fail(StatusCode::kFailedPrecondition,
                  "the index knows no scene or no renderer to look up a view "
                  "of; render once, or give scene and build_hash");
    }
    return reader.FindByKey(MakeContentKey(fields, variant));
  });
}

Status IndexCatalog::WaitForEvent(const IndexMoment& seen,
                                  milliseconds timeout) {
  Refresh();
  const auto attached = Current();
  if (attached->reader.epoch() != seen.epoch) return {};
  return attached->reader.WaitForEvent(seen.event_sequence, timeout);
}

template <typename IdOrKey>
Result<RenderInfo> IndexCatalog::Wait(IdOrKey wanted, milliseconds timeout) {
  const auto deadline = Clock::now() + std::min(timeout, kLongestWait);
  auto last_alive = Clock::time_point::max();
  for (;;) {
    Refresh();
    const auto attached = Current();
    auto found = attached->reader.WaitUntilReady(
        wanted, std::chrono::ceil<milliseconds>(deadline - Clock::now()));
    if (found) CountHit();
    if (found || found.error().code() != StatusCode::kUnavailable) return found;
    // This index gets no more renders; the next daemon brings another.
    const auto now = Clock::now();
    last_alive = DaemonAlive() ? now : std::min(last_alive, now);
    if (now >= deadline) return found;
    if (now - last_alive >= kRestartTime) return Fail(NobodyServes(path_));
    std::this_thread::sleep_for(kRestartPoll);
  }
}

}  // namespace

Result<std::unique_ptr<RenderCatalog>> RenderCatalog::Open(
    const std::filesystem::path& directory) {
  const auto chosen = directory.empty()
                          ? FindRenderDirectory()
                          : Result<std::filesystem::path>(directory);
  if (!chosen) return Fail(chosen.error());
  std::error_code error;
  auto path = std::filesystem::absolute(*chosen, error);
  if (error) {
    return Fail(Status::FromErrno("make '" + chosen->native() + "' absolute",
                                  error.value()));
  }
  auto attached = Attach(path);
  if (!attached) return Fail(attached.error());
  return std::make_unique<IndexCatalog>(std::move(path), *std::move(attached));
}

}  // namespace goxel
