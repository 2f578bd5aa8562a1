#include "transfer/render_store.h"

#include <gmock/gmock.h>

#include "tests/scripted_file_system.h"
#include "tests/store_fixture.h"

namespace goxel {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr ContentKey kKey{.high = 1, .low = 2};

class RenderStoreTest : public StoreFixture {};

TEST_F(RenderStoreTest, CommittedRenderIsFoundEverywhere) {
  Open();
  StageRequest request = Raw();
  request.key = kKey;

  const auto info = Make(request);

  ASSERT_TRUE(info) << info.error().message();
  EXPECT_EQ(info->size_bytes, RenderStore::RawSize(kSide, kSide));
  EXPECT_EQ(info->stride_bytes, kSide * 4);
  EXPECT_EQ(info->pixel_offset, 4096u);
  EXPECT_TRUE(store_->Find(info->id));
  EXPECT_TRUE(store_->FindByPath(store_->PathOf(*info).string()));
  EXPECT_TRUE(store_->Reuse(kKey, {}, false));
  EXPECT_EQ(store_->List().size(), 1u);
  EXPECT_TRUE(OpenIndex().Find(info->id));
  EXPECT_TRUE(OpenIndex().FindByKey(kKey));
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStoreTest, FileHoldsTheRecordAndThePixels) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info);

  const auto record = store_->ReadRecord(info->id);
  const UniqueFd fd(::open(store_->PathOf(*info).c_str(), O_RDONLY));
  const auto region = MappedRegion::MapAll(fd.get(), MapAccess::kReadOnly);

  ASSERT_TRUE(record) << record.error().message();
  EXPECT_EQ(record->camera_json, R"({"azimuth":30})");
  EXPECT_EQ(record->session, 0xabcu);
  ASSERT_TRUE(region);
  EXPECT_EQ(region->size(), info->size_bytes);
  EXPECT_TRUE(ShowsRender(region->bytes().subspan(4096), info->id));
}

TEST_F(RenderStoreTest, StagedRenderIsPendingAndHasNoName) {
  Open();

  auto staged = store_->StagePixels(Raw());

  ASSERT_TRUE(staged) << staged.error().message();
  EXPECT_THAT(NamesWith("render_"), IsEmpty());
  EXPECT_FALSE(store_->Find((*staged)->record().id));
  EXPECT_EQ(store_->Stats().pending_renders, 1u);
  EXPECT_EQ(store_->Stats().reserved_bytes, kFileBytes);
}

TEST_F(RenderStoreTest, AbandonedRenderGivesEverythingBack) {
  options_.recycle = false;
  Open();

  store_->StagePixels(Raw()).value().reset();
  StageRequest png = Raw();
  png.format = RenderFormat::kPng;
  store_->StageFile(png, 100'000).value().reset();

  EXPECT_EQ(store_->Stats().reserved_bytes, 0u);
  EXPECT_THAT(Names(), ElementsAre("index", "lock"));
}

TEST_F(RenderStoreTest, EncodedRenderIsChargedWhatItTook) {
  Open();

  const auto info = MakePng(kKey);

  ASSERT_TRUE(info) << info.error().message();
  EXPECT_LT(info->size_bytes, 4096u);
  EXPECT_EQ(store_->Stats().committed_bytes, 4096u);
  EXPECT_EQ(store_->ReadRecord(info->id).value().key, kKey);
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStoreTest, EncodedRenderCannotOutgrowItsReservation) {
  Open();
  StageRequest request = Raw();
  request.format = RenderFormat::kPng;
  auto staged = store_->StageFile(request, 100);
  ASSERT_TRUE(staged);
  const std::vector<std::byte> bytes(60);

  EXPECT_TRUE((*staged)->Append(bytes).ok());
  EXPECT_EQ((*staged)->Append(bytes).code(), StatusCode::kResourceExhausted);
  EXPECT_EQ((*staged)->Commit({}, {}).error().code(),
            StatusCode::kResourceExhausted);
  staged->reset();

  EXPECT_THAT(NamesWith("render_"), IsEmpty());
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStoreTest, ExpiredRenderIsGoneBeforeAnybodySweeps) {
  Open();
  StageRequest request = Raw();
  request.key = kKey;
  request.ttl = 10s;
  const auto info = Make(request);
  ASSERT_TRUE(info);

  clock_->Advance(10s);

  EXPECT_EQ(store_->Find(info->id).error().code(), StatusCode::kNotFound);
  EXPECT_EQ(store_->Reuse(kKey, {}, false).error().code(),
            StatusCode::kNotFound);
  EXPECT_EQ(store_->Touch(info->id, 10s).error().code(), StatusCode::kNotFound);
  EXPECT_THAT(store_->List(), IsEmpty());
}

TEST_F(RenderStoreTest, SweepSaysWhenTheNextRenderExpires) {
  Open();
  EXPECT_EQ(store_->Sweep(), std::nullopt);
  StageRequest request = Raw();
  request.ttl = 10s;
  ASSERT_TRUE(Make(request));
  request.ttl = 30s;
  ASSERT_TRUE(Make(request));

  EXPECT_EQ(store_->Sweep(), 10s);
  clock_->Advance(12s);
  EXPECT_EQ(store_->Sweep(), 18s);

  EXPECT_EQ(NamesWith("render_").size(), 1u);
  EXPECT_EQ(Counter(IndexCounter::kEvictedTtl), 1u);
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStoreTest, TouchMovesTheTimeOfDeath) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info);

  const auto touched = store_->Touch(info->id, 7200s);

  ASSERT_TRUE(touched) << touched.error().message();
  EXPECT_EQ(touched->expires_boottime_ns,
            clock_->BoottimeNs() + 7200'000'000'000);
  clock_->Advance(7199s);
  EXPECT_TRUE(store_->Find(info->id));
  clock_->Advance(1s);
  EXPECT_FALSE(store_->Find(info->id));
}

