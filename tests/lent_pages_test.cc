#include "renderer/gl/lent_pages.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <span>

namespace goxel {
namespace {

constexpr std::size_t kBytes = 1024 * 4096;

// A memfd with all its pages allocated, and any number of mappings of it.
class LentPagesTest : public testing::Test {
 protected:
  LentPagesTest() : fd_(::memfd_create("lent_pages_test", MFD_CLOEXEC)) {
    EXPECT_EQ(::posix_fallocate(fd_, 0, kBytes), 0);
  }
  ~LentPagesTest() override { ::close(fd_); }

  std::span<char> Map(std::size_t bytes = kBytes) const {
    void* address =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
    EXPECT_NE(address, MAP_FAILED);
    return {static_cast<char*>(address), bytes};
  }
  static void Unmap(std::span<char> mapping) {
    EXPECT_EQ(::munmap(mapping.data(), mapping.size()), 0);
  }

  const int fd_;
};

// Page faults that storing a byte into every page takes.
long FaultsOfFilling(std::span<char> mapping, char value) {
  rusage before{};
  rusage after{};
  ::getrusage(RUSAGE_THREAD, &before);
  for (std::size_t i = 0; i < mapping.size(); i += 4096) mapping[i] = value;
  ::getrusage(RUSAGE_THREAD, &after);
  return after.ru_minflt - before.ru_minflt;
}

TEST_F(LentPagesTest, BorrowerAndThenLenderFindThePagesPresent) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the thread sanitizer takes page faults of its own";
#endif
  const auto lender = Map();
  FaultsOfFilling(lender, 1);
  const auto borrower = Map();
  {
    const LentPages lent(fd_, lender.data());

    ASSERT_TRUE(lent.lent());
    EXPECT_LT(FaultsOfFilling(borrower, 2), 256);
  }
  EXPECT_EQ(lender[4096], 2);
  EXPECT_LT(FaultsOfFilling(lender, 3), 256);
  EXPECT_EQ(borrower[4096], 3);
  Unmap(lender);
  Unmap(borrower);
}

// Readers of the picture may look at any time.
TEST_F(LentPagesTest, LenderStaysReadableMeanwhile) {
  const auto lender = Map();
  FaultsOfFilling(lender, 1);
  const auto borrower = Map();
  const LentPages lent(fd_, lender.data() + 5000);
  ASSERT_TRUE(lent.lent());

  borrower[kBytes - 1] = 9;

  EXPECT_EQ(lender[kBytes - 1], 9);
}

TEST_F(LentPagesTest, NothingIsLentWithoutABorrower) {
  const auto lender = Map();

  EXPECT_FALSE(LentPages(fd_, lender.data()).lent());

  Unmap(lender);
}

TEST_F(LentPagesTest, NothingIsLentToAMappingOfAnotherExtent) {
  const auto lender = Map();
  const auto other = Map(kBytes / 2);

  EXPECT_FALSE(LentPages(fd_, lender.data()).lent());

  Unmap(lender);
  Unmap(other);
}

TEST_F(LentPagesTest, NothingIsLentWhenTheBorrowerIsInDoubt) {
  const auto lender = Map();
  const auto one = Map();
  const auto another = Map();

  EXPECT_FALSE(LentPages(fd_, lender.data()).lent());

  Unmap(lender);
  Unmap(one);
  Unmap(another);
}

TEST_F(LentPagesTest, AddressOutsideTheFileLendsNothing) {
  const auto one = Map();
  const auto another = Map();
  const int local = 0;

  EXPECT_FALSE(LentPages(fd_, &local).lent());

  Unmap(one);
  Unmap(another);
}

}  // namespace
}  // namespace goxel
