// The store in surroundings that are not those of a developer: filesystems that
// are small, read-only or old, readers with another uid, clocks that are set.

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>

#include <cstdio>
#include <fstream>

#include "tests/child_process.h"
#include "tests/fault_fixture.h"
#include "transfer/storage_failure.h"

namespace goxel {
namespace {

using namespace std::chrono_literals;

constexpr uid_t kOtherUser = 12345;

// What a child's body ends with when the machine forbids its surroundings.
constexpr int kForbidden = 77;

// In a child, where assertions reach nobody: says what was untrue and ends it.
void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "in the child: not true: %s\n", what);
  ::_exit(1);
}
#define REQUIRE(condition) Require((condition), #condition)

class EnvironmentTest : public FaultFixture {
 protected:
  // Runs `body` in a child, as its own process may not be changed.
  void InAChild(const std::function<int()>& body) {
    ChildProcess child([&](const auto&) { return body(); });
    const int status = child.Wait();
    if (status == kForbidden) GTEST_SKIP() << "not allowed on this machine";
    EXPECT_EQ(status, 0);
  }

  // Gives this process mounts of its own.
  static bool EnterMountNamespace() {
    const uid_t user = ::geteuid();
    const gid_t group = ::getegid();
    if (::unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0) {
      return false;
    }
    if (user != 0) {
      std::ofstream("/proc/self/setgroups") << "deny";
      std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
      std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
    }
    return ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  }

  // Mounts an empty filesystem in memory as the render directory.
  bool MountSmall(const char* options) {
    std::filesystem::create_directories(options_.directory);
    return EnterMountNamespace() &&
           ::mount("tmpfs", options_.directory.c_str(), "tmpfs",
                   MS_NOSUID | MS_NODEV, options) == 0;
  }

  static bool BecomeOtherUser(gid_t group) {
    return ::setgroups(0, nullptr) == 0 && ::setgid(group) == 0 &&
           ::setuid(kOtherUser) == 0;
  }

  // Makes renders of that size until the disk refuses; touches every pixel, as
  // a page without a block behind it would end this process. How many landed.
  int FillUntilFull(std::uint32_t width, std::uint32_t height) {
    StageRequest request = Raw();
    request.width = width;
    request.height = height;
    for (int made = 0; made < 500; ++made) {
      auto staged = store_->StagePixels(request);
      if (!staged) {
        REQUIRE(staged.error().code() == StatusCode::kStorageFailed);
        REQUIRE(ErrnoOf(staged.error()) == "ENOSPC");
        return made;
      }
      Fill(**staged);
      REQUIRE((*staged)->Commit({}, {}).has_value());
    }
    return -1;
  }

  // Until full, then one is removed and another fits.
  void FillAndMakeRoom(std::uint32_t width, std::uint32_t height,
                       int expected) {
    const int made = FillUntilFull(width, height);
    std::fprintf(stderr, "%u x %u: %d fit\n", width, height, made);
    REQUIRE(made >= expected);
    REQUIRE(NamesWith(".").empty());
    REQUIRE(store_->Stats().reserved_bytes == 0);
    REQUIRE(Counter(IndexCounter::kNoSpace) > 0);
    REQUIRE(MakePng().has_value() || store_->Stats().reserved_bytes == 0);
    if (made == 0) return;
    REQUIRE(store_->Withdraw(store_->List().at(0).id).has_value());
    REQUIRE(FillUntilFull(width, height) >= 1);
    store_->Purge();
    REQUIRE(NamesWith("render_").empty());
  }

  int FillSmall(const char* options, int of_1080p, int of_4k) {
    if (!MountSmall(options)) return kForbidden;
    options_.recycle = false;
    options_.max_renders = 1000;
    Open();
    REQUIRE(store_ != nullptr);
    FillAndMakeRoom(256, 256, 20);
    FillAndMakeRoom(1920, 1080, of_1080p);
    FillAndMakeRoom(3840, 2160, of_4k);
    REQUIRE(Make().has_value());
    return 0;
  }
};

TEST_F(EnvironmentTest, FilesystemOf8MegabytesFillsUpWithoutASignal) {
  InAChild([&] { return FillSmall("size=8m,mode=755", 0, 0); });
}

TEST_F(EnvironmentTest, FilesystemOf50MegabytesFillsUpWithoutASignal) {
  InAChild([&] { return FillSmall("size=50m,mode=755", 5, 1); });
}

