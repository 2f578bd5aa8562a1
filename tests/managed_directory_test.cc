#include "transfer/managed_directory.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>

#include "tests/store_fixture.h"

namespace goxel {
namespace {

using ::testing::HasSubstr;

// Claims to be NFS, or to know no unnamed files.
class OddFileSystem final : public FileSystem {
 public:
  SysResult<std::uint64_t> Type(int fd) override {
    return is_nfs ? SysResult<std::uint64_t>(0x6969) : FileSystem::Type(fd);
  }
  bool is_nfs = false;
  bool knows_unnamed_files = true;

 private:
  int Refuse(FileCall kind) override {
    const bool unnamed = kind == FileCall::kOpenUnnamed;
    return unnamed && !knows_unnamed_files ? EOPNOTSUPP : 0;
  }
};

class ManagedDirectoryTest : public StoreFixture {
 protected:
  Status TryOpen(const std::filesystem::path& path) {
    const auto opened = ManagedDirectory::Open(path, 0600, odd_files_);
    return opened ? Status() : opened.error();
  }

  std::shared_ptr<OddFileSystem> odd_files_ = std::make_shared<OddFileSystem>();
};

TEST_F(ManagedDirectoryTest, MissingDirectoryIsMadeForUsAlone) {
  ASSERT_TRUE(TryOpen(root_ / "a" / "b" / "renders").ok());

  struct stat status {};
  ASSERT_EQ(::stat((root_ / "a" / "b" / "renders").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0755u & ~0022u);
}

TEST_F(ManagedDirectoryTest, LinkToADirectoryIsRefused) {
  std::filesystem::create_directory(root_ / "real");
  std::filesystem::create_directory_symlink(root_ / "real", root_ / "link");

  EXPECT_EQ(TryOpen(root_ / "link").code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(TryOpen(root_ / "link/").code(), StatusCode::kFailedPrecondition);
}

TEST_F(ManagedDirectoryTest, FileIsRefused) {
  std::ofstream(root_ / "file") << "x";

  EXPECT_EQ(TryOpen(root_ / "file").code(), StatusCode::kFailedPrecondition);
}

TEST_F(ManagedDirectoryTest, DirectoryThatOthersCanWriteIsRefused) {
  for (const mode_t mode : {0775, 0757, 01777}) {
    std::filesystem::create_directory(root_ / "shared");
    ASSERT_EQ(::chmod((root_ / "shared").c_str(), mode), 0);

    const Status status = TryOpen(root_ / "shared");

    EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition) << mode;
    EXPECT_THAT(status.message(), HasSubstr("chmod go-w"));
    std::filesystem::remove(root_ / "shared");
  }
}

TEST_F(ManagedDirectoryTest, DirectoryOfAnotherUserIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give directories away";
  std::filesystem::create_directory(root_ / "theirs");
  ASSERT_EQ(::chown((root_ / "theirs").c_str(), 12345, 12345), 0);

  const Status status = TryOpen(root_ / "theirs");

  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("12345"));
}

TEST_F(ManagedDirectoryTest, NetworkFilesystemIsRefused) {
  odd_files_->is_nfs = true;

  const Status status = TryOpen(root_ / "renders");

  EXPECT_EQ(status.code(), StatusCode::kStorageFailed);
  EXPECT_THAT(status.message(), HasSubstr("network filesystem"));
}

TEST_F(ManagedDirectoryTest, NamingNeverReplacesAFile) {
  for (const bool unnamed : {true, false}) {
    odd_files_->knows_unnamed_files = unnamed;
    const auto directory =
        ManagedDirectory::Open(root_ / "renders", 0600, odd_files_);
    ASSERT_TRUE(directory);
    std::ofstream(root_ / "renders" / "taken") << "old";
    const auto file = directory->CreateFile(7);
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_EQ(file->hidden_name.empty(), unnamed);

    EXPECT_FALSE(
        directory->Name(file->fd.get(), file->hidden_name, "taken").ok());
    EXPECT_TRUE(
        directory->Name(file->fd.get(), file->hidden_name, "free").ok());

    EXPECT_EQ(std::filesystem::file_size(root_ / "renders" / "taken"), 3u);
    std::filesystem::remove(root_ / "renders" / "free");
  }
}

TEST_F(ManagedDirectoryTest, StoreWorksWithoutUnnamedFiles) {
  odd_files_->knows_unnamed_files = false;
  files_ = odd_files_;
  Open();

  auto abandoned = store_->StagePixels(Raw());
  ASSERT_TRUE(abandoned) << abandoned.error().message();
  EXPECT_EQ(NamesWith(".staged_").size(), 1u);
  const auto info = Make();
  const auto png = MakePng();

  ASSERT_TRUE(info && png);
  EXPECT_EQ(NamesWith("render_").size(), 2u);
  abandoned->reset();
  store_.reset();
  EXPECT_EQ(NamesWith(".").size(), 0u);
}

TEST_F(ManagedDirectoryTest, FilesHaveExactlyTheModeThatWasAskedFor) {
  const mode_t old_mask = ::umask(0077);
  options_.file_mode = 0640;
  Open();
  const auto info = Make();
  ::umask(old_mask);
  ASSERT_TRUE(info);

  struct stat status {};
  ASSERT_EQ(::stat(store_->PathOf(*info).c_str(), &status), 0);

  EXPECT_EQ(status.st_mode & 07777, 0640u);
}

TEST_F(ManagedDirectoryTest, OnlyExactHiddenNamesAreOurs) {
  EXPECT_TRUE(IsHiddenFileName(".staged_0123456789abcdef"));
  EXPECT_TRUE(IsHiddenFileName(HiddenFileName(HiddenFile::kSpare, 1)));
  EXPECT_TRUE(IsHiddenFileName(HiddenFileName(HiddenFile::kOrphan, ~0ull)));
  for (const char* name :
       {".staged_", ".staged_0123456789abcdeg", ".staged_0123456789abcdef0",
        ".spare_0123456789ABCDEF", "staged_0123456789abcdef", ".other_1"}) {
    EXPECT_FALSE(IsHiddenFileName(name)) << name;
  }
}

}  // namespace
}  // namespace goxel
