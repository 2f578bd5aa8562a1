// The store when somebody takes its directory away, and when it is back.

#include "transfer/healing_store.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "tests/scripted_file_system.h"
#include "tests/store_fixture.h"
#include "transfer/storage_failure.h"

namespace goxel {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::size_t CountDescriptors() {
  const std::filesystem::directory_iterator fds("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(fds), end(fds)));
}

class HealingStoreTest : public StoreFixture {
 protected:
  HealingStoreTest() { files_ = scripted_; }

  // The request that notices the loss. Returns what it was told.
  Status FindOutByStaging() {
    const auto staged = store_->StagePixels(Raw());
    EXPECT_FALSE(staged);
    return staged ? Status() : staged.error();
  }

  static void ExpectLost(const Status& status) {
    EXPECT_EQ(status.code(), StatusCode::kStorageFailed) << status.message();
    EXPECT_EQ(ErrnoOf(status), "ENOENT");
    EXPECT_THAT(status.message(), HasSubstr("removed or replaced"));
  }

  // The directory is back, empty, and works.
  void ExpectHealed() {
    const auto info = Make();
    ASSERT_TRUE(info) << info.error().message();
    EXPECT_TRUE(std::filesystem::exists(store_->PathOf(*info)));
    EXPECT_TRUE(OpenIndex().Find(info->id));
    EXPECT_TRUE(OpenIndex().WriterAlive());
    ExpectBooksMatchDirectory();
  }

  std::filesystem::path moved() const { return root_ / "moved"; }

  std::shared_ptr<ScriptedFileSystem> scripted_ =
      std::make_shared<ScriptedFileSystem>();
};

TEST_F(HealingStoreTest, RemovedDirectoryIsToldOnceAndMadeAgain) {
  Open();
  const auto lost = Make();
  ASSERT_TRUE(lost);
  const RenderIndexReader reader = OpenIndex();
  std::filesystem::remove_all(options_.directory);

  ExpectLost(FindOutByStaging());

  EXPECT_FALSE(store_->Find(lost->id));
  EXPECT_THAT(store_->List(), IsEmpty());
  EXPECT_FALSE(reader.Find(lost->id));
  EXPECT_TRUE(reader.Superseded());
  EXPECT_EQ(store_->Stats().committed_bytes, 0u);
  ExpectHealed();
  EXPECT_GT(OpenIndex().epoch(), reader.epoch());
  EXPECT_EQ(store_->directory(), options_.directory);
}

TEST_F(HealingStoreTest, CountersGoOn) {
  Open();
  ASSERT_TRUE(Make());
  store_->ShowScene(3, 4);
  store_->ShowBuild(5);
  std::filesystem::remove_all(options_.directory);

  ExpectLost(FindOutByStaging());
  ExpectHealed();

  EXPECT_EQ(Counter(IndexCounter::kPublished), 2u);
  EXPECT_EQ(Counter(IndexCounter::kDirectoryLost), 1u);
  EXPECT_EQ(Counter(IndexCounter::kStorageErrors), 1u);
  const RenderIndexReader reader = OpenIndex();
  EXPECT_EQ(reader.scene().high, 3u);
  EXPECT_EQ(reader.scene().low, 4u);
  EXPECT_EQ(reader.build_hash(), 5u);
}

TEST_F(HealingStoreTest, WhatReadersHaveMappedStaysReadable) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info);
  const UniqueFd fd(::open(store_->PathOf(*info).c_str(), O_RDONLY));
  const auto mapped = MappedRegion::MapAll(fd.get(), MapAccess::kReadOnly);
  ASSERT_TRUE(mapped);
  std::filesystem::remove_all(options_.directory);

  ExpectLost(FindOutByStaging());
  ExpectHealed();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(Make());

  EXPECT_TRUE(ShowsRender(mapped->bytes().subspan(4096), info->id));
}

TEST_F(HealingStoreTest, StagedRenderFailsToLandButKeepsItsPixels) {
  Open();
  auto pixels = store_->StagePixels(Raw());
  StageRequest encoded = Raw();
  encoded.format = RenderFormat::kPng;
  auto file = store_->StageFile(encoded, 4096);
  ASSERT_TRUE(pixels && file);
  Fill(**pixels);
  ASSERT_TRUE((*file)->Append((*pixels)->pixels().first(64)).ok());
  std::filesystem::remove_all(options_.directory);

  ExpectLost((*pixels)->Commit({}, {}).error());
  ExpectLost((*file)->Commit({}, {}).error());

  EXPECT_TRUE(ShowsRender((*pixels)->pixels(), (*pixels)->record().id));
  ExpectHealed();
  const std::uint64_t bytes = store_->Stats().committed_bytes;
  pixels->reset();
  file->reset();
  EXPECT_EQ(store_->Stats().committed_bytes, bytes);
  ExpectBooksMatchDirectory();
}