TEST_F(RenderStoreTest, ReuseNeverShortensALife) {
  Open();
  StageRequest request = Raw();
  request.key = kKey;
  request.ttl = 100s;
  const auto info = Make(request);
  ASSERT_TRUE(info);

  EXPECT_EQ(store_->Reuse(kKey, 10s, false)->expires_boottime_ns,
            info->expires_boottime_ns);
  EXPECT_GE(store_->Reuse(kKey, 200s, false)->expires_boottime_ns,
            clock_->BoottimeNs() + 200'000'000'000);
  EXPECT_EQ(Counter(IndexCounter::kCacheHits), 2u);
}

TEST_F(RenderStoreTest, ReuseNoticesAFileThatSomebodyDeleted) {
  Open();
  StageRequest request = Raw();
  request.key = kKey;
  const auto info = Make(request);
  ASSERT_TRUE(info);
  std::filesystem::remove(store_->PathOf(*info));

  EXPECT_EQ(store_->Reuse(kKey, {}, false).error().code(),
            StatusCode::kNotFound);

  EXPECT_FALSE(store_->Find(info->id));
  EXPECT_FALSE(OpenIndex().Find(info->id));
  store_->Sweep();
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStoreTest, WithdrawGivesTheBytesBack) {
  Open();
  const auto info = MakePng();
  ASSERT_TRUE(info);

  EXPECT_EQ(store_->Withdraw(info->id).value(), info->size_bytes);

  EXPECT_EQ(store_->Withdraw(info->id).error().code(), StatusCode::kNotFound);
  EXPECT_FALSE(OpenIndex().Find(info->id));
  EXPECT_THAT(NamesWith("render_"), IsEmpty());
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStoreTest, ListIsInCreationOrder) {
  Open();
  std::vector<RenderId> made;
  for (int i = 0; i < 5; ++i) {
    made.push_back(Make().value().id);
    clock_->Advance(1s);
  }
  ASSERT_TRUE(store_->Touch(made[0], 100s));

  std::vector<RenderId> listed;
  for (const RenderInfo& info : store_->List()) listed.push_back(info.id);

  EXPECT_EQ(listed, made);
}

TEST_F(RenderStoreTest, RestartKeepsRendersAndTheirKeys) {
  Open();
  StageRequest request = Raw();
  request.key = kKey;
  const auto raw = Make(request);
  const auto png = MakePng({.high = 3, .low = 4});
  ASSERT_TRUE(raw && png);
  ASSERT_TRUE(store_->Touch(raw->id, 7200s));
  clock_->Advance(3600s - 1s);

  Open();

  const auto found = store_->Reuse(kKey, 1s, false);
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->id, raw->id);
  EXPECT_EQ(found->expires_boottime_ns,
            clock_->BoottimeNs() + 3601'000'000'000);
  EXPECT_TRUE(store_->Reuse({.high = 3, .low = 4}, {}, true));
  EXPECT_EQ(store_->ReadRecord(raw->id).value().camera_json,
            R"({"azimuth":30})");
  EXPECT_EQ(Counter(IndexCounter::kAdopted), 2u);
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStoreTest, PurgeLeavesNothing) {
  Open();
  ASSERT_TRUE(Make());
  ASSERT_TRUE(MakePng());

  store_->Purge();
  store_.reset();

  EXPECT_THAT(Names(), ElementsAre("index", "lock"));
}

TEST_F(RenderStoreTest, ClosedStoreRetiresItsIndexAndRemovesSpares) {
  Open();
  ASSERT_TRUE(Make());
  store_->PrepareSpare();
  const RenderIndexReader reader = OpenIndex();
  EXPECT_FALSE(reader.Superseded());

  store_.reset();

  EXPECT_TRUE(reader.Superseded());
  EXPECT_EQ(NamesWith("render_").size(), 1u);
  EXPECT_THAT(NamesWith("."), IsEmpty());
}

TEST_F(RenderStoreTest, StagedRenderThatOutlivesTheStoreDoesNotLand) {
  Open();
  auto staged = store_->StagePixels(Raw());
  ASSERT_TRUE(staged);
  Fill(**staged);

  store_.reset();

  EXPECT_EQ((*staged)->Commit({}, {}).error().code(), StatusCode::kUnavailable);
  EXPECT_TRUE(ShowsRender((*staged)->pixels(), (*staged)->record().id));
  EXPECT_THAT(NamesWith("render_"), IsEmpty());
  staged->reset();
  EXPECT_THAT(Names(), ElementsAre("index", "lock"));
}

// The picture can still be delivered in another way.
TEST_F(RenderStoreTest, FailedCommitLeavesThePixelsAndTheirCharge) {
  auto files = std::make_shared<ScriptedFileSystem>();
  files_ = files;
  Open();
  auto staged = store_->StagePixels(Raw());
  ASSERT_TRUE(staged);
  Fill(**staged);
  files->FailAll(FileCall::kLink, ENOSPC);

  const auto landed = (*staged)->Commit({}, {});
  files->Disarm();

  EXPECT_EQ(landed.error().code(), StatusCode::kStorageFailed);
  EXPECT_TRUE(ShowsRender((*staged)->pixels(), (*staged)->record().id));
  EXPECT_EQ(store_->Stats().reserved_bytes, kFileBytes);
  staged->reset();
  EXPECT_THAT(Names(), ElementsAre("index", "lock"));
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStoreTest, OfTwoRendersWithOneKeyTheNewerIsFound) {
  Open();
  StageRequest request = Raw();
  request.key = kKey;
  const auto older = Make(request);
  const auto newer = Make(request);
  ASSERT_TRUE(older && newer);

  EXPECT_EQ(store_->Reuse(kKey, {}, false)->id, newer->id);
  EXPECT_EQ(OpenIndex().FindByKey(kKey)->id, newer->id);
  EXPECT_TRUE(OpenIndex().Find(older->id));
  // Renewing the older one does not give it the key back.
  ASSERT_TRUE(store_->Touch(older->id, 100s));
  EXPECT_EQ(OpenIndex().FindByKey(kKey)->id, newer->id);

  ASSERT_TRUE(store_->Withdraw(newer->id));
  EXPECT_FALSE(store_->Reuse(kKey, {}, false));
  EXPECT_FALSE(OpenIndex().FindByKey(kKey));
}

TEST_F(RenderStoreTest, OlderRenderIsFoundUntilTheNewerOneHasLanded) {
  Open();
  StageRequest request = Raw();
  request.key = kKey;
  const auto older = Make(request);
  ASSERT_TRUE(older);

  auto newer = store_->StagePixels(request);
  ASSERT_TRUE(newer);

  EXPECT_EQ(OpenIndex().FindByKey(kKey)->id, older->id);
  newer->reset();
  EXPECT_EQ(OpenIndex().FindByKey(kKey)->id, older->id);
}

TEST_F(RenderStoreTest, NewerRenderHasTheKeyAfterARestartToo) {
  Open();
  StageRequest request = Raw();
  request.key = kKey;
  const auto older = Make(request);
  clock_->Advance(1s);
  const auto newer = Make(request);
  ASSERT_TRUE(older && newer);
  // Adopted last, as the one used most recently.
  ASSERT_TRUE(store_->Touch(older->id, 7200s));

  Open();

  EXPECT_EQ(store_->Reuse(kKey, {}, false)->id, newer->id);
  EXPECT_EQ(OpenIndex().FindByKey(kKey)->id, newer->id);
}

TEST_F(RenderStoreTest, PagesOfTheListMakeUpTheWhole) {
  Open();
  std::vector<RenderId> made;
  for (int i = 0; i < 7; ++i) made.push_back(Make(Raw(1)).value().id);

  std::vector<RenderId> listed;
  RenderStore::RenderPage page;
  do {
    page = store_->ListFrom(page.next, 3);
    EXPECT_LE(page.renders.size(), 3u);
    for (const RenderInfo& info : page.renders) listed.push_back(info.id);
    // What goes and comes in between shifts nothing.
    if (listed.size() == 3) {
      ASSERT_TRUE(store_->Withdraw(made[0]) && store_->Withdraw(made[3]));
      made.push_back(Make(Raw(1)).value().id);
    }
  } while (page.next != 0);

  made.erase(made.begin() + 3);
  EXPECT_EQ(listed, made);
}

TEST_F(RenderStoreTest, ChecksumComputedOnDemandIsShownFromThenOn) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info);
  Checksum checksum{.kind = ChecksumKind::kSha256, .bytes = {}};
  checksum.bytes.fill(std::byte{7});

  ASSERT_TRUE(store_->SetChecksum(info->id, checksum).ok());

  EXPECT_EQ(store_->Find(info->id)->checksum, checksum);
  EXPECT_EQ(OpenIndex().Find(info->id)->checksum, checksum);
  EXPECT_EQ(store_->SetChecksum(1, checksum).code(), StatusCode::kNotFound);
}

