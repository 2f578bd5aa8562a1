// The promise that recycling could break: whatever a reader gets to see under
// its lease is the render that it looked for, whole.

#include <gmock/gmock.h>

#include <array>

#include "tests/pattern_reader.h"
#include "tests/store_fixture.h"

namespace goxel {
namespace {

constexpr auto kDuration = std::chrono::seconds(4);
constexpr int kReaders = 3;

class RenderStoreStressTest : public StoreFixture {
 protected:
  [[noreturn]] void ReadForEver(unsigned seed, ReadTally& tally) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    PatternReader reader(seed, &tally);
    const RenderIndexReader index = OpenIndex();
    while (true) {
      for (const RenderInfo& info : index.List()) {
        reader.Read(directory_fd_.get(), info, &ShowsRender);
      }
    }
  }
};

// Fails within a second when the store does not take the exclusive lease before
// it reuses a file, and when the reader does not compare the id.
TEST_F(RenderStoreStressTest, ReaderNeverSeesAnotherRendersPixels) {
  options_.max_cache_bytes = 6 * kFileBytes;
  Open();
  void* shared = ::mmap(nullptr, sizeof(ReadTally), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  ReadTally& tally = *new (shared) ReadTally;
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
  ::munmap(shared, sizeof(ReadTally));
}

}  // namespace
}  // namespace goxel
