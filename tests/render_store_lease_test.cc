// Leases that the store keeps for others, and what is known about leases.

#include <gmock/gmock.h>

#include <thread>

#include "tests/hooked_file_system.h"
#include "tests/scripted_file_system.h"
#include "tests/store_fixture.h"
#include "transfer/eviction.h"

namespace goxel {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using RenderStoreLeaseTest = StoreFixture;

TEST_F(RenderStoreLeaseTest, AcquiredLeaseKeepsARenderFromBeingEvicted) {
  OpenWithRoomFor(2);
  const auto leased = Make();
  const auto other = Make();
  ASSERT_TRUE(leased && other);

  const auto acquired = store_->AcquireLease(leased->id);

  ASSERT_TRUE(acquired) << acquired.error().message();
  EXPECT_EQ(acquired->id, leased->id);
  ASSERT_TRUE(Make() && Make());
  EXPECT_TRUE(store_->Find(leased->id));
  EXPECT_FALSE(store_->Find(other->id));
  store_->ReleaseLease(leased->id);
  ASSERT_TRUE(Make() && Make());
  EXPECT_FALSE(store_->Find(leased->id));
}

TEST_F(RenderStoreLeaseTest, EachAcquisitionNeedsItsOwnRelease) {
  OpenWithRoomFor(1);
  const auto leased = Make();
  ASSERT_TRUE(leased);
  ASSERT_TRUE(store_->AcquireLease(leased->id));
  ASSERT_TRUE(store_->AcquireLease(leased->id));

  store_->ReleaseLease(leased->id);
  const auto refused = store_->StagePixels(Raw());
  store_->ReleaseLease(leased->id);

  ASSERT_FALSE(refused);
  EXPECT_EQ(Figure(refused.error(), "leased_size"),
            static_cast<std::int64_t>(kFileBytes));
  EXPECT_TRUE(store_->StagePixels(Raw()));
  store_->ReleaseLease(leased->id);  // One too many does nothing.
}

TEST_F(RenderStoreLeaseTest, LeaseOfWhatIsNotThereIsNotFound) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info);
  clock_->Advance(3600s);

  EXPECT_EQ(store_->AcquireLease(1).error().code(), StatusCode::kNotFound);
  EXPECT_EQ(store_->AcquireLease(info->id).error().code(),
            StatusCode::kNotFound);
}

TEST_F(RenderStoreLeaseTest, TimeWinsAndTheBytesStayChargedUntilTheRelease) {
  OpenWithRoomFor(1);
  const auto leased = Make();
  ASSERT_TRUE(leased && store_->AcquireLease(leased->id));
  clock_->Advance(3600s);

  store_->Sweep();

  EXPECT_THAT(NamesWith("render_"), IsEmpty());
  EXPECT_THAT(NamesWith(".orphan_"), SizeIs(1));
  EXPECT_EQ(store_->Stats().orphaned_bytes, kFileBytes);
  EXPECT_FALSE(store_->StagePixels(Raw()));
  ExpectBooksMatchDirectory();

  store_->ReleaseLease(leased->id);
  EXPECT_TRUE(store_->StagePixels(Raw()));
  EXPECT_THAT(NamesWith(".orphan_"), IsEmpty());
}

TEST_F(RenderStoreLeaseTest, WithdrawnRenderIsNotRecycledWhileItIsHeld) {
  Open();
  const auto leased = Make();
  ASSERT_TRUE(leased && store_->AcquireLease(leased->id));

  EXPECT_EQ(store_->Withdraw(leased->id).value(), 0u);

  EXPECT_EQ(store_->Stats().spare_bytes, 0u);
  EXPECT_EQ(store_->Stats().orphaned_bytes, kFileBytes);
  store_->ReleaseLease(leased->id);
  store_->Sweep();
  EXPECT_EQ(store_->Stats().orphaned_bytes, 0u);
}

// Between the choice of the render that goes and its departure.
TEST_F(RenderStoreLeaseTest, LeaseComesInTimeWhileTheEvictionLooks) {
  auto files = std::make_shared<HookedFileSystem>();
  files_ = files;
  OpenWithRoomFor(2);
  const auto oldest = Make();
  const auto other = Make();
  ASSERT_TRUE(oldest && other);
  files->BeforeNext(FileCall::kLease,
                    [&] { EXPECT_TRUE(store_->AcquireLease(oldest->id)); });

  ASSERT_TRUE(Make());

  EXPECT_TRUE(store_->Find(oldest->id));
  EXPECT_FALSE(store_->Find(other->id));
  EXPECT_TRUE(LeaseHolder(store_->PathOf(*oldest)).holds())
      << "the lease that the eviction had taken was not given back";
}

