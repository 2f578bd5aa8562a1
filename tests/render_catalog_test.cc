#include "clients/cpp/render_catalog.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <thread>

#include "ipc/directory_lock.h"
#include "ipc/render_index_writer.h"
#include "tests/render_directory.h"
#include "tests/result_code.h"

namespace goxel {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t kCapacity = 16;
constexpr RenderId kCatalogId = 0x1111222233334444;
constexpr ContentKey kCatalogKey = {.high = 5, .low = 6};
constexpr milliseconds kLongEnough{20'000};

// One life of a daemon: its lock and its index.
class DaemonLife {
 public:
  DaemonLife(int directory_fd, std::uint64_t epoch)
      : lock_(*DirectoryLock::Acquire(directory_fd, epoch)),
        writer_(*RenderIndexWriter::Create(directory_fd, kCapacity, epoch)) {
    EXPECT_TRUE(writer_->MakeLive().ok());
  }
  RenderIndexWriter* operator->() { return writer_.get(); }

 private:
  DirectoryLock lock_;
  std::unique_ptr<RenderIndexWriter> writer_;
};

class RenderCatalogTest : public testing::Test {
 protected:
  RenderDirectory directory_;
  std::optional<DaemonLife> daemon_;

  void SetUp() override { Restart(1); }

  void Restart(std::uint64_t epoch) {
    daemon_.reset();
    daemon_.emplace(directory_.fd(), epoch);
  }

  RenderInfo Publish(RenderId id, ContentKey key = {}) {
    RenderInfo info = RenderDirectory::Describe(id);
    info.key = key;
    directory_.WriteFile(info);
    EXPECT_TRUE((*daemon_)->Publish(info).ok());
    return info;
  }

  // Leaves slot 0, the first to be used, as a writer inside it would.
  void MakeFirstSlotOdd() const {
    const UniqueFd fd(::openat(directory_.fd(), kIndexFileName, O_RDWR));
    auto region = MappedRegion::MapAll(fd.get(), MapAccess::kReadWrite);
    ASSERT_TRUE(region) << region.error().message();
    reinterpret_cast<IndexSlot*>(region->writable_bytes().data() +
                                 GeometryOf(kCapacity).slots_offset)
        ->sequence.fetch_add(1);
  }

  std::unique_ptr<RenderCatalog> OpenCatalog() const {
    auto catalog = RenderCatalog::Open(directory_.path());
    EXPECT_TRUE(catalog) << catalog.error().message();
    return *std::move(catalog);
  }
};

TEST_F(RenderCatalogTest, TheDirectoryOfTheUsersServiceIsFoundFirst) {
  const RenderDirectory runtime;
  const auto place = runtime.path() / "goxel/renders";
  std::filesystem::create_directories(place.parent_path());
  std::filesystem::create_directory_symlink(directory_.path(), place);
  const RenderInfo info = Publish(kCatalogId);
  ::setenv("XDG_RUNTIME_DIR", runtime.path().c_str(), 1);

  auto found = RenderCatalog::Open();
  ::setenv("GOXEL_RENDER_DIR", (runtime.path() / "none").c_str(), 1);
  auto named = RenderCatalog::Open();
  ::unsetenv("GOXEL_RENDER_DIR");
  ::unsetenv("XDG_RUNTIME_DIR");

  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ((*found)->PathOf(info).parent_path(), place);
  EXPECT_EQ(CodeOf(named), StatusCode::kUnavailable);
  EXPECT_NE(named.error().message().find(runtime.path() / "none"),
            std::string::npos)
      << named.error().message();
}

TEST_F(RenderCatalogTest, FindsAndMapsWhatTheDaemonPublished) {
  const RenderInfo info = Publish(kCatalogId);
  const auto catalog = OpenCatalog();

  const auto found = catalog->Find(kCatalogId);
  const auto image = catalog->Map(kCatalogId);

  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(catalog->PathOf(*found), directory_.PathOf(info));
  ASSERT_TRUE(image) << image.error().message();
  EXPECT_EQ(image->pixels()[3], RenderDirectory::PixelByte(kCatalogId, 3));
}

TEST_F(RenderCatalogTest, FindsByKey) {
  Publish(kCatalogId, kCatalogKey);

  const auto catalog = OpenCatalog();

  EXPECT_EQ(catalog->FindByKey(kCatalogKey)->id, kCatalogId);
  EXPECT_FALSE(catalog->FindByKey({.high = 5, .low = 7}));
}

TEST_F(RenderCatalogTest, WhatIsNotThereIsNotFound) {
  const auto catalog = OpenCatalog();

  EXPECT_EQ(CodeOf(catalog->Find(kCatalogId)), StatusCode::kNotFound);
  EXPECT_EQ(CodeOf(catalog->Map(kCatalogId)), StatusCode::kNotFound);
}

TEST_F(RenderCatalogTest, ARenderWhoseFileIsGoneIsNotFound) {
  const RenderInfo info = Publish(kCatalogId);
  std::filesystem::remove(directory_.PathOf(info));

  EXPECT_EQ(CodeOf(OpenCatalog()->Map(kCatalogId)), StatusCode::kNotFound);
}

TEST_F(RenderCatalogTest, AnEncodedRenderHasNoPixelsToMap) {
  RenderInfo info = RenderDirectory::Describe(kCatalogId);
  info.format = RenderFormat::kPng;
  info.pixel_format = PixelFormat::kEncoded;
  ASSERT_TRUE((*daemon_)->Publish(info).ok());

  EXPECT_EQ(CodeOf(OpenCatalog()->Map(kCatalogId)),
            StatusCode::kFailedPrecondition);
}

TEST_F(RenderCatalogTest, OfADirectoryWithoutIndexIsUnavailable) {
  const RenderDirectory other;

  EXPECT_EQ(CodeOf(RenderCatalog::Open(other.path())),
            StatusCode::kUnavailable);
  EXPECT_EQ(CodeOf(RenderCatalog::Open(other.path() / "missing")),
            StatusCode::kUnavailable);
}

TEST_F(RenderCatalogTest, FollowsARestartedDaemon) {
  Publish(kCatalogId);
  const auto catalog = OpenCatalog();
  ASSERT_TRUE(catalog->Find(kCatalogId));

  Restart(2);
  Publish(kCatalogId + 1);

  EXPECT_TRUE(catalog->Map(kCatalogId + 1));
  EXPECT_EQ(CodeOf(catalog->Find(kCatalogId)), StatusCode::kNotFound);
  ASSERT_EQ(catalog->List().size(), 1u);
  EXPECT_EQ(catalog->List().front().id, kCatalogId + 1);
}

TEST_F(RenderCatalogTest, DoesNotShowWhatOnlyTheRetiredIndexHas) {
  Publish(kCatalogId);
  const auto catalog = OpenCatalog();

  Restart(2);

  EXPECT_EQ(CodeOf(catalog->Find(kCatalogId)), StatusCode::kNotFound);
}

TEST_F(RenderCatalogTest, FollowsADirectoryThatWasMadeAgain) {
  Publish(kCatalogId);
  const auto catalog = OpenCatalog();
  daemon_.reset();
  std::filesystem::remove_all(directory_.path());
  ASSERT_TRUE(std::filesystem::create_directory(directory_.path()));
  const UniqueFd fresh(
      ::open(directory_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  daemon_.emplace(fresh.get(), 2);

  Publish(kCatalogId + 1);

  EXPECT_TRUE(catalog->Map(kCatalogId + 1));
}

TEST_F(RenderCatalogTest, WorksWhileTheDaemonIsDown) {
  Publish(kCatalogId);
  const auto catalog = OpenCatalog();
  EXPECT_TRUE(catalog->DaemonAlive());

  daemon_.reset();

  EXPECT_FALSE(catalog->DaemonAlive());
  EXPECT_TRUE(catalog->Map(kCatalogId));
  EXPECT_TRUE(OpenCatalog()->Map(kCatalogId));
  EXPECT_EQ(catalog->List().size(), 1u);
}

TEST_F(RenderCatalogTest, ShowsTheCounters) {
  (*daemon_)->Count(IndexCounter::kCacheHits, 7);

  const auto counters = OpenCatalog()->Counters();

  const auto hits = std::pair<std::string, std::uint64_t>("cache_hits", 7);
  EXPECT_NE(std::find(counters.begin(), counters.end(), hits), counters.end());
}

TEST_F(RenderCatalogTest, ShowsTheHistograms) {
  (*daemon_)->Record(IndexHistogram::kQueue, std::chrono::microseconds(3));

  const auto histograms = OpenCatalog()->Histograms();

  const auto queue = std::ranges::find(histograms, "queue", &Histogram::name);
  ASSERT_NE(queue, histograms.end());
  EXPECT_EQ(queue->sum_ns, 3000u);
  EXPECT_EQ(queue->count(), 1u);
}

TEST_F(RenderCatalogTest, WaitEndsWhenTheRenderIsReady) {
  const auto catalog = OpenCatalog();
  std::thread publisher([this] { Publish(kCatalogId); });

  const auto found = catalog->WaitFor(kCatalogId, kLongEnough);
  publisher.join();

  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->id, kCatalogId);
}

TEST_F(RenderCatalogTest, WaitEndsWithTheTime) {
  EXPECT_EQ(CodeOf(OpenCatalog()->WaitFor(kCatalogId, milliseconds(5))),
            StatusCode::kTimedOut);
}

TEST_F(RenderCatalogTest, WaitEndsWhenTheDaemonDies) {
  const auto catalog = OpenCatalog();
  std::thread killer([this] { daemon_.reset(); });

  const auto found = catalog->WaitFor(kCatalogId, kLongEnough);
  killer.join();

  EXPECT_EQ(CodeOf(found), StatusCode::kUnavailable);
  EXPECT_EQ(CodeOf(catalog->WaitForKey(kCatalogKey, milliseconds(5))),
            StatusCode::kUnavailable);
}

// The wait begins with one daemon, or with none, and ends with another.
TEST_F(RenderCatalogTest, WaitGoesOnWithTheNextDaemon) {
  const auto catalog = OpenCatalog();
  std::thread restarter([this] {
    Restart(2);
    Restart(3);
    Publish(kCatalogId, kCatalogKey);
  });

  const auto by_id = catalog->WaitFor(kCatalogId, kLongEnough);
  const auto by_key = catalog->WaitForKey(kCatalogKey, kLongEnough);
  restarter.join();

  ASSERT_TRUE(by_id) << by_id.error().message();
  ASSERT_TRUE(by_key) << by_key.error().message();
  EXPECT_EQ(by_key->id, kCatalogId);
}

// A directory may keep renders that the next daemon does not adopt.
TEST_F(RenderCatalogTest, WaitDoesNotEndWithWhatOnlyTheRetiredIndexHas) {
  Publish(kCatalogId);
  const auto catalog = OpenCatalog();

  Restart(2);

  EXPECT_EQ(CodeOf(catalog->WaitFor(kCatalogId, milliseconds(5))),
            StatusCode::kTimedOut);
}

TEST_F(RenderCatalogTest, WaitForEverIsATimeToo) {
  Publish(kCatalogId);

  EXPECT_TRUE(OpenCatalog()->WaitFor(kCatalogId, milliseconds::max()));
}

TEST_F(RenderCatalogTest, FindsAViewOfTheCurrentScene) {
  KeyFields view{.width = 4, .height = 2};
  view.camera.azimuth = 30;
  KeyFields shown = view;
  shown.scene = {.high = 11, .low = 12};
  shown.build_hash = 13;
  Publish(kCatalogId, MakeContentKey(shown, KeyVariant::kPam));
  Publish(kCatalogId + 1, MakeContentKey(shown, KeyVariant::kPngFast));
  const auto catalog = OpenCatalog();

  EXPECT_EQ(CodeOf(catalog->FindView(view)), StatusCode::kFailedPrecondition);
  (*daemon_)->SetBuild(13);
  EXPECT_EQ(CodeOf(catalog->FindView(view)), StatusCode::kFailedPrecondition);
  (*daemon_)->SetScene(11, 12);
  ASSERT_TRUE(catalog->FindView(view));
  EXPECT_EQ(catalog->FindView(view)->id, kCatalogId);
  EXPECT_EQ(catalog->FindView(view, KeyVariant::kPngFast)->id, kCatalogId + 1);

  (*daemon_)->SetScene(11, 14);
  EXPECT_EQ(CodeOf(catalog->FindView(view)), StatusCode::kNotFound);
  EXPECT_EQ(catalog->FindView(shown)->id, kCatalogId);
  shown.camera.azimuth = 31;
  EXPECT_EQ(CodeOf(catalog->FindView(shown)), StatusCode::kNotFound);
}

TEST_F(RenderCatalogTest, ShowsTheProgressOfARenderInTheMaking) {
  RenderInfo info = RenderDirectory::Describe(kCatalogId);
  info.state = RenderState::kPending;
  ASSERT_TRUE((*daemon_)->Publish(info).ok());
  (*daemon_)->SetRowsReady(kCatalogId, 1);

  const auto progress = OpenCatalog()->Progress(kCatalogId);

  ASSERT_TRUE(progress) << progress.error().message();
  EXPECT_EQ(progress->state, RenderState::kPending);
  EXPECT_EQ(progress->rows_ready, 1u);
}

TEST_F(RenderCatalogTest, CountsItsHitsOverAllIndexes) {
  Publish(kCatalogId);
  const auto catalog = OpenCatalog();
  EXPECT_TRUE(catalog->Find(kCatalogId));
  EXPECT_TRUE(catalog->Map(kCatalogId));
  EXPECT_FALSE(catalog->Find(kCatalogId + 1));

  Restart(2);
  Publish(kCatalogId);
  EXPECT_TRUE(catalog->WaitFor(kCatalogId, kLongEnough));

  EXPECT_EQ(catalog->reads().hits, 3u);
  EXPECT_EQ(catalog->reads().sequence_retries, 0u);
}

TEST_F(RenderCatalogTest, CountsItsRetriesOverAllIndexes) {
  Publish(kCatalogId);
  const auto catalog = OpenCatalog();
  MakeFirstSlotOdd();
  EXPECT_EQ(CodeOf(catalog->Find(kCatalogId)), StatusCode::kUnavailable);
  const std::uint64_t retries = catalog->reads().sequence_retries;
  EXPECT_GT(retries, 0u);

  Restart(2);
  EXPECT_FALSE(catalog->Find(kCatalogId));

  EXPECT_GE(catalog->reads().sequence_retries, retries);
}

TEST_F(RenderCatalogTest, ManyThreadsMayLookWhileDaemonsComeAndGo) {
  Publish(kCatalogId);
  const auto catalog = OpenCatalog();
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const auto image = catalog->Map(kCatalogId);
        if (image) {
          EXPECT_EQ(image->pixels()[1],
                    RenderDirectory::PixelByte(kCatalogId, 1));
        }
      }
    });
  }
  for (std::uint64_t epoch = 2; epoch < 40; ++epoch) {
    Restart(epoch);
    Publish(kCatalogId);
  }
  stop = true;
  for (auto& reader : readers) reader.join();

  EXPECT_TRUE(catalog->Map(kCatalogId));
}

}  // namespace
}  // namespace goxel
