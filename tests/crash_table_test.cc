// The rows of docs/crash-table.md: who died where, what that left behind, who
// repairs it, and what a reader sees meanwhile. Behind them the same without
// choosing: killed before and after every system call of every operation.

#include <fstream>
#include <future>

#include "ipc/index_slot.h"
#include "ipc/render_index_writer.h"
#include "tests/child_process.h"
#include "tests/fault_fixture.h"
#include "transfer/storage_failure.h"

namespace goxel {
namespace {

using namespace std::chrono_literals;

class CrashTable : public FaultFixture {
 protected:
  // A daemon in another process that is killed after `body`, or in it.
  void KillDaemonAfter(const std::function<void()>& body) {
    ChildProcess daemon([&](const auto& ready) {
      Open();
      body();
      ready();
      return SleepUntilKilled();
    });
    daemon.AwaitReady();
    daemon.Kill();
  }

  // What every row ends in: the next daemon starts, and all is in order.
  void ExpectRestartMakesItSound(std::size_t renders) {
    Open();
    EXPECT_EQ(store_->List().size(), renders);
    EXPECT_EQ(Counter(IndexCounter::kBroken), 0u);
    ExpectSound();
  }

  // Maps a file as a reader does. Null without a lease.
  static std::optional<MappedRegion> MapWithLease(
      const std::filesystem::path& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (TakeReadLease(fd.get()) != LeaseResult::kGranted) return std::nullopt;
    auto region = MappedRegion::MapAll(fd.get(), MapAccess::kReadOnly);
    if (!region) return std::nullopt;
    return *std::move(region);
  }

  // The id in the only render file there is.
  RenderId OnlyId() const {
    const auto names = NamesWith("render_");
    EXPECT_EQ(names.size(), 1u);
    return names.empty() ? 0 : ParseRenderFileName(names[0])->id;
  }