TEST_F(RenderStoreLeaseTest, LeasedRenderStaysWhileThreadsEvict) {
  OpenWithRoomFor(3);
  ASSERT_TRUE(Make());
  std::atomic<bool> stop{false};
  std::vector<std::thread> makers;
  for (int i = 0; i < 2; ++i) {
    makers.emplace_back([&] {
      while (!stop) (void)Make();
    });
  }

  int leased = 0;
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (leased < 300 && std::chrono::steady_clock::now() < end) {
    const auto page = store_->ListFrom(0, 1);
    if (page.renders.empty()) continue;
    const RenderInfo& info = page.renders.front();
    if (!store_->AcquireLease(info.id)) continue;
    ++leased;
    std::this_thread::yield();
    EXPECT_TRUE(store_->Find(info.id));
    const auto record = store_->ReadRecord(info.id);
    EXPECT_TRUE(record) << record.error().message();
    if (record) {
      EXPECT_EQ(record->id, info.id);
    }
    store_->ReleaseLease(info.id);
  }
  stop = true;
  for (std::thread& maker : makers) maker.join();

  EXPECT_EQ(leased, 300);
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStoreLeaseTest, LeasedBytesAreThoseOfMappingsAndOfHeldLeases) {
  Open();
  const auto mapped = Make();
  const auto held = MakePng();
  ASSERT_TRUE(mapped && held && Make());
  EXPECT_EQ(store_->CountLeasedBytes(), 0u);

  LeaseHolder reader(store_->PathOf(*mapped));
  ASSERT_TRUE(reader.holds() && store_->AcquireLease(held->id));

  EXPECT_EQ(store_->CountLeasedBytes(), kFileBytes + 4096);
  EXPECT_EQ(store_->Stats().leased_bytes, kFileBytes + 4096);
  EXPECT_EQ(Counter(IndexCounter::kLeasedBytes), kFileBytes + 4096);
  reader.Kill();
  EXPECT_EQ(store_->CountLeasedBytes(), 4096u);
}

// The count asks; it may not take anything from a reader who comes meanwhile.
TEST_F(RenderStoreLeaseTest, CountingTakesNoLease) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info);

  (void)store_->CountLeasedBytes();

  const UniqueFd fd(::open(store_->PathOf(*info).c_str(), O_RDWR));
  EXPECT_EQ(TakeWriteLease(fd.get()).value(), LeaseResult::kGranted);
}

TEST_F(RenderStoreLeaseTest, SearchAmongManyLeasedRendersIsBounded) {
  constexpr std::uint32_t kMany = Eviction::kMaxLooks + 50;
  options_.max_renders = kMany;
  Open();
  std::vector<UniqueFd> leases;
  std::vector<RenderId> ids;
  for (std::uint32_t i = 0; i < kMany; ++i) {
    const auto info = Make(Raw(1, /*recyclable=*/false));
    ASSERT_TRUE(info);
    ids.push_back(info->id);
    if (i + 1 == kMany) break;  // The last one is free.
    leases.emplace_back(::open(store_->PathOf(*info).c_str(), O_RDONLY));
    ASSERT_EQ(TakeReadLease(leases.back().get()).value(),
              LeaseResult::kGranted);
  }

  const auto refused = store_->StagePixels(Raw(1));

  ASSERT_FALSE(refused);
  EXPECT_EQ(Counter(IndexCounter::kLeaseBlocked), Eviction::kMaxLooks);
  EXPECT_LE(Figure(refused.error(), "retry_after_ms"), 10);
  EXPECT_TRUE(store_->StagePixels(Raw(1))) << "it goes on where it stopped";
  EXPECT_FALSE(store_->Find(ids.back()));
}

TEST_F(RenderStoreLeaseTest, RefusalSaysHowMuchIsPinned) {
  OpenWithRoomFor(2);
  const auto pinned = Make();
  const auto held = Make();
  ASSERT_TRUE(pinned && held && store_->Pin(pinned->id));
  ASSERT_TRUE(store_->AcquireLease(held->id));

  const auto refused = store_->StagePixels(Raw());

  ASSERT_FALSE(refused);
  const auto bytes = static_cast<std::int64_t>(kFileBytes);
  EXPECT_EQ(Figure(refused.error(), "pinned_size"), bytes);
  EXPECT_EQ(Figure(refused.error(), "leased_size"), bytes);
  EXPECT_THAT(refused.error().message(),
              HasSubstr(std::to_string(kFileBytes) + " bytes pinned"));
}

// Where the kernel or the filesystem knows no such locks.
TEST_F(RenderStoreLeaseTest, WithoutLeasesOfMappingsHeldOnesStillCount) {
  auto files = std::make_shared<ScriptedFileSystem>();
  files_ = files;
  files->FailAll(FileCall::kLease, EINVAL);
  OpenWithRoomFor(2);
  const auto held = Make();
  const auto mapped = Make();
  ASSERT_TRUE(held && mapped && store_->AcquireLease(held->id));
  const UniqueFd fd(::open(store_->PathOf(*mapped).c_str(), O_RDONLY));
  const auto region = MappedRegion::MapAll(fd.get(), MapAccess::kReadOnly);
  ASSERT_TRUE(region);

  const auto next = Make();

  ASSERT_TRUE(next) << next.error().message();
  EXPECT_TRUE(store_->Find(held->id));
  EXPECT_FALSE(store_->Find(mapped->id)) << "nobody knows that it is mapped";
  EXPECT_TRUE(store_->ReadRecord(held->id));
  EXPECT_EQ(Counter(IndexCounter::kRecycled), 0u);
  EXPECT_TRUE(ShowsRender(region->bytes().subspan(4096), mapped->id));
  EXPECT_EQ(store_->Withdraw(held->id).value(), 0u);
  EXPECT_EQ(store_->Stats().orphaned_bytes, kFileBytes);
  store_->ReleaseLease(held->id);
  store_->Sweep();
  EXPECT_EQ(store_->Stats().orphaned_bytes, 0u);
  ExpectBooksMatchDirectory();
}

}  // namespace
}  // namespace goxel