TEST_F(RenderStoreTest, RenderThatAReaderUsedIsNotTheNextToGo) {
  options_.max_renders = 2;
  Open();
  const auto used = Make();
  const auto unused = Make();
  ASSERT_TRUE(used && unused);

  store_->MarkUsed(used->id);
  store_->MarkUsed(1);

  ASSERT_TRUE(Make());
  EXPECT_TRUE(store_->Find(used->id));
  EXPECT_FALSE(store_->Find(unused->id));
}

TEST_F(RenderStoreTest, EncryptedRenderIsShownAsSuch) {
  Open();
  StageRequest request = Raw();
  request.encrypted = true;

  const auto info = Make(request);

  ASSERT_TRUE(info) << info.error().message();
  EXPECT_EQ(OpenIndex().Find(info->id)->flags & kRenderEncrypted,
            kRenderEncrypted);
}

TEST_F(RenderStoreTest, SecondStoreOnTheDirectoryIsRefusedWithThePid) {
  Open();

  const auto second = RenderStore::Open(options_);

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(second.error().message(), HasSubstr(std::to_string(::getpid())));
}

TEST_F(RenderStoreTest, BadRequestsAreRefusedWithTheirValue) {
  options_.max_render_bytes = 1 << 20;
  Open();

  StageRequest request = Raw();
  request.width = 0;
  EXPECT_EQ(store_->StagePixels(request).error().code(),
            StatusCode::kInvalidArgument);
  request = Raw();
  request.width = request.height = 0xffffffff;
  EXPECT_EQ(store_->StagePixels(request).error().code(), StatusCode::kTooLarge);
  request = Raw(513);
  EXPECT_THAT(store_->StagePixels(request).error().message(),
              HasSubstr("513 x 513"));
  request = Raw();
  request.ttl = 0s;
  EXPECT_EQ(store_->StagePixels(request).error().code(),
            StatusCode::kInvalidArgument);
  request = Raw();
  request.camera_json = "{}\nENDHDR";
  EXPECT_EQ(store_->StagePixels(request).error().code(),
            StatusCode::kInvalidArgument);
  request = Raw();
  request.format = RenderFormat::kPng;
  EXPECT_EQ(store_->StagePixels(request).error().code(),
            StatusCode::kInvalidArgument);
  EXPECT_THAT(Names(), ElementsAre("index", "lock"));
  ExpectBooksMatchDirectory();
}

