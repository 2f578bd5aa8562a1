// Who waits while a file is removed, which takes milliseconds for a large one:
// those who need its room, and nobody else.

#include <gmock/gmock.h>

#include <future>

#include "tests/hooked_file_system.h"
#include "tests/store_fixture.h"

namespace goxel {
namespace {

using namespace std::chrono_literals;

constexpr ContentKey kAwaitedKey{.high = 1, .low = 2};

class RenderStoreWaitingTest : public StoreFixture {
 protected:
  RenderStoreWaitingTest() { files_ = hooked_; }

  // The next unlink waits until LetGo(). Returns when somebody is in there.
  std::future<void> HoldNextRemoval() {
    auto reached = std::make_shared<std::promise<void>>();
    auto in_removal = reached->get_future();
    hooked_->BeforeNext(FileCall::kUnlink,
                        [reached, go = go_.get_future().share()] {
                          reached->set_value();
                          go.wait();
                        });
    return in_removal;
  }
  void LetGo() { go_.set_value(); }

  // Runs in another thread; false when it waits for the removal.
  template <typename Call>
  bool Passes(Call call) {
    auto done = std::async(std::launch::async, std::move(call));
    if (done.wait_for(10s) == std::future_status::ready) return true;
    LetGo();
    done.wait();
    return false;
  }

  // Removed by unlinking, not recycled.
  RenderInfo MakePlain(ContentKey key = {}) {
    StageRequest request = Raw(kSide, /*recyclable=*/false);
    request.key = key;
    return Make(request).value();
  }

  std::shared_ptr<HookedFileSystem> hooked_ =
      std::make_shared<HookedFileSystem>();
  std::promise<void> go_;
};

// What the daemon's event loop calls.
TEST_F(RenderStoreWaitingTest, NoLookUpAndNoRenewalWaitsForARemoval) {
  options_.max_renders = 4;
  Open();
  const RenderInfo oldest = MakePlain();
  const RenderInfo other = MakePlain(kAwaitedKey);
  const RenderInfo third = MakePlain();
  MakePlain();
  auto in_removal = HoldNextRemoval();
  auto made = std::async(std::launch::async, [this] { return Make(Raw()); });
  in_removal.wait();

  EXPECT_TRUE(Passes([&] {
    EXPECT_FALSE(store_->Find(oldest.id));
    EXPECT_TRUE(store_->Find(other.id));
    EXPECT_TRUE(store_->FindByPath(store_->PathOf(other).string()));
    EXPECT_EQ(store_->List().size(), 3u);
    EXPECT_EQ(store_->ListFrom(0, 1).renders.size(), 1u);
    EXPECT_EQ(store_->Stats().orphaned_bytes, kFileBytes);
    EXPECT_TRUE(store_->ReadRecord(other.id));
    EXPECT_TRUE(store_->Reuse(kAwaitedKey, {}, false));
    EXPECT_TRUE(store_->Touch(other.id, 100s));
    EXPECT_TRUE(store_->SetChecksum(other.id, {}).ok());
    EXPECT_TRUE(store_->AcquireLease(other.id));
    store_->ReleaseLease(other.id);
    EXPECT_TRUE(store_->Pin(other.id));
    EXPECT_TRUE(store_->Unpin(other.id, {}));
    store_->MarkUsed(other.id);
    EXPECT_EQ(store_->CountLeasedBytes(), 0u);
    store_->Count(IndexCounter::kDegraded);
  }));
  EXPECT_TRUE(Passes([&] { EXPECT_TRUE(store_->Withdraw(third.id)); }));

  LetGo();
  EXPECT_TRUE(made.get());
  ExpectBooksMatchDirectory();
}

// Reuse and Touch find out that a file is lost, and leave its removal to the
// sweep.
TEST_F(RenderStoreWaitingTest, LostFileIsFoundOutWithoutWaiting) {
  options_.max_renders = 2;
  Open();
  MakePlain();
  const RenderInfo lost = MakePlain(kAwaitedKey);
  std::filesystem::remove(store_->PathOf(lost));
  auto in_removal = HoldNextRemoval();
  auto made = std::async(std::launch::async, [this] { return Make(Raw()); });
  in_removal.wait();

  EXPECT_TRUE(
      Passes([&] { EXPECT_FALSE(store_->Reuse(kAwaitedKey, {}, false)); }));

  LetGo();
  EXPECT_TRUE(made.get());
  store_->Sweep();
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStoreWaitingTest, RenderThatFitsDoesNotWaitForARemoval) {
  constexpr std::uint64_t kSmallBytes = RenderStore::RawFileBytes(1, 1);
  options_.max_cache_bytes = kFileBytes + kSmallBytes;
  Open();
  MakePlain();
  auto in_removal = HoldNextRemoval();
  auto made = std::async(std::launch::async, [this] { return Make(Raw()); });
  in_removal.wait();

  EXPECT_TRUE(Passes([&] { EXPECT_TRUE(Make(Raw(1))); }));

  LetGo();
  EXPECT_TRUE(made.get());
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStoreWaitingTest, WhoFindsNoOtherRoomWaitsAndIsNotRefused) {
  options_.max_cache_bytes = kFileBytes;
  Open();
  const RenderInfo old_render = MakePlain();
  auto in_removal = HoldNextRemoval();
  auto withdrawn = std::async(std::launch::async,
                              [&] { return store_->Withdraw(old_render.id); });
  in_removal.wait();
  auto made = std::async(std::launch::async, [this] { return Make(Raw()); });

  EXPECT_EQ(made.wait_for(50ms), std::future_status::timeout);
  LetGo();

  EXPECT_TRUE(withdrawn.get());
  EXPECT_TRUE(made.get());
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStoreWaitingTest, SweepOfManyLetsOthersIn) {
  options_.max_renders = 3;
  Open();
  StageRequest brief = Raw(kSide, /*recyclable=*/false);
  brief.ttl = 1s;
  ASSERT_TRUE(Make(brief) && Make(brief));
  const RenderInfo other = MakePlain();
  clock_->Advance(2s);
  auto in_removal = HoldNextRemoval();
  auto swept = std::async(std::launch::async, [this] { store_->Sweep(); });
  in_removal.wait();

  EXPECT_TRUE(Passes([&] { EXPECT_TRUE(Make(Raw())); }));
  EXPECT_TRUE(Passes([&] { EXPECT_TRUE(store_->Withdraw(other.id)); }));

  LetGo();
  swept.get();
  ExpectBooksMatchDirectory();
}

}  // namespace
}  // namespace goxel
