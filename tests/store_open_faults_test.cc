// Starting the store when the system refuses calls: in an empty directory, in
// one that a daemon left, and when the directory was lost meanwhile.

#include <fstream>

#include "tests/fault_fixture.h"
#include "transfer/storage_failure.h"

namespace goxel {
namespace {

using namespace std::chrono_literals;

constexpr int kOpenErrors[] = {ENOSPC, EDQUOT, EIO,   EMFILE, ENFILE,
                               ENOMEM, EINTR,  EROFS, EACCES};

// One of each kind, where each start takes long.
constexpr int kSomeErrors[] = {ENOSPC, EIO, EMFILE, EINTR};

// Errors that may say that a file itself is bad.
bool MayBlameTheFile(int error) { return error == EIO || error == EACCES; }

class StoreOpenFaultsTest : public FaultFixture {
 protected:
  // Two renders, an expired one, a damaged one and what a crash leaves hidden.
  void LeaveDirectory() {
    Open();
    ASSERT_TRUE(Make() && MakePng());
    StageRequest brief = Raw();
    brief.ttl = 1s;
    ASSERT_TRUE(Make(brief));
    store_.reset();
    directory_fd_.reset();
    clock_->Advance(2s);
    for (const char* name :
         {"render_1800000000_00000a_0000000000000001.pam",
          ".staged_0123456789abcdef", ".spare_0123456789abcdef",
          ".orphan_0123456789abcdef", ".index-new"}) {
      std::ofstream(options_.directory / name) << "x";
    }
  }

  // Opens with the Nth call failing for all N. `renders` are in the directory.
  void FailEveryCall(const Step& prepare, std::size_t renders,
                     std::span<const int> errors = kOpenErrors) {
    for (const int error : errors) {
      bool reached = true;
      for (int nth = 1; reached && nth < kMaxCalls; ++nth) {
        SCOPED_TRACE(testing::Message()
                     << "errno " << error << ", call " << nth);
        std::filesystem::remove_all(options_.directory);
        prepare();
        const std::size_t descriptors = CountDescriptors();
        reached = FailOpen(nth, error);
        ASSERT_TRUE(store_);
        if (!MayBlameTheFile(error)) {
          EXPECT_EQ(store_->List().size(), renders);
        }
        ExpectSound();
        store_.reset();
        directory_fd_.reset();
        EXPECT_EQ(CountDescriptors(), descriptors);
        if (HasFailure()) return;
      }
      EXPECT_FALSE(reached);
    }
  }

 private:
  // A start that fails says why, and the next one works.
  bool FailOpen(int nth, int error) {
    scripted_->FailAt(nth, error);
    auto opened = RenderStore::Open(options_, files_, clock_);
    const bool reached = scripted_->Disarm();
    EXPECT_TRUE(opened || (reached && error != EINTR));
    if (opened) {
      store_ = std::move(*opened);
      return reached;
    }
    // A lock that is refused with EACCES is one that another daemon has.
    const bool locked =
        opened.error().code() == StatusCode::kFailedPrecondition;
    EXPECT_TRUE(locked ? error == EACCES
                       : opened.error().code() == StatusCode::kStorageFailed &&
                             !ErrnoOf(opened.error()).empty())
        << opened.error().message();
    Open();
    return reached;
  }
};

TEST_F(StoreOpenFaultsTest, InAMissingDirectory) {
  FailEveryCall([] {}, 0);
}

TEST_F(StoreOpenFaultsTest, InADirectoryWithRenders) {
  FailEveryCall([&] { LeaveDirectory(); }, 2);
}

TEST_F(StoreOpenFaultsTest, InADirectoryOnAFilesystemWithoutUnnamedFiles) {
  FailEveryCall(
      [&] {
        LeaveDirectory();
        scripted_->FailAll(FileCall::kOpenUnnamed, EOPNOTSUPP);
      },
      2, kSomeErrors);
}

// A daemon that took a passing shortage for a system without leases would evict
// what readers have mapped, for as long as it runs.
TEST_F(StoreOpenFaultsTest, ShortageDuringTheLeaseTestIsNotTakenForNoLeases) {
  scripted_->FailAll(FileCall::kReopen, EMFILE);
  EXPECT_FALSE(RenderStore::Open(options_, files_, clock_));
  scripted_->Disarm();
  options_.max_cache_bytes = 2 * kFileBytes;
  Open();
  const auto info = Make();
  LeaseHolder reader(store_->PathOf(*info));
  ASSERT_TRUE(reader.holds());

  for (int i = 0; i < 4; ++i) ASSERT_TRUE(Make());

  EXPECT_TRUE(store_->Find(info->id));
}

TEST_F(StoreOpenFaultsTest, WhenTheDirectoryWasLost) {
  for (const int error : kOpenErrors) {
    bool reached = true;
    for (int nth = 1; reached && nth < kMaxCalls; ++nth) {
      SCOPED_TRACE(testing::Message() << "errno " << error << ", call " << nth);
      Open();
      std::filesystem::remove_all(options_.directory);
      ASSERT_FALSE(Make());
      scripted_->FailAt(nth, error);
      const auto made = Make();
      reached = scripted_->Disarm();
      EXPECT_TRUE(made || (reached && error != EINTR));
      EXPECT_TRUE(made || made.error().code() == StatusCode::kStorageFailed);
      clock_->Advance(1s);
      ExpectSound();
      if (HasFailure()) return;
    }
    EXPECT_FALSE(reached);
  }
}

}  // namespace
}  // namespace goxel
