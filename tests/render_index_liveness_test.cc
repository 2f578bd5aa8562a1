// What a reader learns about the writer: that it lives, that it died inside a
// slot, that another took its place, that something happened.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>

#include "ipc/directory_lock.h"
#include "ipc/mapped_region.h"
#include "ipc/render_index_reader.h"
#include "ipc/render_index_writer.h"
#include "tests/child_process.h"
#include "tests/render_directory.h"
#include "tests/result_code.h"

namespace goxel {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kForEver = milliseconds::max();

// A daemon as far as readers can tell: the lock and the index.
struct Daemon {
  DirectoryLock lock;
  std::unique_ptr<RenderIndexWriter> index;
};

std::optional<Daemon> StartDaemon(int directory_fd, std::uint64_t epoch) {
  auto lock = DirectoryLock::Acquire(directory_fd, epoch);
  auto index = RenderIndexWriter::Create(directory_fd, 8, epoch);
  if (!lock || !index || !(*index)->MakeLive().ok()) return std::nullopt;
  return Daemon{.lock = *std::move(lock), .index = *std::move(index)};
}

class RenderIndexLivenessTest : public testing::Test {
 protected:
  RenderIndexReader MakeReader() const {
    auto reader = RenderIndexReader::Open(directory_.fd());
    EXPECT_TRUE(reader) << reader.error().message();
    return *std::move(reader);
  }

  // What a daemon's process does that is to be killed.
  int ServeUntilKilled(const ChildProcess::Ready& ready) const {
    const auto daemon = StartDaemon(directory_.fd(), 1);
    if (!daemon) return 1;
    const RenderInfo render = RenderDirectory::Describe(7);
    if (!daemon->index->Publish(render).ok()) return 1;
    ready();
    return SleepUntilKilled();
  }

  // Leaves slot 0, the first to be used, as a writer killed inside it would.
  void MakeFirstSlotOdd() const {
    const UniqueFd fd(::openat(directory_.fd(), kIndexFileName, O_RDWR));
    auto region = MappedRegion::MapAll(fd.get(), MapAccess::kReadWrite);
    ASSERT_TRUE(region) << region.error().message();
    auto* slot = reinterpret_cast<IndexSlot*>(region->writable_bytes().data() +
                                              GeometryOf(8).slots_offset);
    ASSERT_EQ(slot->sequence.load() % 2, 0u);
    slot->sequence.fetch_add(1);
  }

  RenderDirectory directory_;
};

TEST_F(RenderIndexLivenessTest, DirectoryWithoutIndexIsUnavailable) {
  EXPECT_EQ(RenderIndexReader::Open(directory_.fd()).error().code(),
            StatusCode::kUnavailable);
}

TEST_F(RenderIndexLivenessTest, WriterLivesUntilItIsKilled) {
  ChildProcess daemon(
      [&](const auto& ready) { return ServeUntilKilled(ready); });
  daemon.AwaitReady();
  const auto reader = MakeReader();
  EXPECT_TRUE(reader.WriterAlive());
  EXPECT_FALSE(reader.Superseded());

  daemon.Kill();

  EXPECT_FALSE(reader.WriterAlive());
  EXPECT_FALSE(reader.Superseded());
  EXPECT_TRUE(reader.Find(7)) << "what was published stays readable";
}

TEST_F(RenderIndexLivenessTest, SlotOfADeadWriterIsUnavailable) {
  ChildProcess daemon(
      [&](const auto& ready) { return ServeUntilKilled(ready); });
  daemon.AwaitReady();
  daemon.Kill();
  MakeFirstSlotOdd();

  const auto reader = MakeReader();

  EXPECT_EQ(CodeOf(reader.Find(7)), StatusCode::kUnavailable);
  EXPECT_TRUE(reader.List().empty());
}

TEST_F(RenderIndexLivenessTest, SlotOfAStoppedWriterIsUnavailableInTheEnd) {
  const auto daemon = StartDaemon(directory_.fd(), 1);
  ASSERT_TRUE(daemon);
  ASSERT_TRUE(daemon->index->Publish(RenderDirectory::Describe(7)).ok());
  MakeFirstSlotOdd();

  EXPECT_EQ(CodeOf(MakeReader().Find(7)), StatusCode::kUnavailable);
}

TEST_F(RenderIndexLivenessTest, CopiesThatWereThrownAwayAreCounted) {
  ASSERT_TRUE(StartDaemon(directory_.fd(), 1)
                  ->index->Publish(RenderDirectory::Describe(7))
                  .ok());
  const auto reader = MakeReader();
  ASSERT_TRUE(reader.Find(7));
  EXPECT_EQ(reader.sequence_retries(), 0u);

  MakeFirstSlotOdd();
  ASSERT_FALSE(reader.Find(7));

  EXPECT_GE(reader.sequence_retries(), 1u);
}

TEST_F(RenderIndexLivenessTest, NextDaemonRetiresTheIndexOfAKilledOne) {
  ChildProcess first(
      [&](const auto& ready) { return ServeUntilKilled(ready); });
  first.AwaitReady();
  const auto reader = MakeReader();
  first.Kill();
  const std::uint32_t seen = reader.event_sequence();

  const auto second = StartDaemon(directory_.fd(), 2);

  ASSERT_TRUE(second);
  EXPECT_TRUE(reader.Superseded());
  EXPECT_FALSE(reader.WriterAlive()) << "the lock is held, by another epoch";
  EXPECT_TRUE(reader.WaitForEvent(seen, kForEver).ok());
  EXPECT_EQ(reader.epoch(), 1u);
  EXPECT_EQ(MakeReader().epoch(), 2u);
}

TEST_F(RenderIndexLivenessTest, OrderlyEndRetiresTheIndexAndKeepsTheFile) {
  auto daemon = StartDaemon(directory_.fd(), 1);
  ASSERT_TRUE(daemon);
  ASSERT_TRUE(daemon->index->Publish(RenderDirectory::Describe(7)).ok());
  const auto reader = MakeReader();

  daemon.reset();

  EXPECT_TRUE(reader.Superseded());
  EXPECT_TRUE(MakeReader().Superseded());
  EXPECT_TRUE(MakeReader().Find(7));
}

TEST_F(RenderIndexLivenessTest, DeletedOrReplacedIndexIsSuperseded) {
  const auto daemon = StartDaemon(directory_.fd(), 1);
  ASSERT_TRUE(daemon);
  const auto reader = MakeReader();
  const auto index = directory_.path() / kIndexFileName;

  std::filesystem::rename(index, directory_.path() / "aside");
  EXPECT_TRUE(reader.Superseded());
  EXPECT_FALSE(reader.WriterAlive());

  std::ofstream(index) << "another file";
  EXPECT_TRUE(reader.Superseded());
}

TEST_F(RenderIndexLivenessTest, ForeignFileCalledIndexIsReplacedUnharmed) {
  const std::string text(5000, 'x');
  std::ofstream(directory_.path() / kIndexFileName) << text;
  std::filesystem::create_hard_link(directory_.path() / kIndexFileName,
                                    directory_.path() / "link");

  ASSERT_TRUE(StartDaemon(directory_.fd(), 1));

  std::ifstream file(directory_.path() / "link");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), text);
}

