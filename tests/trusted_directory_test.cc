#include "transfer/trusted_directory.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "transfer/export_file.h"

namespace goxel {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr uid_t kSomebody = 12345;

class TrustedDirectoryTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "goxel_trust_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = fs::canonical(pattern);
    fs::create_directories(root_ / "real" / "sub");
  }

  void TearDown() override { fs::remove_all(root_); }

  // A sticky directory in which anybody may make names, such as /tmp.
  fs::path StickyDirectory() const {
    const fs::path sticky = root_ / "sticky";
    fs::create_directory(sticky);
    EXPECT_EQ(::chmod(sticky.c_str(), 01777), 0);
    return sticky;
  }

  static void GiveAway(const fs::path& path) {
    EXPECT_EQ(::lchown(path.c_str(), kSomebody, kSomebody), 0);
  }

  // Where the path leads; empty with the error's code and message kept.
  fs::path Reached(const fs::path& path) {
    const auto directory = OpenTrustedDirectory(path);
    if (!directory) {
      error_ = directory.error();
      return {};
    }
    return fs::read_symlink("/proc/self/fd/" +
                            std::to_string(directory->get()));
  }

  fs::path root_;
  Status error_;
};

TEST_F(TrustedDirectoryTest, PathsLeadWhereTheSystemSays) {
  fs::create_directory_symlink("sub", root_ / "real" / "relative");
  fs::create_directory_symlink(root_ / "real", root_ / "absolute");
  fs::create_directory_symlink("../absolute/relative", root_ / "real" / "loop");

  EXPECT_EQ(Reached(root_ / "real"), root_ / "real");
  EXPECT_EQ(Reached(root_ / "real//./sub/"), root_ / "real" / "sub");
  EXPECT_EQ(Reached(root_ / "real/sub/.."), root_ / "real");
  EXPECT_EQ(Reached(root_ / "real/relative"), root_ / "real" / "sub");
  EXPECT_EQ(Reached(root_ / "absolute/relative"), root_ / "real" / "sub");
  EXPECT_EQ(Reached(root_ / "absolute/loop/.."), root_ / "real");
  EXPECT_EQ(Reached("/.."), "/");
  EXPECT_EQ(Reached(""), fs::current_path());
  EXPECT_EQ(Reached("."), fs::current_path());
}

TEST_F(TrustedDirectoryTest, WhatIsNoDirectoryIsNotFound) {
  std::ofstream(root_ / "file") << "x";
  fs::create_directory_symlink("nowhere", root_ / "dangling");

  for (const char* path : {"missing", "missing/sub", "file", "file/sub",
                           "dangling", "real/../missing"}) {
    EXPECT_EQ(Reached(root_ / path), fs::path()) << path;
    EXPECT_EQ(error_.code(), StatusCode::kNotFound) << path;
  }
}

TEST_F(TrustedDirectoryTest, LinkThatLeadsToItselfIsAnError) {
  fs::create_directory_symlink("circle", root_ / "circle");

  EXPECT_EQ(Reached(root_ / "circle"), fs::path());
  EXPECT_FALSE(error_.ok());
}

TEST_F(TrustedDirectoryTest, OwnLinkInAStickyDirectoryIsFollowed) {
  const fs::path sticky = StickyDirectory();
  fs::create_directory_symlink(root_ / "real", sticky / "mine");

  EXPECT_EQ(Reached(sticky / "mine"), root_ / "real");
}

TEST_F(TrustedDirectoryTest, AnothersLinkInAStickyDirectoryIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a link away";
  const fs::path sticky = StickyDirectory();
  fs::create_directory_symlink(root_ / "real", sticky / "trap");
  GiveAway(sticky / "trap");

  for (const fs::path& path :
       {sticky / "trap", sticky / "trap/sub", sticky / "trap/..",
        root_ / "real/../sticky/trap"}) {
    EXPECT_EQ(Reached(path), fs::path()) << path;
    EXPECT_EQ(error_.code(), StatusCode::kPermissionDenied) << path;
    EXPECT_THAT(error_.message(), HasSubstr("\"trap\""));
    EXPECT_THAT(error_.message(), HasSubstr("12345"));
  }
}

TEST_F(TrustedDirectoryTest, AnothersLinkBehindALinkIsRefusedToo) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a link away";
  const fs::path sticky = StickyDirectory();
  fs::create_directory_symlink(root_ / "real", sticky / "trap");
  GiveAway(sticky / "trap");
  fs::create_directory_symlink(sticky / "trap", root_ / "innocent");

  EXPECT_EQ(Reached(root_ / "innocent"), fs::path());
  EXPECT_EQ(error_.code(), StatusCode::kPermissionDenied);
}

TEST_F(TrustedDirectoryTest, LinkOfTheStickyDirectorysOwnerIsFollowed) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a link away";
  const fs::path sticky = StickyDirectory();
  fs::create_directory_symlink(root_ / "real", sticky / "theirs");
  GiveAway(sticky / "theirs");
  GiveAway(sticky);

  EXPECT_EQ(Reached(sticky / "theirs"), root_ / "real");
}

TEST_F(TrustedDirectoryTest, AnothersLinkElsewhereIsFollowed) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a link away";
  fs::create_directory_symlink("real", root_ / "theirs");
  GiveAway(root_ / "theirs");

  EXPECT_EQ(Reached(root_ / "theirs"), root_ / "real");
}

TEST_F(TrustedDirectoryTest, NothingIsWrittenThroughAnothersLink) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a link away";
  const fs::path sticky = StickyDirectory();
  fs::create_directory_symlink(root_ / "real", sticky / "trap");
  GiveAway(sticky / "trap");

  const auto written = ExportFile(sticky / "trap" / "a.gox", {},
                                  [](const ByteSink&) { return Status(); });

  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code(), StatusCode::kPermissionDenied);
  EXPECT_FALSE(fs::exists(root_ / "real" / "a.gox"));
}

// What the check saw must be what is entered: somebody swaps a directory for a
// link to another place, over and over.
TEST_F(TrustedDirectoryTest, NothingIsWrittenThroughALinkThatIsSwappedIn) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a link away";
  const fs::path sticky = StickyDirectory();
  fs::create_directory(sticky / "honest");
  fs::create_directory_symlink(root_ / "real", sticky / "trap");
  GiveAway(sticky / "trap");
  std::atomic<bool> done = false;
  std::thread attacker([&] {
    while (!done) {
      ::renameat2(AT_FDCWD, (sticky / "honest").c_str(), AT_FDCWD,
                  (sticky / "trap").c_str(), RENAME_EXCHANGE);
    }
  });

  int honest = 0, refused = 0, trapped = 0;
  for (int i = 0; i < 200'000 && (i < 20'000 || refused < 100); ++i) {
    const fs::path reached = Reached(sticky / "honest");
    if (reached.empty()) {
      ++refused;
    } else {
      // It may have been renamed since it was entered.
      ++(reached.parent_path() == sticky ? honest : trapped);
    }
  }
  done = true;
  attacker.join();

  EXPECT_EQ(trapped, 0);
  EXPECT_GT(honest, 0);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace goxel
