#include "ipc/previous_index.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <fstream>

#include "ipc/render_index_writer.h"
#include "tests/render_directory.h"

namespace goxel {
namespace {

class PreviousIndexTest : public testing::Test {
 protected:
  std::optional<PreviousIndex> Read() {
    const auto previous = ReadPreviousIndex(files_, directory_.fd());
    EXPECT_TRUE(previous);
    return *previous;
  }

  RenderDirectory directory_;
  FileSystem files_;
};

TEST_F(PreviousIndexTest, ThereIsNoneInANewDirectory) {
  EXPECT_FALSE(Read());
  EXPECT_EQ(MapPreviousHeader(files_, directory_.fd()).size(), 0u);
}

TEST_F(PreviousIndexTest, SaysWhoWroteItAndHowThatEnded) {
  auto writer = RenderIndexWriter::Create(directory_.fd(), 8, 17);
  ASSERT_TRUE((*writer)->MakeLive().ok());

  ASSERT_TRUE(Read());
  EXPECT_EQ(Read()->epoch, 17u);
  EXPECT_EQ(Read()->boot_id, ReadBootId(files_));
  EXPECT_EQ(Read()->state, IndexState::kLive);

  writer->reset();
  EXPECT_EQ(Read()->state, IndexState::kRetired);
}

TEST_F(PreviousIndexTest, WhatIsNoIndexOfThisLayoutCountsAsNone) {
  const auto path = directory_.path() / "index";
  for (const std::string& content :
       {std::string(), std::string(100, 'x'), std::string(8192, '\0')}) {
    std::ofstream(path) << content;
    EXPECT_FALSE(Read()) << content.size();
    EXPECT_EQ(MapPreviousHeader(files_, directory_.fd()).size(), 0u);
  }
  std::filesystem::remove(path);
  std::filesystem::create_symlink("elsewhere", path);
  EXPECT_FALSE(Read());
}

TEST_F(PreviousIndexTest, BootIsKnownHere) {
  EXPECT_NE(ReadBootId(files_), BootId{});
  EXPECT_EQ(ReadBootId(files_), ReadBootId(files_));
}

}  // namespace
}  // namespace goxel