TEST_F(HealingStoreTest, ReuseIsToldOnceAndThenFindsNothing) {
  Open();
  StageRequest request = Raw();
  request.key = {.high = 1, .low = 2};
  ASSERT_TRUE(Make(request));
  std::filesystem::remove_all(options_.directory);

  ExpectLost(store_->Reuse(request.key, {}, true).error());
  EXPECT_EQ(store_->Reuse(request.key, {}, true).error().code(),
            StatusCode::kNotFound);
  ExpectHealed();
}

TEST_F(HealingStoreTest, AHitFindsOutThatTheDirectoryWasMoved) {
  Open();
  StageRequest request = Raw();
  request.key = {.high = 1, .low = 2};
  const auto info = Make(request);
  ASSERT_TRUE(info);
  std::filesystem::rename(options_.directory, moved());

  const auto hit = store_->Reuse(request.key, {}, true);

  ASSERT_FALSE(hit);
  ExpectLost(hit.error());
  ExpectHealed();
  EXPECT_TRUE(std::filesystem::exists(moved() / RenderFileName(*info)));
  EXPECT_EQ(Counter(IndexCounter::kDirectoryLost), 1u);
  EXPECT_EQ(Counter(IndexCounter::kStorageErrors), 1u);
}

TEST_F(HealingStoreTest, AHitFindsOutThatAFileIsInPlaceOfTheDirectory) {
  Open();
  StageRequest request = Raw();
  request.key = {.high = 1, .low = 2};
  ASSERT_TRUE(Make(request));
  std::filesystem::remove_all(options_.directory);
  std::ofstream(options_.directory) << "x";

  const auto hit = store_->Reuse(request.key, {}, true);

  ASSERT_FALSE(hit);
  ExpectLost(hit.error());
}

TEST_F(HealingStoreTest, SweepMakesTheDirectoryAgainAtOnce) {
  Open();
  ASSERT_TRUE(Make());
  std::filesystem::remove_all(options_.directory);

  EXPECT_EQ(store_->Sweep(), std::nullopt);

  EXPECT_THAT(Names(), ElementsAre("index", "lock"));
  ExpectHealed();
}

TEST_F(HealingStoreTest, MovedDirectoryKeepsItsRendersAndNothingHidden) {
  Open();
  const auto info = Make();
  { const auto abandoned = store_->StagePixels(Raw()); }
  ASSERT_TRUE(info);
  std::filesystem::rename(options_.directory, moved());
  std::filesystem::create_directory(options_.directory);

  ExpectLost(FindOutByStaging());
  ExpectHealed();

  EXPECT_FALSE(store_->Find(info->id));
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(moved())) {
    names.push_back(entry.path().filename());
  }
  EXPECT_THAT(names, testing::UnorderedElementsAre(RenderFileName(*info),
                                                   "index", "lock"));
}

TEST_F(HealingStoreTest, DirectoryThatIsBackBringsItsRendersBack) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info);
  std::filesystem::rename(options_.directory, moved());
  ExpectLost(FindOutByStaging());
  std::filesystem::rename(moved(), options_.directory);

  ExpectHealed();

  EXPECT_TRUE(store_->Find(info->id));
}

TEST_F(HealingStoreTest, MissingParentIsMadeToo) {
  options_.directory = root_ / "parent" / "renders";
  Open();
  std::filesystem::remove_all(root_ / "parent");

  ExpectLost(FindOutByStaging());
  ExpectHealed();
}

// Another daemon could take such a directory for free.
TEST_F(HealingStoreTest, DirectoryWithoutOurLockFileIsLost) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info);
  std::filesystem::remove(options_.directory / "lock");

  ExpectLost(FindOutByStaging());
  ExpectHealed();

  EXPECT_TRUE(store_->Find(info->id)) << "its file is there: adopted";
  EXPECT_FALSE(RenderStore::Open(options_)) << "the lock is held again";
}

