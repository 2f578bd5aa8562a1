#include "transfer/adoption.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/store_fixture.h"
#include "transfer/checksum.h"

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

TEST_F(AdoptionTest, EncodedRendersWithARecordAreAdopted) {
  for (const RenderFormat format :
       {RenderFormat::kPng, RenderFormat::kJpg, RenderFormat::kBmp}) {
    Open();
    const auto made = MakeEncoded(format, {.high = 1, .low = 2});
    ASSERT_TRUE(made) << made.error().message();
    const auto path = store_->PathOf(*made);
    store_.reset();

    ASSERT_TRUE(Survives(path)) << path;

    const auto info = store_->FindByPath(path.string());
    ASSERT_TRUE(info) << info.error().message();
    EXPECT_EQ(info->format, format);
    EXPECT_EQ(info->width, kSide);
    EXPECT_EQ(info->key, made->key);
    EXPECT_TRUE(store_->Withdraw(made->id));
  }
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
      "holiday.png",
      "render_1_2_3.pam",
      ".staged_x",
      ".spare_",
      ".orphan_0123456789ABCDEF",
      ".orphan_0123456789abcdef0",
      ".orphan_0123456789abcde",
      ".pared_0123456789abcdef",
      ".staged_0000000000000000",
      "render_1800000000_00000a_0000000000000001.pam.bak",
      "render_1800000000_00000a_0000000000000001.PAM",
      "render_1800000000_00000a_0000000000000001.tiff",
      "render_1800000000_00000a_0000000000000001.",
      "render_1800000000_00000a_0000000000000001",
      "render_1800000000_00000a_0000000000000000.pam",
      "render_1800000000_00000A_0000000000000001.pam",
      "render_1800000000_0000a_0000000000000001.pam",
      "render_1800000000_00000a_000000000000001.pam",
      "render_01800000000_00000a_0000000000000001.pam",
      "render_-180000000_00000a_0000000000000001.pam",
      "render_+180000000_00000a_0000000000000001.pam",
      "render__00000a_0000000000000001.pam",
      "render_1800000000__0000000000000001.pam",
      "Render_1800000000_00000a_0000000000000001.pam",
      " render_1800000000_00000a_0000000000000001.pam",
      "render_1800000000_00000a_0000000000000001.pam ",
      "render_1800000000_00000a_0000000000000001.pam\n",
      "render-1800000000-00000a-0000000000000001.pam",
      "render_99999999999999999999_00000a_0000000000000001.pam"};
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

// As the host leaves an index when it goes down under a daemon.
class HostWentDownTest : public AdoptionTest {
 protected:
  void LeaveIndex(IndexState state, bool of_this_boot) const {
    const UniqueFd fd(
        ::open((options_.directory / "index").c_str(), O_RDWR | O_CLOEXEC));
    auto page = MappedRegion::Map(fd.get(), MapAccess::kReadWrite, 0,
                                  kIndexHeaderBytes);
    ASSERT_TRUE(page);
    auto* header =
        reinterpret_cast<IndexHeader*>(page->writable_bytes().data());
    if (!of_this_boot) header->boot_id[0] ^= 0xff;
    header->state = static_cast<std::uint32_t>(state);
  }

  // A PNG whose checksum the index knows.
  RenderInfo MakeChecked() {
    const auto info = MakePng();
    EXPECT_TRUE(info);
    std::ifstream file(store_->PathOf(*info), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    auto builder = ChecksumBuilder::Create(ChecksumKind::kSha256);
    builder->Add(std::as_bytes(std::span(bytes)));
    EXPECT_TRUE(store_->SetChecksum(info->id, builder->Finish()).ok());
    return *info;
  }
};

TEST_F(HostWentDownTest, OnlyRendersWithTheChecksumOfTheirBytesAreAdopted) {
  Open();
  const RenderInfo sound = MakeChecked();
  const RenderInfo torn = MakeChecked();
  const auto unknown = Make();
  const auto torn_path = store_->PathOf(torn);
  store_.reset();
  std::fstream(torn_path, std::ios::binary | std::ios::in | std::ios::out)
      .seekp(static_cast<std::streamoff>(torn.size_bytes - 20))
      .put('x');
  LeaveIndex(IndexState::kLive, /*of_this_boot=*/false);

  Open();

  EXPECT_TRUE(store_->Find(sound.id));
  EXPECT_FALSE(store_->Find(torn.id));
  EXPECT_FALSE(store_->Find(unknown->id));
  EXPECT_EQ(Counter(IndexCounter::kBroken), 2u);
  ExpectBooksMatchDirectory();
}

TEST_F(HostWentDownTest, DaemonThatEndedInOrderBeforeIsBelieved) {
  const auto path = Leave();
  LeaveIndex(IndexState::kRetired, /*of_this_boot=*/false);

  EXPECT_TRUE(Survives(path));
}

TEST_F(HostWentDownTest, DaemonKilledInThisBootIsBelieved) {
  const auto path = Leave();
  LeaveIndex(IndexState::kLive, /*of_this_boot=*/true);

  EXPECT_TRUE(Survives(path));
}

}  // namespace
}  // namespace goxel