  MappedRegion MapIndexForWriting() const {
    const UniqueFd fd(
        ::open((options_.directory / "index").c_str(), O_RDWR | O_CLOEXEC));
    return *MappedRegion::MapAll(fd.get(), MapAccess::kReadWrite);
  }
  static IndexHeader& HeaderOf(MappedRegion& index) {
    return *reinterpret_cast<IndexHeader*>(index.writable_bytes().data());
  }
  static std::span<IndexSlot> SlotsOf(MappedRegion& index) {
    return {reinterpret_cast<IndexSlot*>(index.writable_bytes().data() +
                                         HeaderOf(index).slots_offset),
            HeaderOf(index).capacity};
  }
};

// Row 1.
TEST_F(CrashTable, DaemonKilledWithAnAnnouncedRenderLeavesOnlyAPendingSlot) {
  KillDaemonAfter([&] {
    if (!store_->StagePixels(Raw()).value().release()) ::_exit(1);
  });
  const RenderIndexReader reader = OpenIndex();
  MappedRegion index = MapIndexForWriting();
  SlotContent content{};
  ASSERT_TRUE(LoadSlot(SlotsOf(index)[0], &content, nullptr));

  EXPECT_FALSE(reader.WriterAlive());
  EXPECT_EQ(reader.WaitUntilReady(content.id, 60s).error().code(),
            StatusCode::kUnavailable);

  ExpectRestartMakesItSound(0);
  EXPECT_FALSE(store_->Find(content.id));
}

// Row 2.
TEST_F(CrashTable, DaemonKilledWhileItDrawsLeavesNoFile) {
  KillDaemonAfter([&] {
    auto staged = store_->StagePixels(Raw());
    Fill(**staged);
    staged->release();
  });

  EXPECT_THAT(Names(), testing::ElementsAre("index", "lock"));
  ExpectRestartMakesItSound(0);
}

// Row 3.
TEST_F(CrashTable, RenderKilledBetweenItsNameAndReadyIsAdopted) {
  KillDaemonAfter([&] {
    scripted_->KillAfterNext(FileCall::kLink);
    (void)Make();
  });
  const RenderId id = OnlyId();
  EXPECT_FALSE(OpenIndex().Find(id)) << "a miss, never half a render";

  ExpectRestartMakesItSound(1);
  EXPECT_TRUE(OpenIndex().Find(id));
}

// Row 4.
TEST_F(CrashTable, SlotThatTheWriterDiedInIsGivenUpOn) {
  KillDaemonAfter([&] {
    if (!Make()) ::_exit(1);
  });
  const RenderId id = OnlyId();
  {
    MappedRegion index = MapIndexForWriting();
    const std::span slots = SlotsOf(index);
    for (IndexSlot& slot : slots) {
      if (slot.sequence.load() != 0) slot.sequence.fetch_add(1);
    }
  }

  EXPECT_EQ(OpenIndex().Find(id).error().code(), StatusCode::kUnavailable);

  ExpectRestartMakesItSound(1);
  EXPECT_TRUE(OpenIndex().Find(id)) << "a new segment, read from the file";
}

// Row 5: a writer that stops between the two is as dead as a killed one.
TEST_F(CrashTable, WaiterThatWasNotWokenFindsTheRenderByItself) {
  Open();
  auto staged = store_->StagePixels(Raw());
  const RenderId id = (*staged)->record().id;
  auto waiting = std::async(std::launch::async, [reader = OpenIndex(), id] {
    return reader.WaitUntilReady(id, 60s);
  });
  std::this_thread::sleep_for(50ms);  // It sleeps, most likely.
  MappedRegion index = MapIndexForWriting();
  for (IndexSlot& slot : SlotsOf(index)) {
    SlotContent content{};
    if (!LoadSlot(slot, &content, nullptr) || content.id != id) continue;
    content.state = static_cast<std::uint32_t>(RenderState::kReady);
    content.rows_ready = content.height;
    StoreSlot(content, &slot);
  }

  EXPECT_TRUE(waiting.get());
}

// Row 6.
TEST_F(CrashTable, RenderOfADaemonKilledWithItsExclusiveLeaseIsStillThere) {
  KillDaemonAfter([&] {
    const auto info = Make();
    scripted_->KillAfterNext(FileCall::kLease);
    (void)store_->Withdraw(info->id);
  });
  const RenderId id = OnlyId();

  const auto info = OpenIndex().Find(id);
  ASSERT_TRUE(info);
  EXPECT_TRUE(MapWithLease(options_.directory / RenderFileName(*info)));

  ExpectRestartMakesItSound(1);
}

// Row 7.
TEST_F(CrashTable, RenderKilledBetweenItsSlotAndItsNameIsAdopted) {
  KillDaemonAfter([&] {
    const auto info = MakePng();
    scripted_->KillBeforeNext(FileCall::kUnlink);
    (void)store_->Withdraw(info->id);
  });
  const RenderId id = OnlyId();
  EXPECT_EQ(OpenIndex().Find(id).error().code(), StatusCode::kNotFound);

  ExpectRestartMakesItSound(1);
}

// Row 8.
TEST_F(CrashTable, FileBetweenTwoRendersIsRemoved) {
  options_.max_cache_bytes = 2 * kFileBytes;
  KillDaemonAfter([&] {
    for (int i = 0; i < 2; ++i) (void)Make();
    scripted_->KillAfterNext(FileCall::kRename);
    (void)Make();
  });
  EXPECT_EQ(NamesWith(".spare_").size(), 1u);

  ExpectRestartMakesItSound(1);
}

// Row 9.
TEST_F(CrashTable, PinThatOnlyTheFileKnowsIsKept) {
  KillDaemonAfter([&] {
    const auto info = Make();
    scripted_->KillAfterNext(FileCall::kSetMode);
    (void)store_->Pin(info->id);
  });

  Open();

  ASSERT_EQ(store_->List().size(), 1u);
  EXPECT_NE(store_->List()[0].flags & kRenderPinned, 0u);
  ExpectSound();
}

// Row 10.
TEST_F(CrashTable, KilledClientFreesItsLease) {
  Open();
  const auto info = Make();
  LeaseHolder client(store_->PathOf(*info));
  ASSERT_TRUE(client.holds());
  EXPECT_EQ(store_->CountLeasedBytes(), kFileBytes);

  client.Kill();

  EXPECT_EQ(store_->CountLeasedBytes(), 0u);
  EXPECT_EQ(store_->Withdraw(info->id).value(), info->size_bytes);
  ExpectSound();
}

// Row 11.
TEST_F(CrashTable, KilledClientThatWaitedLeavesNothing) {
  Open();
  auto staged = store_->StagePixels(Raw());
  const RenderId id = (*staged)->record().id;
  ChildProcess client([&](const auto& ready) {
    const RenderIndexReader reader = OpenIndex();
    ready();
    return reader.WaitUntilReady(id, 60s) ? 0 : 1;
  });
  client.AwaitReady();

  client.Kill();
  Fill(**staged);

  EXPECT_TRUE((*staged)->Commit({}, {}));
  ExpectSound();
}

// Row 12.
TEST_F(CrashTable, DirectoryRemovedByOthersIsMadeAgain) {
  Open();
  const auto info = Make();
  const auto mapped = MapWithLease(store_->PathOf(*info));
  ASSERT_TRUE(mapped);
  const RenderIndexReader reader = OpenIndex();
  std::filesystem::remove_all(options_.directory);

  EXPECT_EQ(ErrnoOf(Make().error()), "ENOENT");

  EXPECT_TRUE(reader.Superseded());
  EXPECT_TRUE(ShowsRender(mapped->bytes().subspan(4096), info->id));
  ExpectSound();
}

// Row 13.
TEST_F(CrashTable, FullDiskIsAnErrorAndLeavesNothing) {
  Open();
  scripted_->FailAll(FileCall::kAllocate, ENOSPC);
  EXPECT_EQ(ErrnoOf(Make().error()), "ENOSPC");
  scripted_->FailAll(FileCall::kWrite, ENOSPC);
  EXPECT_EQ(ErrnoOf(MakePng().error()), "ENOSPC");
  scripted_->Disarm();

  EXPECT_THAT(Names(), testing::ElementsAre("index", "lock"));
  ExpectSound();
}

// Row 14: the host comes back with an empty memory filesystem.
TEST_F(CrashTable, RebootEmptiesADirectoryInMemory) {
  KillDaemonAfter([&] { (void)Make(); });
  std::filesystem::remove_all(options_.directory);

  ExpectRestartMakesItSound(0);
}

// Row 15: the host comes back with the files, but with what in them?
TEST_F(CrashTable, RebootKeepsOnDiskWhatItsChecksumProves) {
  KillDaemonAfter([&] { (void)Make(); });
  {
    MappedRegion index = MapIndexForWriting();
    HeaderOf(index).boot_id[0] ^= 0xff;
  }

  Open();

  EXPECT_TRUE(store_->List().empty());
  EXPECT_EQ(Counter(IndexCounter::kBroken), 1u);
  ExpectSound();
}

// The rows above choose their call; these do not.
class KilledAtEveryCall : public FaultFixture {
 protected:
  // A child runs `prepare`, then `operation`, and is killed before (or after)
  // the Nth call of the latter; the store is then opened again and checked.
  void Run(const Step& prepare, const Step& operation, const Step& check) {
    for (const bool after : {false, true}) {
      bool killed = true;
      for (int nth = 1; killed && nth < kMaxCalls; ++nth) {
        SCOPED_TRACE(testing::Message()
                     << "killed " << (after ? "after" : "before") << " call "
                     << nth);
        std::filesystem::remove_all(options_.directory);
        killed = RunAndKill(prepare, operation, nth, after);
        Open();
        EXPECT_EQ(Counter(IndexCounter::kBroken), 0u);
        check();
        ExpectSound();
        store_.reset();
        if (HasFailure()) return;
      }
      EXPECT_FALSE(killed);
    }
  }

