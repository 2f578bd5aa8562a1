#include "transfer/frame.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <limits>
#include <set>
#include <utility>
#include <vector>

namespace goxel {
namespace {

constexpr std::size_t kPixelBytes = 1 << 20;

Frame MustAcquire(FramePool& pool, std::size_t pixel_bytes) {
  auto frame = pool.Acquire(pixel_bytes);
  EXPECT_TRUE(frame.has_value()) << frame.error().message();
  return std::move(*frame);
}

// Two frames are the same block when they share an inode.
ino_t InodeOf(const Frame& frame) {
  struct stat file {};
  EXPECT_EQ(::fstat(frame.fd(), &file), 0);
  return file.st_ino;
}

TEST(Frame, AnonymousFrameIsAHeaderPageAndPixels) {
  auto frame = Frame::CreateAnonymous(kFramePixelOffset + kPixelBytes);
  ASSERT_TRUE(frame.has_value()) << frame.error().message();

  EXPECT_EQ(frame->header().size(), 4096u);
  EXPECT_EQ(frame->pixels().size(), kPixelBytes);
  EXPECT_EQ(frame->pixels().data(), frame->header().data() + 4096);
  EXPECT_EQ(frame->file_bytes(), kFramePixelOffset + kPixelBytes);
}

TEST(Frame, WritesReachTheFile) {
  auto frame = Frame::CreateAnonymous(kFramePixelOffset + kPixelBytes);
  ASSERT_TRUE(frame.has_value());
  frame->pixels().back() = std::byte{42};

  unsigned char byte = 0;
  ASSERT_EQ(::pread(frame->fd(), &byte, 1, kFramePixelOffset + kPixelBytes - 1),
            1);

  EXPECT_EQ(byte, 42);
}

// Makes /tmp an empty filesystem of 1 MiB for this process alone. False where
// the system does not let us.
bool EnterSmallFilesystem() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  // In the new namespace we are nobody, who can create no file, until mapped.
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
  std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
  return ::mount("tmpfs", "/tmp", "tmpfs", 0, "size=1m") == 0;
}

// Without blocks allocated first, the shortage would show as a SIGBUS when the
// frame is drawn into.
StatusCode AdoptOnTooSmallAFilesystem() {
  if (!EnterSmallFilesystem()) return StatusCode::kPermissionDenied;
  FileSystem system;
  UniqueFd fd(::open("/tmp/frame", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  auto frame = Frame::Adopt(std::move(fd), 2 << 20, system);
  return frame ? StatusCode::kOk : frame.error().code();
}

TEST(Frame, FullFilesystemIsAnErrorAndNotACrash) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(static_cast<int>(AdoptOnTooSmallAFilesystem()));
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));

  const auto code = static_cast<StatusCode>(WEXITSTATUS(status));
  if (code == StatusCode::kPermissionDenied) {
    GTEST_SKIP() << "no mount namespaces here";
  }
  EXPECT_EQ(code, StatusCode::kStorageFailed);
}

TEST(Frame, ReleasedDescriptorCanBeSealed) {
  auto frame = Frame::CreateAnonymous(kFramePixelOffset + kPixelBytes);
  ASSERT_TRUE(frame.has_value());

  const UniqueFd fd = std::move(*frame).Release();

  // Refused as long as a writable mapping exists.
  EXPECT_EQ(::fcntl(fd.get(), F_ADD_SEALS,
                    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL),
            0);
}

TEST(Frame, SizesWithoutPixelsAreRefused) {
  EXPECT_EQ(Frame::CreateAnonymous(0).error().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(Frame::CreateAnonymous(kFramePixelOffset).error().code(),
            StatusCode::kInvalidArgument);
}

// Allocating would go on until the kernel kills somebody.
TEST(Frame, SizesOverTheLimitAreTooLarge) {
  for (std::size_t size :
       {kMaxFrameBytes + 1, std::numeric_limits<std::size_t>::max()}) {
    EXPECT_EQ(Frame::CreateAnonymous(size).error().code(),
              StatusCode::kTooLarge);
  }
}

TEST(Frame, AdoptNamesTheCallThatFailed) {
  FileSystem system;
  auto frame = Frame::Adopt(UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)),
                            kFramePixelOffset + 1, system);

  ASSERT_FALSE(frame.has_value());
  EXPECT_THAT(frame.error().message(),
              testing::HasSubstr("allocate 4097 bytes for a frame"));
}

TEST(FramePool, ReturnedFrameServesAgain) {
  FramePool pool(1 << 24);
  Frame frame = MustAcquire(pool, kPixelBytes);
  const ino_t inode = InodeOf(frame);
  pool.Return(std::move(frame));

  EXPECT_EQ(InodeOf(MustAcquire(pool, kPixelBytes)), inode);
}

TEST(FramePool, FrameOfUpToTwiceTheSizeServes) {
  FramePool pool(1 << 24);
  Frame frame = MustAcquire(pool, kPixelBytes);
  const ino_t inode = InodeOf(frame);
  pool.Return(std::move(frame));

  Frame smaller = MustAcquire(pool, kPixelBytes / 2);

  EXPECT_EQ(InodeOf(smaller), inode);
}

TEST(FramePool, FrameTooSmallOrFarTooLargeStaysIdle) {
  FramePool pool(1 << 24);
  Frame frame = MustAcquire(pool, kPixelBytes);
  const ino_t inode = InodeOf(frame);
  pool.Return(std::move(frame));

  EXPECT_NE(InodeOf(MustAcquire(pool, kPixelBytes + 1)), inode);
  EXPECT_NE(InodeOf(MustAcquire(pool, kPixelBytes / 4)), inode);
  EXPECT_EQ(InodeOf(MustAcquire(pool, kPixelBytes)), inode);
}

TEST(FramePool, SmallestIdleFrameThatFitsServes) {
  FramePool pool(1 << 24);
  Frame large = MustAcquire(pool, kPixelBytes * 3 / 2);
  Frame fitting = MustAcquire(pool, kPixelBytes);
  const ino_t inode = InodeOf(fitting);
  pool.Return(std::move(large));
  pool.Return(std::move(fitting));

  EXPECT_EQ(InodeOf(MustAcquire(pool, kPixelBytes)), inode);
}

TEST(FramePool, FramesIdleForLongestGoWhenTheLimitIsReached) {
  FramePool pool(2 * (kFramePixelOffset + kPixelBytes));
  std::vector<Frame> frames;
  std::vector<ino_t> inodes;
  for (int i = 0; i < 3; ++i) {
    frames.push_back(MustAcquire(pool, kPixelBytes));
    inodes.push_back(InodeOf(frames.back()));
  }
  for (Frame& frame : frames) pool.Return(std::move(frame));

  std::vector<Frame> again;
  for (int i = 0; i < 3; ++i) again.push_back(MustAcquire(pool, kPixelBytes));

  EXPECT_EQ((std::set{InodeOf(again[0]), InodeOf(again[1])}),
            (std::set{inodes[1], inodes[2]}));
}

TEST(FramePool, FrameLargerThanTheLimitIsNotKept) {
  FramePool pool(kPixelBytes);
  Frame frame = MustAcquire(pool, kPixelBytes);
  const int fd = frame.fd();

  pool.Return(std::move(frame));

  EXPECT_EQ(::fcntl(fd, F_GETFD), -1);
}

TEST(FramePool, AbsurdRequestIsTooLarge) {
  FramePool pool(kPixelBytes);

  EXPECT_EQ(
      pool.Acquire(std::numeric_limits<std::size_t>::max()).error().code(),
      StatusCode::kTooLarge);
}

}  // namespace
}  // namespace goxel