// Appending notices the end of the disk in the middle of a file.
TEST_F(EnvironmentTest, EncodedRenderThatDoesNotFitLeavesNothing) {
  InAChild([&] {
    if (!MountSmall("size=8m,mode=755")) return kForbidden;
    Open();
    REQUIRE(store_ != nullptr);
    StageRequest request = Raw();
    request.format = RenderFormat::kPng;
    const std::vector<std::byte> piece(1 << 20);
    {
      auto staged = store_->StageFile(request, 64u << 20);
      REQUIRE(staged.has_value());
      Status status;
      for (int i = 0; i < 64 && status.ok(); ++i) {
        status = (*staged)->Append(piece);
      }
      REQUIRE(ErrnoOf(status) == "ENOSPC");
    }
    REQUIRE(NamesWith("render_").empty() && NamesWith(".").empty());
    REQUIRE(Make().has_value());
    return 0;
  });
}

// What an old kernel or a foreign filesystem lacks.
class OldFileSystem final : public FileSystem {
  int Refuse(FileCall kind) override {
    if (kind == FileCall::kOpenUnnamed) return EOPNOTSUPP;
    return kind == FileCall::kLease ? EINVAL : 0;
  }
};

TEST_F(EnvironmentTest, StoreWorksWithoutUnnamedFilesAndLeases) {
  files_ = std::make_shared<OldFileSystem>();
  options_.max_cache_bytes = 3 * kFileBytes;
  Open();
  const auto held = Make();
  ASSERT_TRUE(held) << held.error().message();
  ASSERT_TRUE(store_->AcquireLease(held->id));

  for (int i = 0; i < 6; ++i) ASSERT_TRUE(Make());
  store_->PrepareSpare();

  EXPECT_EQ(Counter(IndexCounter::kRecycled), 0u);
  EXPECT_EQ(store_->Stats().spare_bytes, 0u);
  EXPECT_TRUE(store_->Find(held->id)) << "the store's own leases are honoured";
  store_->ReleaseLease(held->id);
  ExpectSound();
}

// A filesystem that was remounted after an error.
class ReadOnlyFileSystem final : public FileSystem {
 public:
  std::atomic<bool> is_read_only = false;

 private:
  int Refuse(FileCall kind) override {
    switch (kind) {
      case FileCall::kMakeDirectory:
      case FileCall::kOpenUnnamed:
      case FileCall::kCanAccess:
      case FileCall::kSetMode:
      case FileCall::kSetModified:
      case FileCall::kWrite:
      case FileCall::kAllocate:
      case FileCall::kLink:
      case FileCall::kRename:
      case FileCall::kReplace:
      case FileCall::kUnlink:
        return is_read_only ? EROFS : 0;
      default:
        return 0;
    }
  }
};

TEST_F(EnvironmentTest, FilesystemThatTurnsReadOnlyKeepsItsRenders) {
  const auto read_only = std::make_shared<ReadOnlyFileSystem>();
  files_ = read_only;
  options_.max_cache_bytes = 2 * kFileBytes;
  Open();
  const auto first = Make(Raw(kSide, false));
  const auto second = Make(Raw(kSide, false));
  auto staged = store_->StagePixels(Raw());
  ASSERT_TRUE(first && second);

  read_only->is_read_only = true;
  for (int i = 0; i < 3; ++i) {
    const auto failed = Make();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code(), StatusCode::kStorageFailed);
    EXPECT_EQ(ErrnoOf(failed.error()), "EROFS");
  }
  EXPECT_TRUE(store_->Find(second->id));
  EXPECT_TRUE(store_->Touch(second->id, 60s));
  read_only->is_read_only = false;

  staged = Fail(StatusCode::kCancelled, "not needed");
  ExpectSound();
}

TEST_F(EnvironmentTest, DirectoryThatCannotBeWrittenIsSaidAndRecovers) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  ASSERT_EQ(::chown(root_.c_str(), kOtherUser, kOtherUser), 0);
  InAChild([&] {
    if (!BecomeOtherUser(kOtherUser)) return kForbidden;
    Open();
    REQUIRE(store_ != nullptr);
    const auto info = Make(Raw(kSide, false));
    REQUIRE(info.has_value());
    for (const mode_t mode : {0555, 0000}) {
      REQUIRE(::chmod(options_.directory.c_str(), mode) == 0);
      const auto raw = Make(Raw(kSide, false));
      const auto png = MakePng();
      REQUIRE(!raw && raw.error().code() == StatusCode::kStorageFailed);
      REQUIRE(!png && ErrnoOf(png.error()) == "EACCES");
      REQUIRE(store_->Find(info->id).has_value());
      REQUIRE(::chmod(options_.directory.c_str(), 0755) == 0);
      REQUIRE(Make().has_value());
    }
    REQUIRE(NamesWith(".staged_").empty());
    store_.reset();
    return 0;
  });
}

