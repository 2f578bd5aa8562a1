// A render store in a directory of its own, with a clock that stands still
// until told otherwise.

#ifndef TESTS_STORE_FIXTURE_H_
#define TESTS_STORE_FIXTURE_H_

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "ipc/file_system.h"
#include "ipc/lease.h"
#include "ipc/mapped_region.h"
#include "ipc/render_index_reader.h"
#include "transfer/clock.h"
#include "transfer/picture_encoder.h"
#include "transfer/render_store.h"

namespace goxel {

class ManualClock final : public Clock {
 public:
  std::int64_t BoottimeNs() const override { return boottime_ns_.load(); }
  std::int64_t UnixNs() const override { return unix_ns_.load(); }
  void Advance(std::chrono::nanoseconds time) {
    boottime_ns_ += time.count();
    unix_ns_ += time.count();
  }
  // Somebody sets the date.
  void StepDate(std::chrono::nanoseconds time) { unix_ns_ += time.count(); }

 private:
  // Starts at the real time: files made by the test itself are dated by it.
  std::atomic<std::int64_t> boottime_ns_{SystemClock().BoottimeNs()};
  std::atomic<std::int64_t> unix_ns_{SystemClock().UnixNs()};
};

// A process that holds the lease of a render through its mapping.
class LeaseHolder {
 public:
  explicit LeaseHolder(const std::filesystem::path& path) {
    int ready[2];
    if (::pipe(ready) != 0) return;
    pid_ = ::fork();
    if (pid_ == 0) Hold(path, ready[1]);
    ::close(ready[1]);
    char byte = 0;
    holds_ = ::read(ready[0], &byte, 1) == 1 && byte == 'y';
    ::close(ready[0]);
  }
  ~LeaseHolder() { Kill(); }
  LeaseHolder(const LeaseHolder&) = delete;
  LeaseHolder& operator=(const LeaseHolder&) = delete;

  bool holds() const { return holds_; }

  void Kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  [[noreturn]] static void Hold(const std::filesystem::path& path, int ready) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Whatever the parent has open would count as open here as well: its lock
    // of the directory first of all.
    ready = ::dup2(ready, 3);
    ::close_range(4, ~0u, 0);
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const auto lease = TakeReadLease(fd);
    const bool granted = lease && *lease == LeaseResult::kGranted;
    const void* mapping = ::mmap(nullptr, 4096, PROT_READ, MAP_SHARED, fd, 0);
    ::close(fd);
    const char byte = granted && mapping != MAP_FAILED ? 'y' : 'n';
    if (::write(ready, &byte, 1) != 1) ::_exit(1);
    while (true) ::pause();
  }

  pid_t pid_ = -1;
  bool holds_ = false;
};

class StoreFixture : public testing::Test {
 protected:
  static constexpr std::uint32_t kSide = 64;  // Pixels.
  static constexpr std::uint64_t kFileBytes =
      RenderStore::RawFileBytes(kSide, kSide);