 private:
  bool RunAndKill(const Step& prepare, const Step& operation, int nth,
                  bool after) {
    ChildProcess daemon([&](const auto&) {
      prepare();
      if (after) {
        scripted_->KillAfter(nth);
      } else {
        scripted_->KillBefore(nth);
      }
      operation();
      return 0;
    });
    return daemon.Wait() == -1;
  }
};

TEST_F(KilledAtEveryCall, MakingLosesNoCommittedRender) {
  const auto marker = root_ / "committed";
  Run([&] { Open(); },
      [&] {
        std::filesystem::remove(marker);
        if (!Make()) ::_exit(1);
        std::ofstream(marker) << "x";
        if (!MakePng()) ::_exit(1);
      },
      [&] {
        EXPECT_GE(store_->List().size(),
                  std::filesystem::exists(marker) ? 1u : 0u);
      });
}

TEST_F(KilledAtEveryCall, Recycling) {
  options_.max_cache_bytes = 2 * kFileBytes;
  Run([&] { Open(); },
      [&] {
        for (int i = 0; i < 4; ++i) {
          if (!Make()) ::_exit(1);
        }
        store_->PrepareSpare();
      },
      [] {});
}

TEST_F(KilledAtEveryCall, Removing) {
  Run([&] { Open(); },
      [&] {
        StageRequest brief = Raw();
        brief.ttl = 1s;
        const auto png = MakePng();
        if (!png || !Make(brief) || !store_->Withdraw(png->id)) ::_exit(1);
        clock_->Advance(2s);
        store_->Sweep();
        store_->Purge();
      },
      [] {});
}

TEST_F(KilledAtEveryCall, PinningLosesNoRender) {
  Run(
      [&] {
        Open();
        if (!Make()) ::_exit(1);
      },
      [&] {
        const RenderId id = store_->List().at(0).id;
        if (!store_->Pin(id) || !store_->Unpin(id, 600s)) ::_exit(1);
      },
      [&] { EXPECT_EQ(store_->List().size(), 1u); });
}

TEST_F(KilledAtEveryCall, StartingLosesNoRender) {
  Run(
      [&] {
        Open();
        if (!Make() || !MakePng()) ::_exit(1);
        store_.reset();
        std::ofstream(options_.directory / ".staged_0123456789abcdef") << "x";
      },
      [&] { Open(); }, [&] { EXPECT_EQ(store_->List().size(), 2u); });
}

TEST_F(KilledAtEveryCall, HealingLeavesADirectoryThatWorks) {
  Run(
      [&] {
        Open();
        std::filesystem::remove_all(options_.directory);
        if (Make()) ::_exit(1);
      },
      [&] {
        if (!Make()) ::_exit(1);
      },
      [] {});
}

}  // namespace
}  // namespace goxel
