#include "ipc/file_system.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <map>

#include "tests/render_directory.h"

namespace goxel {
namespace {

// Interrupts or refuses calls, and counts those that were made.
class TestedFileSystem final : public FileSystem {
 public:
  int interruptions = 0;
  int refusal = 0;
  std::map<FileCall, int> made;

 private:
  int Refuse(FileCall) override {
    return interruptions > 0 ? (--interruptions, EINTR) : refusal;
  }
  void Made(FileCall kind) override { ++made[kind]; }
};

class FileSystemTest : public testing::Test {
 protected:
  void Write(const std::string& name, std::string_view text) {
    std::ofstream(directory_.path() / name) << text;
  }
  std::string Read(const std::string& name) {
    std::ifstream file(directory_.path() / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  RenderDirectory directory_;
  TestedFileSystem files_;
};

TEST_F(FileSystemTest, InterruptedCallIsMadeUntilItGetsThrough) {
  files_.interruptions = 3;

  EXPECT_TRUE(files_.OpenUnnamed(directory_.fd()));

  EXPECT_EQ(files_.interruptions, 0);
  EXPECT_EQ(files_.made[FileCall::kOpenUnnamed], 1);
}

TEST_F(FileSystemTest, RefusedCallIsNotMade) {
  Write("file", "x");
  files_.refusal = EIO;

  const auto removed = files_.Unlink(directory_.fd(), "file");

  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error(), EIO);
  EXPECT_TRUE(files_.made.empty());
  EXPECT_EQ(Read("file"), "x");
}

TEST_F(FileSystemTest, FailureOfTheSystemIsItsErrno) {
  const auto opened = files_.Open(directory_.fd(), "nothing", O_RDONLY, 0);

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error(), ENOENT);
  EXPECT_EQ(files_.made[FileCall::kOpen], 1);
}

TEST_F(FileSystemTest, LinkAndRenameReplaceNothingButReplaceDoes) {
  Write("taken", "old");
  Write("other", "new");
  const auto unnamed = files_.OpenUnnamed(directory_.fd());
  ASSERT_TRUE(unnamed);

  EXPECT_EQ(files_.Link(unnamed->get(), directory_.fd(), "taken").error(),
            EEXIST);
  EXPECT_EQ(files_.Rename(directory_.fd(), "other", "taken").error(), EEXIST);
  EXPECT_EQ(Read("taken"), "old");

  EXPECT_TRUE(files_.Replace(directory_.fd(), "other", "taken"));
  EXPECT_EQ(Read("taken"), "new");
}

TEST_F(FileSystemTest, LinksAreNotFollowed) {
  Write("real", "x");
  std::filesystem::create_symlink("real", directory_.path() / "link");

  EXPECT_EQ(files_.Open(directory_.fd(), "link", O_RDONLY, 0).error(), ELOOP);
  EXPECT_TRUE(S_ISLNK(files_.StatAt(directory_.fd(), "link")->st_mode));
}

TEST_F(FileSystemTest, ReopenedFileIsTheSameForReadingOnly) {
  const auto unnamed = files_.OpenUnnamed(directory_.fd());
  const std::array<std::byte, 2> bytes{std::byte{1}, std::byte{2}};
  ASSERT_EQ(files_.WriteAt(unnamed->get(), bytes, 0), 2u);

  const auto reopened = files_.Reopen(unnamed->get());

  std::array<std::byte, 4> read{};
  EXPECT_EQ(files_.ReadAt(reopened->get(), read, 0), 2u);
  EXPECT_EQ(read[1], std::byte{2});
  EXPECT_EQ(files_.Write(reopened->get(), bytes).error(), EBADF);
}

TEST_F(FileSystemTest, ListLeavesOutTheDirectoryItself) {
  Write("file", "x");

  EXPECT_EQ(files_.List(directory_.fd()), std::vector<std::string>{"file"});
}

TEST_F(FileSystemTest, ModificationTimeAloneIsSet) {
  Write("file", "x");
  const auto before = files_.StatAt(directory_.fd(), "file");

  ASSERT_TRUE(
      files_.SetModifiedAt(directory_.fd(), "file", 1'500'000'000'000'000'007));

  const auto after = files_.StatAt(directory_.fd(), "file");
  EXPECT_EQ(after->st_mtim.tv_sec, 1'500'000'000);
  EXPECT_EQ(after->st_mtim.tv_nsec, 7);
  EXPECT_EQ(after->st_atim.tv_sec, before->st_atim.tv_sec);
}

}  // namespace
}  // namespace goxel