  StoreFixture() {
    std::string name = "/tmp/goxel_store_test_XXXXXX";
    root_ = ::mkdtemp(name.data());
    options_.directory = root_ / "renders";
  }
  ~StoreFixture() override {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  void Open() {
    store_.reset();
    auto store = RenderStore::Open(options_, files_, clock_);
    ASSERT_TRUE(store) << store.error().message();
    store_ = std::move(*store);
  }

  // Room for `renders` raw renders of the usual size.
  void OpenWithRoomFor(std::uint64_t renders) {
    options_.max_cache_bytes = renders * kFileBytes;
    Open();
  }

  // The number that goes by `key` among the details of an error.
  static std::int64_t Figure(const Status& status, std::string_view key) {
    for (const StatusDetail& detail : status.details()) {
      if (detail.key == key) return std::get<std::int64_t>(detail.value);
    }
    ADD_FAILURE() << "no " << key << " in: " << status.message();
    return -1;
  }

  static StageRequest Raw(std::uint32_t side = kSide, bool recyclable = true) {
    return {.key = {},
            .session = 0xabc,
            .ttl = {},
            .width = side,
            .height = side,
            .camera_json = R"({"azimuth":30})",
            .settings_json = {},
            .recyclable = recyclable};
  }

  // Every pixel follows from the id and its place.
  static std::uint32_t PixelOf(RenderId id, std::size_t index) {
    return static_cast<std::uint32_t>(id ^ (id >> 32) ^ index * 2654435761u);
  }

  static void Fill(StagedPixels& staged) {
    const std::span<std::byte> pixels = staged.pixels();
    for (std::size_t i = 0; i < pixels.size() / 4; ++i) {
      const std::uint32_t pixel = PixelOf(staged.record().id, i);
      std::memcpy(pixels.data() + i * 4, &pixel, 4);
    }
  }

  static bool ShowsRender(std::span<const std::byte> pixels, RenderId id) {
    for (std::size_t i = 0; i < pixels.size() / 4; ++i) {
      std::uint32_t pixel = 0;
      std::memcpy(&pixel, pixels.data() + i * 4, 4);
      if (pixel != PixelOf(id, i)) return false;
    }
    return true;
  }

  // Stages, draws and commits.
  Result<RenderInfo> Make(const StageRequest& request) {
    auto staged = store_->StagePixels(request);
    if (!staged) return Fail(staged.error());
    Fill(**staged);
    return (*staged)->Commit({}, {});
  }
  Result<RenderInfo> Make() { return Make(Raw()); }

  Result<RenderInfo> MakePng(ContentKey key = {}) {
    return MakeEncoded(RenderFormat::kPng, key);
  }

  Result<RenderInfo> MakeEncoded(RenderFormat format, ContentKey key = {}) {
    StageRequest request = Raw();
    request.format = format;
    request.key = key;
    auto staged = store_->StageFile(
        request, MaxPictureBytes(format, request.width, request.height));
    if (!staged) return Fail(staged.error());
    const std::vector<std::byte> pixels(std::size_t{kSide} * kSide * 4,
                                        std::byte{7});
    const Status encoded =
        EncodePicture({.pixels = pixels,
                       .width = kSide,
                       .height = kSide,
                       .stride_bytes = kSide * 4},
                      &(*staged)->record(), {.format = format},
                      [&](std::span<const std::byte> bytes) {
                        return (*staged)->Append(bytes);
                      });
    if (!encoded.ok()) return Fail(encoded);
    return (*staged)->Commit({}, {});
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry :
         std::filesystem::directory_iterator(options_.directory)) {
      names.push_back(entry.path().filename());
    }
    std::ranges::sort(names);
    return names;
  }

  std::vector<std::string> NamesWith(std::string_view prefix) const {
    std::vector<std::string> names = Names();
    std::erase_if(names, [&](const std::string& name) {
      return !name.starts_with(prefix);
    });
    return names;
  }

  std::uint64_t Counter(IndexCounter counter) const {
    return store_->Stats().counters.at(static_cast<std::size_t>(counter));
  }

  static void ExpectWithinLimits(const RenderStoreStats& stats) {
    EXPECT_LE(stats.committed_bytes + stats.reserved_bytes + stats.spare_bytes +
                  stats.orphaned_bytes,
              stats.max_cache_bytes);
    EXPECT_LE(stats.renders + stats.pending_renders, stats.max_renders);
  }

  // With nothing staged, the books and the index say what the directory says.
  void ExpectBooksMatchDirectory() {
    std::uint64_t committed = 0;
    std::uint32_t renders = 0;
    for (const std::string& name : NamesWith("render_")) {
      const auto bytes = std::filesystem::file_size(options_.directory / name);
      committed += (bytes + 4095) / 4096 * 4096;
      ++renders;
    }
    const RenderStoreStats stats = store_->Stats();
    EXPECT_EQ(stats.committed_bytes, committed);
    EXPECT_EQ(stats.renders, renders);
    EXPECT_EQ(stats.reserved_bytes, 0u);
    EXPECT_EQ(stats.pending_renders, 0u);
    EXPECT_EQ(Counter(IndexCounter::kCurrentRenders), renders);
    EXPECT_EQ(Counter(IndexCounter::kCurrentBytes),
              committed + stats.spare_bytes + stats.orphaned_bytes);
    EXPECT_EQ(Counter(IndexCounter::kOrphanedBytes), stats.orphaned_bytes);
    EXPECT_EQ(store_->List().size(), renders);
    ExpectWithinLimits(stats);
  }

  RenderIndexReader OpenIndex() {
    directory_fd_.reset(
        ::open(options_.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    auto reader = RenderIndexReader::Open(directory_fd_.get());
    EXPECT_TRUE(reader) << reader.error().message();
    return std::move(*reader);
  }

  std::filesystem::path root_;
  RenderStoreOptions options_;
  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  std::shared_ptr<FileSystem> files_ = std::make_shared<FileSystem>();
  UniqueFd directory_fd_;
  std::unique_ptr<RenderStore> store_;
};

}  // namespace goxel

#endif  // TESTS_STORE_FIXTURE_H_
