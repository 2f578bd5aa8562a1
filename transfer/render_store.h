// The render store: makes finished renders visible as files in one directory
// and keeps the shared index in step with that directory.
//
// A render goes through three states, and only the middle one is visible:
//
//   staged     Stage...() reserved its bytes and a slot against the limits and
//              made an unnamed (or hidden, recycled) file. Its slot is PENDING.
//   committed  Commit() completed the header, named the file in one step and
//              published the slot READY. From here on its bytes never change.
//   gone       Expired, evicted or withdrawn: first its slot, then its name.
//              Whoever has it mapped or open keeps its bytes.
//
// A staged render that is destroyed without Commit() gives everything back, so
// a failed or abandoned render needs no clean-up at the call site.
//
// Limits hold at every instant: reserved + committed + spare + orphaned bytes
// (gone, but still mapped by a reader) never exceed max_cache_bytes. When a
// request does not fit, expired renders go first, then the least recently used
// that is neither pinned nor leased; if that is not enough the request is
// refused with the figures. Removing a large file takes milliseconds: whoever
// removes it and whoever needs its room wait for that, nobody else does.
//
// The directory may be removed or replaced by others at any time. The first
// Stage..., Reuse or Commit that notices fails with kStorageFailed ("errno" =
// "ENOENT"), and the next makes the directory again (healing_store.h). Whatever
// a disk or a directory refuses is kStorageFailed with the detail "errno".
//
// Recycling: a mapped render that was only ever handed out as a mapping may
// have its file reused, but only while the store holds the exclusive lease on
// it; a reader takes its lease first and then checks the id in the header, so
// nobody sees another render's pixels.
//
// Thread safety: RenderStore may be used from any thread. A staged render
// belongs to one thread at a time, and may outlive the store: its Commit() then
// says kUnavailable.

#ifndef TRANSFER_RENDER_STORE_H_
#define TRANSFER_RENDER_STORE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/index_layout.h"
#include "ipc/pam_header.h"
#include "ipc/render_info.h"
#include "ipc/render_record.h"
#include "ipc/status.h"

namespace goxel {

class Clock;
class FileSystem;

struct RenderStoreOptions {
  std::filesystem::path directory;  // Created 0755 when missing.
  std::uint64_t max_cache_bytes = 1ull << 30;
  std::uint64_t max_render_bytes = 100ull << 20;  // Pixels of one render.
  std::uint32_t max_renders = 100;
  std::chrono::seconds default_ttl{3600};
  std::uint32_t file_mode = 0600;
  bool recycle = true;
};

inline constexpr std::uint32_t kMaxTtlSeconds = 365 * 24 * 3600;

struct RenderTimes {
  std::uint64_t render_ns = 0;    // Meshing and drawing.
  std::uint64_t transfer_ns = 0;  // From finished pixels to a named file.
};

// What a caller knows of a render before it is drawn. The store adds id and
// created time.
struct StageRequest {
  ContentKey key{};  // Empty: never found by key.
  std::uint32_t session = 0;
  std::optional<std::chrono::seconds> ttl{};  // Unset: the default.
  RenderFormat format = RenderFormat::kPam;
  PixelFormat pixel_format = PixelFormat::kRgba8;  // Of a kPam file.
  std::uint32_t width = 0;                         // Pixels.
  std::uint32_t height = 0;                        // Pixels.
  std::string camera_json{};                       // One line each, or empty.
  std::string settings_json{};
  bool recyclable = false;  // Will only ever be handed out as a mapping.
  bool encrypted = false;   // Shown as kRenderEncrypted.
};

// A raw render being drawn: its file is the colour buffer.
class StagedPixels {
 public:
  virtual ~StagedPixels() = default;

  virtual const RenderRecord& record() const = 0;

  // height rows of width * BytesPerPixel() bytes, top row first; content
  // unspecified. Valid until Commit() succeeds or destruction: when it fails,
  // the picture can still be delivered in another way.
  virtual std::span<std::byte> pixels() = 0;

  // The file behind pixels(), which start at offset 4096 in it. The page before
  // them is scratch until Commit().
  virtual int fd() const = 0;
  virtual std::size_t file_bytes() const = 0;

  // Tells readers that rows [0, rows) are final.
  virtual void SetRowsReady(std::uint32_t rows) = 0;