// Opens a render as a client does and compares its pixels. The mapping, or
// nullopt with the lease refused.
std::optional<MappedRegion> ReadAsClient(const std::filesystem::path& directory,
                                         RenderId id, int* render_fd) {
  const UniqueFd fd(
      ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto index = RenderIndexReader::Open(fd.get());
  REQUIRE(index.has_value());
  REQUIRE(index->WriterAlive());
  const auto info = index->Find(id);
  REQUIRE(info.has_value());
  const int render =
      ::openat(fd.get(), RenderFileName(*info).c_str(), O_RDONLY | O_CLOEXEC);
  if (render < 0) return std::nullopt;
  REQUIRE(TakeReadLease(render) == LeaseResult::kGranted);
  auto region = MappedRegion::MapAll(render, MapAccess::kReadOnly);
  REQUIRE(region.has_value());
  *render_fd = render;
  return *std::move(region);
}

class OtherUserTest : public EnvironmentTest {
 protected:
  void MakeReadableFor(std::uint32_t file_mode) {
    ASSERT_EQ(::chmod(root_.c_str(), 0755), 0);
    options_.file_mode = file_mode;
    Open();
    const auto info = Make();
    ASSERT_TRUE(info);
    id_ = info->id;
  }

  // None of the ways up from reading to writing is open.
  void RequireReadingIsAll(const MappedRegion& mapped, int render) const {
    const std::string path = options_.directory / NamesWith("render_").at(0);
    const std::string lock = options_.directory / "lock";
    const std::string index = options_.directory / "index";
    const std::string self = "/proc/self/fd/" + std::to_string(render);
    for (const std::string& file : {path, lock, index, self}) {
      REQUIRE(::open(file.c_str(), O_RDWR | O_CLOEXEC) < 0);
      REQUIRE(::truncate(file.c_str(), 0) != 0);
    }
    REQUIRE(::mprotect(const_cast<std::byte*>(mapped.bytes().data()), 4096,
                       PROT_READ | PROT_WRITE) != 0);
    REQUIRE(::fallocate(render, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
                        4096) != 0);
    REQUIRE(!TakeWriteLease(render));
    const UniqueFd lock_fd(::open(lock.c_str(), O_RDONLY | O_CLOEXEC));
    REQUIRE(lock_fd.valid() && !TakeWriteLease(lock_fd.get()));
    REQUIRE(::unlink(path.c_str()) != 0);
    REQUIRE(::rename(path.c_str(), (path + "x").c_str()) != 0);
    REQUIRE(::chmod(path.c_str(), 0666) != 0);
    REQUIRE(::open((options_.directory / "x").c_str(), O_CREAT | O_RDWR, 0600) <
            0);
    REQUIRE(!RenderStore::Open(options_));
  }

  RenderId id_ = 0;
};

TEST_F(OtherUserTest, ReadsWhatEverybodyMayReadAndNothingMore) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  MakeReadableFor(0644);

  InAChild([&] {
    if (!BecomeOtherUser(kOtherUser)) return kForbidden;
    int render = -1;
    const auto mapped = ReadAsClient(options_.directory, id_, &render);
    REQUIRE(mapped.has_value());
    REQUIRE(ShowsRender(mapped->bytes().subspan(4096), id_));
    RequireReadingIsAll(*mapped, render);
    return 0;
  });
  ExpectSound();
}

TEST_F(OtherUserTest, ReadsWhatItsGroupMayRead) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  MakeReadableFor(0640);

  InAChild([&] {
    if (!BecomeOtherUser(::getegid())) return kForbidden;
    int render = -1;
    const auto mapped = ReadAsClient(options_.directory, id_, &render);
    REQUIRE(mapped.has_value());
    RequireReadingIsAll(*mapped, render);
    return 0;
  });
  InAChild([&] {
    if (!BecomeOtherUser(kOtherUser)) return kForbidden;
    const UniqueFd fd(::open(options_.directory.c_str(), O_RDONLY));
    REQUIRE(!RenderIndexReader::Open(fd.get()));
    REQUIRE(::openat(fd.get(), NamesWith("render_").at(0).c_str(), O_RDONLY) <
            0);
    return 0;
  });
}