TEST_F(HealingStoreTest, FileInItsPlaceIsNamedUntilItIsGone) {
  Open();
  std::filesystem::remove_all(options_.directory);
  std::ofstream(options_.directory) << "x";
  ExpectLost(FindOutByStaging());

  const Status status = FindOutByStaging();

  ExpectLost(status);
  EXPECT_THAT(status.message(), HasSubstr("is not a directory"));
  std::filesystem::remove(options_.directory);
  EXPECT_THAT(FindOutByStaging().message(), HasSubstr("is not a directory"))
      << "it is tried once a second";
  clock_->Advance(1s);
  ExpectHealed();
}

TEST_F(HealingStoreTest, LinkInItsPlaceIsNotFollowed) {
  Open();
  std::filesystem::rename(options_.directory, moved());
  std::filesystem::create_directory_symlink(moved(), options_.directory);

  ExpectLost(FindOutByStaging());
  EXPECT_THAT(FindOutByStaging().message(), HasSubstr("is not a directory"));

  std::filesystem::remove(options_.directory);
  clock_->Advance(1s);
  ExpectHealed();
}

TEST_F(HealingStoreTest, DirectoryOfAnotherUserInItsPlaceIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give directories away";
  Open();
  std::filesystem::remove_all(options_.directory);
  std::filesystem::create_directory(options_.directory);
  ASSERT_EQ(::chown(options_.directory.c_str(), 12345, 12345), 0);

  ExpectLost(FindOutByStaging());
  EXPECT_THAT(FindOutByStaging().message(), HasSubstr("belongs to uid 12345"));

  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(HealingStoreTest, AnotherDaemonInItsPlaceIsNotDisturbed) {
  Open();
  std::filesystem::remove_all(options_.directory);
  const auto other = RenderStore::Open(options_, files_, clock_);
  ASSERT_TRUE(other);

  ExpectLost(FindOutByStaging());
  EXPECT_THAT(FindOutByStaging().message(), HasSubstr("already serves"));

  EXPECT_TRUE((*other)->StagePixels(Raw()));
}

// A system that does not answer is no reason to forget every render.
TEST_F(HealingStoreTest, FailureToLookIsNoLoss) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info);
  for (const int error : {EACCES, EIO, EMFILE, ENOMEM}) {
    scripted_->FailAll(FileCall::kStatAt, error);
    const Status status = FindOutByStaging();
    scripted_->Disarm();

    EXPECT_EQ(status.code(), StatusCode::kStorageFailed);
    EXPECT_TRUE(store_->Find(info->id));
  }
  EXPECT_EQ(Counter(IndexCounter::kDirectoryLost), 0u);
  ExpectHealed();
}

TEST_F(HealingStoreTest, EveryLossIsSurvivedWithoutLeaks) {
  Open();
  std::size_t descriptors = 0;
  for (int loss = 0; loss < 20; ++loss) {
    StageRequest request = Raw();
    request.recyclable = loss % 2 == 0;
    ASSERT_TRUE(Make(request) && MakePng());
    if (loss == 1) descriptors = CountDescriptors();
    std::filesystem::remove_all(options_.directory);
    ExpectLost(FindOutByStaging());
    clock_->Advance(1s);
  }
  ASSERT_TRUE(Make(Raw(kSide, false)) && MakePng());

  EXPECT_LE(CountDescriptors(), descriptors + 1);
  EXPECT_EQ(Counter(IndexCounter::kDirectoryLost), 20u);
  ExpectBooksMatchDirectory();
}

TEST_F(HealingStoreTest, LossesUnderManyThreadsKeepTheBooksRight) {
  clock_ = nullptr;
  auto opened =
      RenderStore::Open(options_, files_, std::make_shared<SystemClock>());
  ASSERT_TRUE(opened);
  store_ = std::move(*opened);
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&, i] {
      while (!stop) {
        const auto made = i == 0 ? MakePng() : Make();
        if (made) (void)store_->Touch(made->id, 60s);
        store_->PrepareSpare();
        if (i == 2) store_->Sweep();
      }
    });
  }
  for (int loss = 0; loss < 3; ++loss) {
    std::this_thread::sleep_for(100ms);
    std::error_code ignored;
    std::filesystem::rename(options_.directory, moved(), ignored);
    std::filesystem::remove_all(moved(), ignored);
    std::this_thread::sleep_for(1100ms);
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();

  EXPECT_GE(Counter(IndexCounter::kDirectoryLost), 1u);
  ASSERT_TRUE(Make());
  store_->Sweep();
  ExpectBooksMatchDirectory();
}

}  // namespace
}  // namespace goxel
