#include "clients/cpp/render_catalog.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "ipc/directory_lock.h"
#include "ipc/render_index_writer.h"
#include "tests/render_directory.h"
#include "tests/result_code.h"

namespace goxel {
namespace {

using std::chrono::milliseconds;

constexpr RenderId kId = 0x1111222233334444;
constexpr milliseconds kLongEnough{20'000};

// One life of a daemon: its lock and its index.
class DaemonLife {
 public:
  DaemonLife(int directory_fd, std::uint64_t epoch)
      : lock_(*DirectoryLock::Acquire(directory_fd, epoch)),
        writer_(*RenderIndexWriter::Create(directory_fd, 16, epoch)) {
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

  RenderInfo Publish(RenderId id) {
    const RenderInfo info = RenderDirectory::Describe(id);
    directory_.WriteFile(info);
    EXPECT_TRUE((*daemon_)->Publish(info).ok());
    return info;
  }

  std::unique_ptr<RenderCatalog> OpenCatalog() const {
    auto catalog = RenderCatalog::Open(directory_.path());
    EXPECT_TRUE(catalog) << catalog.error().message();
    return *std::move(catalog);
  }
};

TEST_F(RenderCatalogTest, FindsAndMapsWhatTheDaemonPublished) {
  const RenderInfo info = Publish(kId);
  const auto catalog = OpenCatalog();

  const auto found = catalog->Find(kId);
  const auto image = catalog->Map(kId);

  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(catalog->PathOf(*found), directory_.PathOf(info));
  ASSERT_TRUE(image) << image.error().message();
  EXPECT_EQ(image->pixels()[3], RenderDirectory::PixelByte(kId, 3));
}

TEST_F(RenderCatalogTest, FindsByKey) {
  RenderInfo info = RenderDirectory::Describe(kId);
  info.key = {.high = 5, .low = 6};
  ASSERT_TRUE((*daemon_)->Publish(info).ok());

  const auto catalog = OpenCatalog();

  EXPECT_EQ(catalog->FindByKey(info.key)->id, kId);
  EXPECT_FALSE(catalog->FindByKey({.high = 5, .low = 7}));
}

TEST_F(RenderCatalogTest, WhatIsNotThereIsNotFound) {
  const auto catalog = OpenCatalog();

  EXPECT_EQ(CodeOf(catalog->Find(kId)), StatusCode::kNotFound);
  EXPECT_EQ(CodeOf(catalog->Map(kId)), StatusCode::kNotFound);
}

TEST_F(RenderCatalogTest, ARenderWhoseFileIsGoneIsNotFound) {
  const RenderInfo info = Publish(kId);
  std::filesystem::remove(directory_.PathOf(info));

  EXPECT_EQ(CodeOf(OpenCatalog()->Map(kId)), StatusCode::kNotFound);
}

TEST_F(RenderCatalogTest, AnEncodedRenderHasNoPixelsToMap) {
  RenderInfo info = RenderDirectory::Describe(kId);
  info.format = RenderFormat::kPng;
  info.pixel_format = PixelFormat::kEncoded;
  ASSERT_TRUE((*daemon_)->Publish(info).ok());

  EXPECT_EQ(CodeOf(OpenCatalog()->Map(kId)), StatusCode::kFailedPrecondition);
}

TEST_F(RenderCatalogTest, OfADirectoryWithoutIndexIsUnavailable) {
  const RenderDirectory other;

  EXPECT_EQ(CodeOf(RenderCatalog::Open(other.path())),
            StatusCode::kUnavailable);
  EXPECT_EQ(CodeOf(RenderCatalog::Open(other.path() / "missing")),
            StatusCode::kUnavailable);
}

TEST_F(RenderCatalogTest, FollowsARestartedDaemon) {
  Publish(kId);
  const auto catalog = OpenCatalog();
  ASSERT_TRUE(catalog->Find(kId));

  Restart(2);
  Publish(kId + 1);

  EXPECT_TRUE(catalog->Map(kId + 1));
  EXPECT_EQ(CodeOf(catalog->Find(kId)), StatusCode::kNotFound);
  ASSERT_EQ(catalog->List().size(), 1u);
  EXPECT_EQ(catalog->List().front().id, kId + 1);
}

TEST_F(RenderCatalogTest, DoesNotShowWhatOnlyTheRetiredIndexHas) {
  Publish(kId);
  const auto catalog = OpenCatalog();

  Restart(2);

  EXPECT_EQ(CodeOf(catalog->Find(kId)), StatusCode::kNotFound);
}

TEST_F(RenderCatalogTest, FollowsADirectoryThatWasMadeAgain) {
  Publish(kId);
  const auto catalog = OpenCatalog();
  daemon_.reset();
  std::filesystem::remove_all(directory_.path());
  ASSERT_TRUE(std::filesystem::create_directory(directory_.path()));
  const UniqueFd fresh(
      ::open(directory_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  daemon_.emplace(fresh.get(), 2);

  Publish(kId + 1);

  EXPECT_TRUE(catalog->Map(kId + 1));
}

TEST_F(RenderCatalogTest, WorksWhileTheDaemonIsDown) {
  Publish(kId);
  const auto catalog = OpenCatalog();
  EXPECT_TRUE(catalog->DaemonAlive());

  daemon_.reset();

  EXPECT_FALSE(catalog->DaemonAlive());
  EXPECT_TRUE(catalog->Map(kId));
  EXPECT_TRUE(OpenCatalog()->Map(kId));
  EXPECT_EQ(catalog->List().size(), 1u);
}

TEST_F(RenderCatalogTest, ShowsTheCounters) {
  (*daemon_)->Count(IndexCounter::kCacheHits, 7);

  const auto counters = OpenCatalog()->Counters();

  const auto hits = std::pair<std::string, std::uint64_t>("cache_hits", 7);
  EXPECT_NE(std::find(counters.begin(), counters.end(), hits), counters.end());
}

TEST_F(RenderCatalogTest, WaitEndsWhenTheRenderIsReady) {
  const auto catalog = OpenCatalog();
  std::thread publisher([this] { Publish(kId); });

  const auto found = catalog->WaitFor(kId, kLongEnough);
  publisher.join();

  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->id, kId);
}

TEST_F(RenderCatalogTest, WaitEndsWithTheTime) {
  EXPECT_EQ(CodeOf(OpenCatalog()->WaitFor(kId, milliseconds(5))),
            StatusCode::kTimedOut);
}

TEST_F(RenderCatalogTest, WaitEndsWhenTheDaemonDies) {
  const auto catalog = OpenCatalog();
  std::thread killer([this] { daemon_.reset(); });

  const auto found = catalog->WaitFor(kId, kLongEnough);
  killer.join();

  EXPECT_EQ(CodeOf(found), StatusCode::kUnavailable);
}

TEST_F(RenderCatalogTest, ManyThreadsMayLookWhileDaemonsComeAndGo) {
  Publish(kId);
  const auto catalog = OpenCatalog();
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const auto image = catalog->Map(kId);
        if (image) {
          EXPECT_EQ(image->pixels()[1], RenderDirectory::PixelByte(kId, 1));
        }
      }
    });
  }
  for (std::uint64_t epoch = 2; epoch < 40; ++epoch) {
    Restart(epoch);
    Publish(kId);
  }
  stop = true;
  for (auto& reader : readers) reader.join();

  EXPECT_TRUE(catalog->Map(kId));
}

}  // namespace
}  // namespace goxel