  // Lands the render and returns what clients will see.
  // REQUIRES: not called before on this object.
  virtual Result<RenderInfo> Commit(const RenderTimes& times,
                                    const Checksum& checksum) = 0;
};

// An encoded render being written.
class StagedFile {
 public:
  virtual ~StagedFile() = default;

  virtual const RenderRecord& record() const = 0;

  // Appends to the file. kResourceExhausted when it grows over what was
  // reserved, kStorageFailed when the disk is full; the render is then lost.
  virtual Status Append(std::span<const std::byte> bytes) = 0;

  // As StagedPixels::Commit.
  virtual Result<RenderInfo> Commit(const RenderTimes& times,
                                    const Checksum& checksum) = 0;
};

// A consistent copy of the store's figures.
struct RenderStoreStats {
  std::uint64_t committed_bytes = 0;
  std::uint64_t reserved_bytes = 0;
  std::uint64_t orphaned_bytes = 0;
  std::uint64_t spare_bytes = 0;   // In files kept ready for the next render.
  std::uint64_t pinned_bytes = 0;  // Part of committed_bytes.
  std::uint64_t leased_bytes = 0;  // As CountLeasedBytes() last found it.
  std::uint32_t pinned_renders = 0;
  std::uint32_t renders = 0;
  std::uint32_t pending_renders = 0;  // Staged and not yet committed.
  std::uint64_t max_cache_bytes = 0;
  std::uint32_t max_renders = 0;
  std::vector<std::uint64_t> counters;  // By IndexCounter.
};

class RenderStore {
 public:
  // Takes the directory's lock, adopts the valid unexpired renders that are
  // there, deletes expired and broken ones and what a crash left staged, and
  // publishes a new index.
  //
  // kFailedPrecondition when another daemon has the directory (names its pid)
  // or the directory is not ours alone to write; kStorageFailed when it cannot
  // be made or lies on a network filesystem.
  static Result<std::unique_ptr<RenderStore>> Open(RenderStoreOptions options);
  // The same with the operating system in other hands.
  static Result<std::unique_ptr<RenderStore>> Open(
      RenderStoreOptions options, std::shared_ptr<FileSystem> files,
      std::shared_ptr<const Clock> clock);

  // Leaves committed renders for the next start; retires the index.
  virtual ~RenderStore() = default;
  RenderStore(const RenderStore&) = delete;
  RenderStore& operator=(const RenderStore&) = delete;

  // Reserves room for a raw render and returns its writable, mapped file.
  // kInvalidArgument for a bad size or TTL, kTooLarge over max_render_bytes,
  // kResourceExhausted (current_size, max_size, leased_size, retry_after_ms,
  // hint) when full, kStorageFailed when the disk refuses.
  virtual Result<std::unique_ptr<StagedPixels>> StagePixels(
      const StageRequest& request) = 0;

  // The same for an encoded file of at most `max_file_bytes`; what is not used
  // is given back at Commit().
  virtual Result<std::unique_ptr<StagedFile>> StageFile(
      const StageRequest& request, std::uint64_t max_file_bytes) = 0;

  // A committed, unexpired render. kNotFound otherwise. None of these renews
  // it.
  virtual Result<RenderInfo> Find(RenderId id) const = 0;
  virtual Result<RenderInfo> FindByKey(ContentKey key) const = 0;
  virtual Result<RenderInfo> FindByPath(std::string_view path) const = 0;

  // As Find, for a request that will hand the render out: renews it to at least
  // `ttl` from now, and a second more at most where it has to be renewed; marks
  // it recently used, counts a hit and, when `plain_reader`, takes it out of
  // recycling for good. Looks for the file by the path that clients are told.
  virtual Result<RenderInfo> Reuse(ContentKey key,
                                   std::optional<std::chrono::seconds> ttl,
                                   bool plain_reader) = 0;

  // A part of the list of renders, in the order in which they landed.
  struct RenderPage {
    std::vector<RenderInfo> renders;
    std::uint64_t next = 0;  // Where the next page starts; 0: that was all.
  };
  // At most `max` renders from `from` on; 0 starts at the oldest. A render is
  // in one page of a walk at most, and in exactly one if it lives that long.
  virtual RenderPage ListFrom(std::uint64_t from, std::size_t max) const = 0;
  // All pages at once.
  virtual std::vector<RenderInfo> List() const = 0;