TEST_F(RenderStoreTest, PathsOutsideTheDirectoryAreNotFound) {
  Open();
  const auto info = Make();
  ASSERT_TRUE(info);
  const std::string name = RenderFileName(*info);

  for (const std::string& path :
       {name, "/etc/passwd"s, "/"s, ""s, (root_ / name).string(),
        (options_.directory / "index").string(),
        (options_.directory / ".." / name).string()}) {
    EXPECT_EQ(store_->FindByPath(path).error().code(), StatusCode::kNotFound)
        << path;
  }
  EXPECT_TRUE(
      store_->FindByPath((options_.directory / "x" / ".." / name).string()));
}

TEST_F(RenderStoreTest, DeletedDirectoryIsAStorageFailureThatSaysSo) {
  Open();
  std::filesystem::remove_all(options_.directory);

  const auto staged = store_->StagePixels(Raw());

  ASSERT_FALSE(staged);
  EXPECT_EQ(staged.error().code(), StatusCode::kStorageFailed);
  EXPECT_THAT(staged.error().message(), HasSubstr("was removed or replaced"));
  EXPECT_EQ(store_->Stats().reserved_bytes, 0u);
  EXPECT_EQ(Counter(IndexCounter::kStorageErrors), 1u);
}

}  // namespace
}  // namespace goxel
