// Recycling: which files serve twice, and that their readers never notice.

#include <gmock/gmock.h>

#include "tests/hooked_file_system.h"
#include "tests/store_fixture.h"

namespace goxel {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr ContentKey kRecycledKey{.high = 1, .low = 2};

class RenderStoreRecycleTest : public StoreFixture {
 protected:
  ino_t InodeOf(const RenderInfo& info) const {
    struct stat status {};
    EXPECT_EQ(::stat(store_->PathOf(info).c_str(), &status), 0);
    return status.st_ino;
  }
};

TEST_F(RenderStoreRecycleTest, EvictedMappedRenderLendsItsFileToTheNext) {
  OpenWithRoomFor(1);
  const auto old_render = Make();
  ASSERT_TRUE(old_render);
  const ino_t inode = InodeOf(*old_render);

  const auto new_render = Make();

  ASSERT_TRUE(new_render) << new_render.error().message();
  EXPECT_EQ(InodeOf(*new_render), inode);
  EXPECT_EQ(store_->ReadRecord(new_render->id).value().id, new_render->id);
  EXPECT_EQ(Counter(IndexCounter::kRecycled), 1u);
  EXPECT_THAT(NamesWith("."), IsEmpty());
  ExpectBooksMatchDirectory();
}

// Otherwise every render pays for removing a file and every spare for making
// one, in a directory that is always full.
TEST_F(RenderStoreRecycleTest, FullDirectoryLivesOnTheFilesItHas) {
  options_.max_renders = 2;
  OpenWithRoomFor(8);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(Make());
    store_->PrepareSpare();
  }

  // Two to begin with and the first spare are new.
  EXPECT_GE(Counter(IndexCounter::kRecycled), 7u);
  EXPECT_THAT(NamesWith("."), SizeIs(1));
  ExpectBooksMatchDirectory();
}

// Each size in its turn finds a file of its own: none is removed for the other
// and made again, whichever render is the oldest when the directory is full.
TEST_F(RenderStoreRecycleTest, TwoSizesThatTakeTurnsMakeNoFiles) {
  auto files = std::make_shared<HookedFileSystem>();
  files_ = files;
  for (const std::uint64_t room : {5u, 6u}) {
    SCOPED_TRACE(room);
    OpenWithRoomFor(room);
    int made = 0;
    files->Before(FileCall::kOpenUnnamed, [&] { ++made; });
    const auto take_turns = [&] {
      for (const std::uint32_t side : {kSide, kSide - 16}) {
        ASSERT_TRUE(Make(Raw(side)));
        store_->PrepareSpare();
      }
    };
    for (int i = 0; i < 8; ++i) take_turns();

    made = 0;
    for (int i = 0; i < 10; ++i) take_turns();

    EXPECT_EQ(made, 0);
    files->Before(FileCall::kOpenUnnamed, nullptr);
    store_->Purge();
  }
}

TEST_F(RenderStoreRecycleTest, ReaderCanLeaseARecycledRender) {
  OpenWithRoomFor(1);
  ASSERT_TRUE(Make());
  const auto info = Make();
  ASSERT_TRUE(info);
  ASSERT_EQ(Counter(IndexCounter::kRecycled), 1u);

  EXPECT_TRUE(LeaseHolder(store_->PathOf(*info)).holds());
}

TEST_F(RenderStoreRecycleTest, LeasedRenderKeepsItsPixels) {
  OpenWithRoomFor(2);
  const auto leased = Make();
  ASSERT_TRUE(leased);
  const UniqueFd fd(::open(store_->PathOf(*leased).c_str(), O_RDONLY));
  ASSERT_EQ(TakeReadLease(fd.get()).value(), LeaseResult::kGranted);
  const auto region = MappedRegion::MapAll(fd.get(), MapAccess::kReadOnly);
  ASSERT_TRUE(region);

  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Make());

  EXPECT_TRUE(ShowsRender(region->bytes().subspan(4096), leased->id));
  EXPECT_TRUE(store_->Find(leased->id));
}

TEST_F(RenderStoreRecycleTest, ReaderThatCameTooLateIsRefusedTheLease) {
  OpenWithRoomFor(1);
  const auto old_render = Make();
  ASSERT_TRUE(old_render);
  const UniqueFd fd(::open(store_->PathOf(*old_render).c_str(), O_RDONLY));

  const auto staged = store_->StagePixels(Raw());

  ASSERT_TRUE(staged);
  EXPECT_EQ(TakeReadLease(fd.get()).value(), LeaseResult::kBusy);
  EXPECT_THAT(NamesWith(".spare_"), SizeIs(1));
}

