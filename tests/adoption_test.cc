#include "transfer/adoption.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/store_fixture.h"

namespace goxel {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::IsEmpty;

class AdoptionTest : public StoreFixture {
 protected:
  // Makes a render and leaves it without a daemon. Returns its path.
  std::filesystem::path Leave(const StageRequest& request) {
    Open();
    const auto info = Make(request);
    EXPECT_TRUE(info);
    const auto path = store_->PathOf(*info);
    store_.reset();
    return path;
  }
  std::filesystem::path Leave() { return Leave(Raw()); }

  void Write(const std::filesystem::path& path, std::string_view text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }

  // Opens the store and says whether the file survived.
  bool Survives(const std::filesystem::path& path) {
    Open();
    return std::filesystem::exists(std::filesystem::symlink_status(path));
  }
};

TEST_F(AdoptionTest, ValidRenderIsAdoptedWithItsRemainingLife) {
  const auto path = Leave();
  clock_->Advance(1000s);

  ASSERT_TRUE(Survives(path));

  const auto info = store_->FindByPath(path.string());
  ASSERT_TRUE(info) << info.error().message();
  EXPECT_EQ(info->expires_boottime_ns, clock_->BoottimeNs() + 2600'000'000'000);
  EXPECT_EQ(info->flags & kRenderRecyclable, 0u);
  EXPECT_TRUE(OpenIndex().Find(info->id));
}

TEST_F(AdoptionTest, ExpiredRenderIsRemoved) {
  const auto path = Leave();
  clock_->Advance(3600s);

  EXPECT_FALSE(Survives(path));

  EXPECT_EQ(Counter(IndexCounter::kEvictedTtl), 1u);
  EXPECT_EQ(Counter(IndexCounter::kAdopted), 0u);
}

TEST_F(AdoptionTest, FileOfTheWrongSizeIsRemoved) {
  const auto path = Leave();
  std::filesystem::resize_file(path, kFileBytes - 1);

  EXPECT_FALSE(Survives(path));

  EXPECT_EQ(Counter(IndexCounter::kBroken), 1u);
}

TEST_F(AdoptionTest, FileUnderTheNameOfAnotherIsRemoved) {
  const auto path = Leave();
  std::string name = path.filename();
  const auto digit = name.rfind('.') - 1;
  name[digit] = name[digit] == '0' ? '1' : '0';
  std::filesystem::rename(path, path.parent_path() / name);

  EXPECT_FALSE(Survives(path.parent_path() / name));

  EXPECT_EQ(Counter(IndexCounter::kBroken), 1u);
}

TEST_F(AdoptionTest, DamagedFilesAreRemoved) {
  const auto directory = options_.directory;
  const std::string stem = "render_1800000000_00000a_";
  for (const char* name : {"0000000000000001.pam", "0000000000000002.png",
                           "0000000000000003.ppm", "0000000000000004.qoi"}) {
    Write(directory / (stem + name), "not a picture");
  }
  std::filesystem::create_symlink("/etc/passwd",
                                  directory / (stem + "0000000000000005.pam"));
  ASSERT_EQ(
      ::mkfifo((directory / (stem + "0000000000000006.pam")).c_str(), 0600), 0);
  ::chmod(directory.c_str(), 0755);

  Open();

  EXPECT_THAT(NamesWith("render_"), IsEmpty());
  EXPECT_EQ(Counter(IndexCounter::kBroken), 6u);
  EXPECT_TRUE(std::filesystem::exists("/etc/passwd"));
}

TEST_F(AdoptionTest, HardLinkedFileIsNotOursAlone) {
  const auto path = Leave();
  std::filesystem::create_hard_link(path, root_ / "mine");

  EXPECT_FALSE(Survives(path));
  EXPECT_TRUE(std::filesystem::exists(root_ / "mine"));
}

TEST_F(AdoptionTest, HiddenFilesOfACrashAreRemoved) {
  Write(options_.directory / ".staged_0123456789abcdef", "half");
  Write(options_.directory / ".spare_0123456789abcdef", "old");
  Write(options_.directory / ".orphan_0123456789abcdef", "gone");
  ::chmod(options_.directory.c_str(), 0755);

  Open();

  EXPECT_THAT(NamesWith("."), IsEmpty());
  EXPECT_EQ(store_->Stats().orphaned_bytes, 0u);
}

TEST_F(AdoptionTest, ForeignFilesAreLeftAlone) {
  const std::vector<std::string> foreign = {
      "holiday.png", "render_1_2_3.pam", ".staged_x", ".spare_",
      "render_1800000000_00000a_0000000000000001.pam.bak"};
  for (const std::string& name : foreign) {
    Write(options_.directory / name, "x");
  }
  std::filesystem::create_directory(options_.directory / "folder");
  ::chmod(options_.directory.c_str(), 0755);

  Open();

  for (const std::string& name : foreign) EXPECT_THAT(Names(), Contains(name));
  EXPECT_THAT(Names(), Contains("folder"));
}

TEST_F(AdoptionTest, RenderDatedFarInTheFutureLivesItsOwnTime) {
  const auto path = Leave();
  std::filesystem::last_write_time(
      path, std::filesystem::file_time_type::clock::now() +
                std::chrono::hours(24 * 365 * 5));

  ASSERT_TRUE(Survives(path));

  EXPECT_EQ(store_->FindByPath(path.string())->expires_boottime_ns,
            clock_->BoottimeNs() + 3600'000'000'000);
}

TEST_F(AdoptionTest, OldestGoWhenTheLimitsAreSmaller) {
  Open();
  std::vector<RenderInfo> made;
  for (int i = 0; i < 4; ++i) {
    made.push_back(Make().value());
    clock_->Advance(1s);
  }
  ASSERT_TRUE(store_->Touch(made[0].id, 3600s));
  options_.max_cache_bytes = 2 * kFileBytes;

  Open();

  EXPECT_TRUE(store_->Find(made[0].id));
  EXPECT_FALSE(store_->Find(made[1].id));
  EXPECT_FALSE(store_->Find(made[2].id));
  EXPECT_TRUE(store_->Find(made[3].id));
  EXPECT_EQ(Counter(IndexCounter::kEvictedQuota), 2u);
  ASSERT_TRUE(Make());
  EXPECT_TRUE(store_->Find(made[0].id)) << "it was touched last";
  ExpectBooksMatchDirectory();
}

TEST_F(AdoptionTest, ExpiredRenderThatIsStillMappedStaysCharged) {
  const auto path = Leave();
  LeaseHolder reader(path);
  ASSERT_TRUE(reader.holds());
  clock_->Advance(3600s);

  EXPECT_FALSE(Survives(path));

  EXPECT_EQ(store_->Stats().orphaned_bytes, kFileBytes);
  reader.Kill();
  store_->Sweep();
  EXPECT_EQ(store_->Stats().orphaned_bytes, 0u);
}

}  // namespace
}  // namespace goxel
