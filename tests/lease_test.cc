#include "ipc/lease.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <filesystem>

#include "ipc/lease_self_test.h"
#include "ipc/unique_fd.h"
#include "tests/child_process.h"
#include "tests/render_directory.h"

namespace goxel {
namespace {

constexpr std::size_t kFileBytes = 4 * 4096;

// The test holds the file as the writer does.
class LeaseTest : public testing::Test {
 protected:
  LeaseTest()
      : writer_fd_(::openat(directory_.fd(), "render",
                            O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    EXPECT_EQ(::posix_fallocate(writer_fd_.get(), 0, kFileBytes), 0);
  }

  UniqueFd OpenForReading() const {
    return UniqueFd(::openat(directory_.fd(), "render", O_RDONLY | O_CLOEXEC));
  }

  // Takes the lease, maps the file and closes it, as readers do. Null when any
  // of that fails.
  void* MapWithLease() const {
    const UniqueFd fd = OpenForReading();
    if (TakeReadLease(fd.get()) != LeaseResult::kGranted) return nullptr;
    void* mapped =
        ::mmap(nullptr, kFileBytes, PROT_READ, MAP_SHARED, fd.get(), 0);
    return mapped == MAP_FAILED ? nullptr : mapped;
  }

  // Whether the writer may reuse the file now.
  bool IsFree() const {
    const auto lease = TakeWriteLease(writer_fd_.get());
    EXPECT_TRUE(lease) << lease.error().message();
    EXPECT_TRUE(ReleaseLease(writer_fd_.get()).ok());
    return lease == LeaseResult::kGranted;
  }

  RenderDirectory directory_;
  UniqueFd writer_fd_;
};

TEST_F(LeaseTest, FileThatNobodyReadsIsFree) { EXPECT_TRUE(IsFree()); }

TEST_F(LeaseTest, ReadersShareAndKeepTheWriterOut) {
  const UniqueFd first = OpenForReading();
  const UniqueFd second = OpenForReading();

  EXPECT_EQ(TakeReadLease(first.get()), LeaseResult::kGranted);
  EXPECT_EQ(TakeReadLease(second.get()), LeaseResult::kGranted);

  EXPECT_FALSE(IsFree());
}

TEST_F(LeaseTest, WriterKeepsReadersOut) {
  const UniqueFd reader = OpenForReading();
  ASSERT_EQ(TakeWriteLease(writer_fd_.get()), LeaseResult::kGranted);

  EXPECT_EQ(TakeReadLease(reader.get()), LeaseResult::kBusy);
  EXPECT_EQ(IsWriteLeased(reader.get()), true);
  ASSERT_TRUE(ReleaseLease(writer_fd_.get()).ok());
  EXPECT_EQ(IsWriteLeased(reader.get()), false);
  EXPECT_EQ(TakeReadLease(reader.get()), LeaseResult::kGranted);
}

TEST_F(LeaseTest, ReadersCannotTakeTheWriteLease) {
  const auto lease = TakeWriteLease(OpenForReading().get());

  ASSERT_FALSE(lease);
  EXPECT_EQ(lease.error().code(), StatusCode::kInternal);
}

TEST_F(LeaseTest, MappingOfAnotherProcessHoldsTheLeaseUntilItIsKilled) {
  ChildProcess reader([&](const auto& ready) {
    if (MapWithLease() == nullptr) return 1;
    ready();
    return SleepUntilKilled();
  });
  reader.AwaitReady();

  EXPECT_FALSE(IsFree());
  reader.Kill();
  EXPECT_TRUE(IsFree());
}

TEST_F(LeaseTest, UnmappingFreesTheFile) {
  void* mapped = MapWithLease();
  ASSERT_NE(mapped, nullptr);
  EXPECT_FALSE(IsFree());

  ASSERT_EQ(::munmap(mapped, kFileBytes), 0);

  EXPECT_TRUE(IsFree());
}

TEST_F(LeaseTest, HalfUnmappedStillHoldsTheLease) {
  auto* mapped = static_cast<std::byte*>(MapWithLease());
  ASSERT_NE(mapped, nullptr);

  ASSERT_EQ(::munmap(mapped, kFileBytes / 2), 0);
  EXPECT_FALSE(IsFree());

  ASSERT_EQ(::munmap(mapped + kFileBytes / 2, kFileBytes / 2), 0);
  EXPECT_TRUE(IsFree());
}

TEST_F(LeaseTest, ChildThatInheritsTheMappingHoldsTheLeaseOn) {
  void* mapped = MapWithLease();
  ASSERT_NE(mapped, nullptr);
  ChildProcess heir([](const auto& ready) {
    ready();
    return SleepUntilKilled();
  });
  heir.AwaitReady();

  ASSERT_EQ(::munmap(mapped, kFileBytes), 0);

  EXPECT_FALSE(IsFree());
  heir.Kill();
  EXPECT_TRUE(IsFree());
}

TEST_F(LeaseTest, ClosedDescriptorIsAnError) {
  EXPECT_FALSE(TakeReadLease(-1));
  EXPECT_FALSE(IsWriteLeased(-1));
  EXPECT_FALSE(ReleaseLease(-1).ok());
}

TEST_F(LeaseTest, SelfTestPassesHereAndLeavesNothing) {
  const RenderDirectory empty;

  const auto holds = MappingsHoldLeases(empty.fd());

  ASSERT_TRUE(holds) << holds.error().message();
  EXPECT_TRUE(*holds);
  EXPECT_TRUE(std::filesystem::is_empty(empty.path()));
}

TEST_F(LeaseTest, SelfTestWithoutDirectoryIsAnError) {
  EXPECT_FALSE(MappingsHoldLeases(-1));
}

}  // namespace
}  // namespace goxel