  // The self-description of a committed render, read from its file.
  virtual Result<RenderRecord> ReadRecord(RenderId id) const = 0;

  // Moves the time of death to `ttl` from now. A pinned render only ever moves
  // to a later one.
  virtual Result<RenderInfo> Touch(RenderId id, std::chrono::seconds ttl) = 0;

  // Exempts a render from eviction and renews it to kMaxTtlSeconds; Withdraw()
  // and Purge() still remove it. Its file says so by the sticky bit, so that
  // the pin survives a restart, which renews it again; its file is out of
  // recycling for good. kResourceExhausted when more than half of
  // max_cache_bytes or of max_renders would be pinned.
  virtual Result<RenderInfo> Pin(RenderId id) = 0;
  // Ends a pin; the render then lives `ttl` from now, or the TTL of its record.
  // One that is not pinned is left as it is.
  virtual Result<RenderInfo> Unpin(RenderId id,
                                   std::optional<std::chrono::seconds> ttl) = 0;

  // A lease that the store keeps for somebody who cannot hold one by a mapping:
  // until as many ReleaseLease() calls the render is not evicted and its file
  // not used again. As with other leases its time can end, and its bytes then
  // stay charged. kNotFound.
  virtual Result<RenderInfo> AcquireLease(RenderId id) = 0;
  virtual void ReleaseLease(RenderId id) = 0;

  // True while somebody has leased the render, by a mapping or AcquireLease().
  // Asks the kernel.
  virtual bool IsLeased(const RenderInfo& info) const = 0;

  // The bytes of committed renders that somebody has leased. Asks the kernel
  // about each render: some microseconds for each, and without a lock.
  virtual std::uint64_t CountLeasedBytes() = 0;

  // A checksum that was computed on demand; shown from here on. kNotFound.
  virtual Status SetChecksum(RenderId id, const Checksum& checksum) = 0;

  // A reader found the render without asking: it counts as just used. Nothing
  // when there is no such render.
  virtual void MarkUsed(RenderId id) = 0;

  // Removes a render now; returns the bytes given back. kNotFound.
  virtual Result<std::uint64_t> Withdraw(RenderId id) = 0;

  // Removes what has expired and recounts orphans. Returns the time until the
  // next expiry; call again then. nullopt: nothing will expire.
  virtual std::optional<std::chrono::nanoseconds> Sweep() = 0;

  // Makes the spare frames that the next renders will want and that are not
  // there (spare_pool.h says which sizes); call it off the hot path.
  virtual void PrepareSpare() = 0;

  // Adds to a counter, or a time to a histogram, of the index that others own
  // (degraded, zero_copy, ...; kRender, kTransfer, kQueue).
  virtual void Count(IndexCounter counter, std::uint64_t amount = 1) = 0;
  virtual void Record(IndexHistogram histogram,
                      std::chrono::nanoseconds time) = 0;

  // Shows in the index which scene is current and which build draws it; 0: not
  // known.
  virtual void ShowScene(std::uint64_t high, std::uint64_t low) = 0;
  virtual void ShowBuild(std::uint64_t build_hash) = 0;

  virtual RenderStoreStats Stats() const = 0;

  // The canonical absolute path of the directory, and of a render in it.
  virtual const std::filesystem::path& directory() const = 0;
  virtual std::filesystem::path PathOf(const RenderInfo& info) const = 0;

  // Removes every committed render; for a stop that leaves nothing behind.
  virtual void Purge() = 0;

  // The size of a raw render's file, and what it is charged: whole pages.
  // REQUIRES: width * height is below 2^60; not kEncoded.
  static constexpr std::uint64_t RawSize(
      std::uint32_t width, std::uint32_t height,
      PixelFormat format = PixelFormat::kRgba8) {
    return kPamHeaderBytes +
           std::uint64_t{width} * height * BytesPerPixel(format);
  }
  static constexpr std::uint64_t RawFileBytes(
      std::uint32_t width, std::uint32_t height,
      PixelFormat format = PixelFormat::kRgba8) {
    return (RawSize(width, height, format) + 4095) / 4096 * 4096;
  }

 protected:
  RenderStore() = default;
};

}  // namespace goxel

#endif  // TRANSFER_RENDER_STORE_H_
