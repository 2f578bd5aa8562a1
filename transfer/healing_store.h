// The render store that a daemon keeps for its whole life, whatever happens to
// its directory meanwhile.
//
// Somebody may remove the directory under a running daemon (a cleaner of /tmp,
// a logout that empties /dev/shm), move it away or put something else in its
// place. Then the store has nothing to offer: the first Stage..., Reuse or
// Commit that notices fails with kStorageFailed ("errno" = "ENOENT"),
// everything of the lost directory is forgotten, and the next Stage..., Reuse
// or Sweep opens the path again, as at a start: it makes the directory, takes
// the lock, publishes a new index under a higher epoch and adopts what is
// there. Where that fails, each request is told why, and it is tried again once
// a second.
//
// Readers keep what they have mapped. A directory that was moved away keeps its
// renders as plain files, which nobody expires. Counters go on, histograms
// start again.
//
// Thread safety: as RenderStore. A look-up never waits for the healing.

#ifndef TRANSFER_HEALING_STORE_H_
#define TRANSFER_HEALING_STORE_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "transfer/directory_store.h"
#include "transfer/render_store.h"

namespace goxel {

class HealingStore final : public RenderStore {
 public:
  // REQUIRES: `core` was opened with the other arguments.
  HealingStore(RenderStoreOptions options, std::shared_ptr<FileSystem> files,
               std::shared_ptr<const Clock> clock,
               std::shared_ptr<StoreCore> core);

  Result<std::unique_ptr<StagedPixels>> StagePixels(
      const StageRequest& request) override;
  Result<std::unique_ptr<StagedFile>> StageFile(
      const StageRequest& request, std::uint64_t max_file_bytes) override;
  Result<RenderInfo> Find(RenderId id) const override;
  Result<RenderInfo> FindByKey(ContentKey key) const override;
  Result<RenderInfo> FindByPath(std::string_view path) const override;
  Result<RenderInfo> Reuse(ContentKey key,
                           std::optional<std::chrono::seconds> ttl,
                           bool plain_reader) override;
  RenderPage ListFrom(std::uint64_t from, std::size_t max) const override;
  std::vector<RenderInfo> List() const override;
  Result<RenderRecord> ReadRecord(RenderId id) const override;
  Result<RenderInfo> Touch(RenderId id, std::chrono::seconds ttl) override;
  Result<RenderInfo> Pin(RenderId id) override;
  Result<RenderInfo> Unpin(RenderId id,
                           std::optional<std::chrono::seconds> ttl) override;
  Result<RenderInfo> AcquireLease(RenderId id) override;
  void ReleaseLease(RenderId id) override;
  bool IsLeased(const RenderInfo& info) const override;
  std::uint64_t CountLeasedBytes() override;
  Status SetChecksum(RenderId id, const Checksum& checksum) override;
  void MarkUsed(RenderId id) override;
  Result<std::uint64_t> Withdraw(RenderId id) override;
  std::optional<std::chrono::nanoseconds> Sweep() override;
  void PrepareSpare() override;
  void Purge() override;
  void Count(IndexCounter counter, std::uint64_t amount) override;
  void Record(IndexHistogram histogram, std::chrono::nanoseconds time) override;
  void ShowScene(std::uint64_t high, std::uint64_t low) override;
  void ShowBuild(std::uint64_t build_hash) override;
  RenderStoreStats Stats() const override;
  const std::filesystem::path& directory() const override;
  std::filesystem::path PathOf(const RenderInfo& info) const override;

 private:
  // A directory as it was opened. Whoever works in it keeps it.
  struct Opened {
    std::shared_ptr<StoreCore> core;
    std::unique_ptr<RenderStore> store;
  };
  using OpenedPtr = std::shared_ptr<const Opened>;

  struct Shown {
    std::uint64_t scene_high = 0;
    std::uint64_t scene_low = 0;
    std::uint64_t build_hash = 0;
  };

  OpenedPtr Make(std::shared_ptr<StoreCore> core) const;
  OpenedPtr Current() const;

  // The store of a directory that is present, opened again when the one before
  // was found lost earlier.
  Result<OpenedPtr> Present();
  Result<OpenedPtr> OpenAgain(const OpenedPtr& lost);
  Status Retell(const Status& why) const;

  const std::filesystem::path path_;
  const RenderStoreOptions options_;
  const std::shared_ptr<FileSystem> files_;
  const std::shared_ptr<const Clock> clock_;

  std::mutex healing_;  // Held while the directory is opened.
  std::optional<std::int64_t> last_try_ns_;  // CLOCK_BOOTTIME.
  Status last_failure_;

  mutable std::mutex mutex_;  // Guards the two below; held for nanoseconds.
  OpenedPtr current_;
  Shown shown_;
};

}  // namespace goxel

#endif  // TRANSFER_HEALING_STORE_H_