TEST_F(RenderIndexLivenessTest, HiddenNameOfAKilledDaemonIsNoObstacle) {
  std::ofstream(directory_.path() / ".index-new") << "left over";

  ASSERT_TRUE(StartDaemon(directory_.fd(), 1));

  EXPECT_FALSE(std::filesystem::exists(directory_.path() / ".index-new"));
}

TEST_F(RenderIndexLivenessTest, EveryChangeIsAnEvent) {
  const auto daemon = StartDaemon(directory_.fd(), 1);
  ASSERT_TRUE(daemon);
  const auto reader = MakeReader();
  const std::uint32_t before = reader.event_sequence();

  ASSERT_TRUE(daemon->index->Publish(RenderDirectory::Describe(7)).ok());
  ASSERT_TRUE(daemon->index->Publish(RenderDirectory::Describe(7)).ok());
  ASSERT_TRUE(daemon->index->Withdraw(7).ok());
  daemon->index->SetState(IndexState::kDraining);

  EXPECT_EQ(reader.event_sequence(), before + 4);
  EXPECT_TRUE(reader.WaitForEvent(before, kForEver).ok());
}

TEST_F(RenderIndexLivenessTest, WaitingEndsWithoutAnEventWhenItsTimeIsOver) {
  const auto daemon = StartDaemon(directory_.fd(), 1);
  ASSERT_TRUE(daemon);
  const auto reader = MakeReader();
  const std::uint32_t seen = reader.event_sequence();

  for (const auto timeout : {milliseconds(-1), milliseconds(0), milliseconds(5),
                             milliseconds::min()}) {
    EXPECT_EQ(reader.WaitForEvent(seen, timeout).code(), StatusCode::kTimedOut);
  }
}

TEST_F(RenderIndexLivenessTest, WaiterIsWokenByAnotherProcess) {
  ChildProcess daemon([&](const auto& ready) {
    auto started = StartDaemon(directory_.fd(), 1);
    if (!started) return 1;
    ready();
    for (RenderId id = 1;; id = id % 8 + 1) {
      static_cast<void>(started->index->Withdraw(id));
      if (!started->index->Publish(RenderDirectory::Describe(id)).ok()) {
        return 1;
      }
      ::usleep(1000);
    }
  });
  daemon.AwaitReady();
  const auto reader = MakeReader();

  for (int events = 0; events < 50; ++events) {
    const Status woken = reader.WaitForEvent(reader.event_sequence(), kForEver);
    ASSERT_TRUE(woken.ok()) << woken.message();
  }
}

TEST_F(RenderIndexLivenessTest, WaiterLearnsThatTheWriterDied) {
  ChildProcess daemon(
      [&](const auto& ready) { return ServeUntilKilled(ready); });
  daemon.AwaitReady();
  const auto reader = MakeReader();
  const std::uint32_t seen = reader.event_sequence();
  daemon.Kill();

  EXPECT_EQ(reader.WaitForEvent(seen, kForEver).code(),
            StatusCode::kUnavailable);
  EXPECT_EQ(CodeOf(reader.WaitUntilReady(RenderId{8}, kForEver)),
            StatusCode::kUnavailable);
}

// It died before it could wake anybody.
TEST_F(RenderIndexLivenessTest, WhatADeadWriterPublishedIsStillFound) {
  ChildProcess daemon(
      [&](const auto& ready) { return ServeUntilKilled(ready); });
  daemon.AwaitReady();
  const auto reader = MakeReader();
  daemon.Kill();

  EXPECT_TRUE(reader.WaitUntilReady(RenderId{7}, kForEver));
}

}  // namespace
}  // namespace goxel
