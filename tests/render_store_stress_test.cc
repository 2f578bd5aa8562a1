// The promise that recycling could break: whatever a reader gets to see under
// its lease is the render that it looked for, whole.

#include <gmock/gmock.h>

#include <array>
#include <random>

#include "ipc/pam_header.h"
#include "tests/store_fixture.h"

namespace goxel {
namespace {

constexpr auto kDuration = std::chrono::seconds(4);
constexpr int kReaders = 3;

struct Tally {
  std::atomic<std::uint64_t> seen{0};     // Verified under the lease.
  std::atomic<std::uint64_t> late{0};     // Gone, busy or another id: a miss.
  std::atomic<std::uint64_t> foreign{0};  // Another render's pixels.
};

class RenderStoreStressTest : public StoreFixture {
 protected:
  // What a client does, step by step, with pauses where a race could hide.
  static void ReadOne(int directory_fd, const RenderInfo& info,
                      std::minstd_rand& random, Tally& tally) {
    const UniqueFd fd(::openat(directory_fd, RenderFileName(info).c_str(),
                               O_RDONLY | O_CLOEXEC));
    Dawdle(random);
    const auto lease = fd.valid() ? TakeReadLease(fd.get())
                                  : Result<LeaseResult>(LeaseResult::kBusy);
    if (!lease || *lease == LeaseResult::kBusy) {
      ++tally.late;
      return;
    }
    const auto region = MappedRegion::MapAll(fd.get(), MapAccess::kReadOnly);
    const auto record = ParsePamHeader(region->bytes().first(4096));
    if (!record || record->id != info.id) {
      ++tally.late;
      return;
    }
    Dawdle(random);
    ++(ShowsRender(region->bytes().subspan(4096), info.id) ? tally.seen
                                                           : tally.foreign);
  }

  static void Dawdle(std::minstd_rand& random) {
    if (random() % 2 == 0) {
      ::usleep(static_cast<useconds_t>(random() % 200));
    }
  }

  [[noreturn]] void ReadForEver(unsigned seed, Tally& tally) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::minstd_rand random(seed);
    const RenderIndexReader index = OpenIndex();
    while (true) {
      for (const RenderInfo& info : index.List()) {
        ReadOne(directory_fd_.get(), info, random, tally);
      }
    }
  }
};

// Fails within a second when the store does not take the exclusive lease before
// it reuses a file, and when the reader does not compare the id.
TEST_F(RenderStoreStressTest, ReaderNeverSeesAnotherRendersPixels) {
  options_.max_cache_bytes = 6 * kFileBytes;
  Open();
  void* shared = ::mmap(nullptr, sizeof(Tally), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  Tally& tally = *new (shared) Tally;
  std::array<pid_t, kReaders> readers{};
  for (int i = 0; i < kReaders; ++i) {
    readers[static_cast<std::size_t>(i)] = ::fork();
    if (readers[static_cast<std::size_t>(i)] == 0) {
      ReadForEver(static_cast<unsigned>(i + 1), tally);
    }
  }

  const auto end = std::chrono::steady_clock::now() + kDuration;
  while (std::chrono::steady_clock::now() < end && tally.foreign == 0) {
    (void)Make();  // Refused while readers hold leases on everything.
  }
  for (const pid_t reader : readers) {
    ::kill(reader, SIGKILL);
    ::waitpid(reader, nullptr, 0);
  }

  EXPECT_EQ(tally.foreign, 0u);
  EXPECT_GT(tally.seen, 1000u);
  EXPECT_GT(tally.late, 0u);
  EXPECT_GT(Counter(IndexCounter::kRecycled), 1000u);
  RecordProperty("seen", std::to_string(tally.seen));
  RecordProperty("late", std::to_string(tally.late));
  ExpectBooksMatchDirectory();
  ::munmap(shared, sizeof(Tally));
}

}  // namespace
}  // namespace goxel