TEST_F(OtherUserTest, LeaseOfAnotherUserKeepsARenderFromBeingEvicted) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  options_.max_cache_bytes = 2 * kFileBytes;
  MakeReadableFor(0644);
  ChildProcess reader([&](const auto& ready) {
    int render = -1;
    REQUIRE(BecomeOtherUser(kOtherUser));
    const auto mapped = ReadAsClient(options_.directory, id_, &render);
    ::close(render);
    ready();
    return SleepUntilKilled();
  });
  reader.AwaitReady();

  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Make());

  EXPECT_TRUE(store_->Find(id_));
  reader.Kill();
  ExpectSound();
}

TEST_F(EnvironmentTest, ReadOnlyBindMountIsEnoughForReaders) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info);
  const auto view = root_ / "view";
  std::filesystem::create_directory(view);
  auto staged = store_->StagePixels(Raw());
  ASSERT_TRUE(staged);
  const RenderId next = (*staged)->record().id;
  ChildProcess reader([&](const auto& ready) {
    const bool mounted =
        EnterMountNamespace() &&
        ::mount(options_.directory.c_str(), view.c_str(), nullptr, MS_BIND,
                nullptr) == 0 &&
        ::mount(nullptr, view.c_str(), nullptr,
                MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) == 0;
    if (!mounted) return kForbidden;
    REQUIRE(::open((view / "x").c_str(), O_CREAT | O_RDWR, 0600) < 0);
    REQUIRE(errno == EROFS);
    int render = -1;
    const auto mapped = ReadAsClient(view, info->id, &render);
    REQUIRE(mapped.has_value());
    REQUIRE(ShowsRender(mapped->bytes().subspan(4096), info->id));
    const UniqueFd fd(::open(view.c_str(), O_RDONLY | O_DIRECTORY));
    const auto index = RenderIndexReader::Open(fd.get());
    ready();
    return index->WaitUntilReady(next, 60s) ? 0 : 1;
  });
  reader.AwaitReady();

  Fill(**staged);
  ASSERT_TRUE((*staged)->Commit({}, {}));

  const int status = reader.Wait();
  if (status == kForbidden) GTEST_SKIP() << "no mounts on this machine";
  EXPECT_EQ(status, 0);
}

class ClockTest : public EnvironmentTest {};

TEST_F(ClockTest, SteppedDateMovesNoExpiry) {
  for (const auto step : {24h, -24h}) {
    Open();
    const auto info = Make();
    ASSERT_TRUE(info);

    clock_->StepDate(step);
    store_->Sweep();
    EXPECT_TRUE(store_->Find(info->id));
    EXPECT_TRUE(Make());
    clock_->Advance(3599s);
    EXPECT_TRUE(store_->Find(info->id));
    clock_->Advance(1s);
    EXPECT_FALSE(store_->Find(info->id));
    clock_->Advance(1h);
    store_->Sweep();
    EXPECT_TRUE(store_->List().empty());
  }
}

TEST_F(ClockTest, RenewalAfterASteppedDateCountsFromTheNewOne) {
  Open();
  const auto info = Make();
  clock_->StepDate(-24h);

  ASSERT_TRUE(store_->Touch(info->id, 3600s));

  Open();
  ASSERT_TRUE(store_->Find(info->id));
  EXPECT_EQ(store_->Find(info->id)->expires_boottime_ns,
            clock_->BoottimeNs() + 3600'000'000'000);
}

// Between two lives only the date is left to go by.
TEST_F(ClockTest, DateSetForwardBetweenTwoStartsExpires) {
  Open();
  ASSERT_TRUE(Make());
  store_.reset();
  clock_->StepDate(24h);

  Open();

  EXPECT_TRUE(store_->List().empty());
  EXPECT_EQ(Counter(IndexCounter::kEvictedTtl), 1u);
}

TEST_F(ClockTest, DateSetBackBetweenTwoStartsProlongsByAsMuch) {
  Open();
  ASSERT_TRUE(Make());
  store_.reset();
  clock_->StepDate(-24h);

  Open();

  ASSERT_EQ(store_->List().size(), 1u);
  EXPECT_EQ(store_->List()[0].expires_boottime_ns,
            clock_->BoottimeNs() + (24h + 1h) / 1ns);
}

TEST_F(ClockTest, TimeOfASuspendedHostCounts) {
  Open();
  const auto info = Make();
  ASSERT_EQ(store_->Sweep(), 3600s);

  clock_->Advance(48h);

  EXPECT_FALSE(store_->Find(info->id));
  store_->Sweep();
  EXPECT_EQ(NamesWith("render_").size(), 0u);
}

}  // namespace
}  // namespace goxel