TEST_F(RenderStoreRecycleTest, RenderWithAPlainReaderIsNeverRecycled) {
  OpenWithRoomFor(1);
  StageRequest request = Raw();
  request.key = kRecycledKey;
  const auto info = Make(request);
  ASSERT_TRUE(info);
  ASSERT_TRUE(store_->Reuse(kRecycledKey, {}, /*plain_reader=*/true));
  const UniqueFd fd(::open(store_->PathOf(*info).c_str(), O_RDONLY));

  ASSERT_TRUE(Make());

  const auto region = MappedRegion::MapAll(fd.get(), MapAccess::kReadOnly);
  ASSERT_TRUE(region);
  EXPECT_TRUE(ShowsRender(region->bytes().subspan(4096), info->id));
  EXPECT_EQ(Counter(IndexCounter::kRecycled), 0u);
}

TEST_F(RenderStoreRecycleTest, AdoptedRenderIsNeverRecycled) {
  OpenWithRoomFor(1);
  ASSERT_TRUE(Make());
  Open();

  ASSERT_TRUE(Make());

  EXPECT_EQ(Counter(IndexCounter::kRecycled), 0u);
}

TEST_F(RenderStoreRecycleTest, OtherSizeGetsAFreshFile) {
  OpenWithRoomFor(2);
  ASSERT_TRUE(Make(Raw(kSide)) && Make(Raw(kSide)));

  const auto info = Make(Raw(kSide - 16));

  ASSERT_TRUE(info) << info.error().message();
  EXPECT_EQ(Counter(IndexCounter::kRecycled), 0u);
  EXPECT_EQ(std::filesystem::file_size(store_->PathOf(*info)),
            RenderStore::RawSize(kSide - 16, kSide - 16));
}

TEST_F(RenderStoreRecycleTest, AbandonedFrameServesTheNextRender) {
  Open();
  store_->StagePixels(Raw()).value().reset();
  EXPECT_EQ(store_->Stats().spare_bytes, kFileBytes);

  ASSERT_TRUE(Make());

  EXPECT_EQ(store_->Stats().spare_bytes, 0u);
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStoreRecycleTest, PreparedSpareHasTheSizeLastStaged) {
  Open();
  store_->PrepareSpare();
  EXPECT_EQ(store_->Stats().spare_bytes, 0u);
  ASSERT_TRUE(Make());

  store_->PrepareSpare();
  store_->PrepareSpare();

  EXPECT_EQ(store_->Stats().spare_bytes, kFileBytes);
  EXPECT_THAT(NamesWith("."), IsEmpty());
  ASSERT_TRUE(Make());
  EXPECT_EQ(store_->Stats().spare_bytes, 0u);
}

// A reader may have opened the old name and get its lease only when the daemon
// was killed in the midst of the next picture.
TEST_F(RenderStoreRecycleTest, HalfDrawnFileNamesNoRender) {
  OpenWithRoomFor(1);
  const auto old_render = Make();
  ASSERT_TRUE(old_render);
  const UniqueFd opened(
      ::open(store_->PathOf(*old_render).c_str(), O_RDONLY | O_CLOEXEC));

  const auto staged = store_->StagePixels(Raw());

  ASSERT_TRUE(staged);
  ASSERT_EQ(Counter(IndexCounter::kRecycled), 1u);
  const auto file = MappedRegion::MapAll(opened.get(), MapAccess::kReadOnly);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->bytes().data()[0], std::byte{0});
  EXPECT_FALSE(ReadPamIdentity(file->bytes().first<kPamHeaderBytes>()));
}

TEST_F(RenderStoreRecycleTest, SpareGivesWayToARenderOfAnotherSize) {
  OpenWithRoomFor(2);
  ASSERT_TRUE(Make());
  store_->PrepareSpare();
  ASSERT_EQ(store_->Stats().spare_bytes, kFileBytes);

  ASSERT_TRUE(Make(Raw(kSide - 16)));

  EXPECT_EQ(store_->Stats().spare_bytes, 0u);
  EXPECT_EQ(Counter(IndexCounter::kEvictedQuota), 0u);
}

TEST_F(RenderStoreRecycleTest, NoSpareIsPreparedWithoutRoom) {
  OpenWithRoomFor(1);
  ASSERT_TRUE(Make());

  store_->PrepareSpare();

  EXPECT_EQ(store_->Stats().spare_bytes, 0u);
  EXPECT_THAT(NamesWith("render_"), SizeIs(1));
}

}  // namespace
}  // namespace goxel
