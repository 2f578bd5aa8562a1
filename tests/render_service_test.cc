#include "daemon/render_service.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include "daemon/file_checksum.h"
#include "daemon/render_key.h"
#include "ipc/mapped_region.h"
#include "ipc/pam_header.h"
#include "ipc/render_index_reader.h"
#include "tests/decoded_png.h"
#include "tests/render_service_fixture.h"

namespace goxel {
namespace {

TEST_F(RenderServiceTest, MappedRenderIsAFileOfPixelsBehindAHeader) {
  Start();

  const RenderOutcome outcome = Get(Ask(MappedRequest()));

  const auto file = ReadFile(outcome.path);
  ASSERT_GT(file.size(), kPamHeaderBytes);
  const auto record = ParsePamHeader(file);
  ASSERT_TRUE(record) << record.error().message();
  EXPECT_EQ(record->id, outcome.id);
  EXPECT_EQ(record->key, outcome.key);
  ExpectPicture(std::span(file).subspan(kPamHeaderBytes), MappedRequest());
  EXPECT_FALSE(outcome.cached);
}

TEST_F(RenderServiceTest, EncodedRenderDecodesToThePicture) {
  Start();

  const RenderOutcome outcome = Get(Ask(PngRequest()));

  const DecodedPng png = DecodePng(ReadFile(outcome.path));
  EXPECT_EQ(png.error, "");
  ExpectPicture(png.pixels, PngRequest());
  EXPECT_EQ(outcome.info->checksum.kind, ChecksumKind::kSha256);
}

TEST_F(RenderServiceTest, OddSizesAreReadBackIntoTheSameFile) {
  Start();
  SceneRenderRequest request = MappedRequest();
  request.width = 33;
  request.height = 31;

  const RenderOutcome outcome = Get(Ask(request));

  EXPECT_EQ(outcome.pixel_path, PixelPath::kReadBack);
  const auto file = ReadFile(outcome.path);
  ExpectPicture(std::span(file).subspan(kPamHeaderBytes), request);
}

TEST_F(RenderServiceTest, DescriptorIsSealedAndHoldsThePicture) {
  Start();
  const auto request = Request(ReturnMode::kFd, RenderFormat::kPam);

  const RenderOutcome outcome = Get(Ask(request));

  EXPECT_EQ(::fcntl(outcome.descriptor.get(), F_GET_SEALS),
            F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
  const auto file =
      MappedRegion::MapAll(outcome.descriptor.get(), MapAccess::kReadOnly);
  ASSERT_TRUE(file) << file.error().message();
  EXPECT_TRUE(ParsePamHeader(file->bytes().first(kPamHeaderBytes)));
  ExpectPicture(file->bytes().subspan(kPamHeaderBytes), request);
  EXPECT_TRUE(store_->List().empty());
}

TEST_F(RenderServiceTest, InlineBytesAreAPngOrThePixels) {
  Start();
  const auto png = Request(ReturnMode::kBase64, RenderFormat::kPng);
  const auto raw = Request(ReturnMode::kBase64, RenderFormat::kPam);

  const RenderOutcome encoded = Get(Ask(png));
  const RenderOutcome pixels = Get(Ask(raw));

  ExpectPicture(DecodePng(encoded.inlined->bytes()).pixels, png);
  ExpectPicture(pixels.inlined->bytes(), raw);
}

TEST_F(RenderServiceTest, OutputPathGetsTheFileAndTheStoreNothing) {
  Start();
  auto request = Request(ReturnMode::kOutputPath, RenderFormat::kPng);
  request.output_path = directory_ / "out.png";

  Get(Ask(request));

  ExpectPicture(DecodePng(ReadFile(request.output_path)).pixels, request);
  EXPECT_TRUE(store_->List().empty());
}

TEST_F(RenderServiceTest, AnotherDirectoryGetsANamedFileAndTheStoreNothing) {
  Start();
  auto request = Request(ReturnMode::kOutputPath, RenderFormat::kPng);
  request.output_directory = directory_;

  const RenderOutcome outcome = Get(Ask(request));

  const std::filesystem::path path = outcome.path;
  ASSERT_TRUE(outcome.exported);
  EXPECT_EQ(path.parent_path(), directory_);
  EXPECT_TRUE(ParseRenderFileName(path.filename().string()));
  EXPECT_EQ(outcome.exported->size_bytes, std::filesystem::file_size(path));
  EXPECT_EQ(outcome.exported->checksum,
            ChecksumOfFile(path, ChecksumKind::kSha256).value());
  ExpectPicture(DecodePng(ReadFile(path)).pixels, request);
  EXPECT_TRUE(store_->List().empty());
}

TEST_F(RenderServiceTest, TheSameRequestAgainIsAnsweredWithoutDrawing) {
  Start();
  const RenderOutcome first = Get(Ask(MappedRequest()));

  const RenderOutcome second = Get(Ask(MappedRequest()));

  EXPECT_TRUE(second.cached);
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(service_->Stats().drawn, 1u);
}

TEST_F(RenderServiceTest, ACachedRenderStillGetsTheChecksumAskedFor) {
  Start();
  const RenderOutcome first = Get(Ask(MappedRequest()));
  SceneRenderRequest request = MappedRequest();
  request.checksum = ChecksumKind::kXxh3;

  const RenderOutcome second = Get(Ask(request));

  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.info->checksum.kind, ChecksumKind::kXxh3);
}

TEST_F(RenderServiceTest, AChecksumMadeOnDemandIsRemembered) {
  Start();
  const RenderOutcome first = Get(Ask(MappedRequest()));
  SceneRenderRequest request = MappedRequest();
  request.checksum = ChecksumKind::kXxh3;

  const RenderOutcome second = Get(Ask(request));

  EXPECT_EQ(store_->Find(first.id)->checksum, second.info->checksum);
}

TEST_F(RenderServiceTest, TheChecksumOfAMappedRenderIsThatOfItsFile) {
  Start();
  SceneRenderRequest request = MappedRequest();
  request.checksum = ChecksumKind::kSha256;

  const RenderOutcome outcome = Get(Ask(request));

  const auto of_file = ChecksumOfFile(outcome.path, ChecksumKind::kSha256);
  ASSERT_TRUE(of_file) << of_file.error().message();
  EXPECT_EQ(outcome.info->checksum, *of_file);
}

TEST_F(RenderServiceTest, WithTheCacheOffEachRequestIsDrawnAndNoneHasAKey) {
  Start();
  SceneRenderRequest request = MappedRequest();
  request.cache = CacheUse::kOff;

  const RenderOutcome first = Get(Ask(request));
  const RenderOutcome second = Get(Ask(request));

  EXPECT_NE(first.id, second.id);
  EXPECT_TRUE(first.key.empty());
  EXPECT_FALSE(Get(Ask(MappedRequest())).cached);
}

TEST_F(RenderServiceTest, RefreshDrawsThoughARenderExists) {
  Start();
  const RenderOutcome first = Get(Ask(MappedRequest()));
  SceneRenderRequest request = MappedRequest();
  request.cache = CacheUse::kRefresh;

  EXPECT_NE(Get(Ask(request)).id, first.id);
}

TEST_F(RenderServiceTest, EqualRequestsInFlightAreDrawnOnce) {
  for (const auto& request :
       {MappedRequest(), PngRequest(),
        Request(ReturnMode::kFd, RenderFormat::kPam),
        Request(ReturnMode::kBase64, RenderFormat::kPng)}) {
    Start(HeldBack());
    // Only what has been looked at can be compared in the queue.
    snapshot_ = RedCube();
    snapshot_->view();
    std::vector<Answer> answers;
    for (int i = 0; i < 10; ++i) answers.push_back(Ask(request));
    Release();

    for (Answer& answer : answers) {
      const RenderOutcome outcome = Get(std::move(answer));
      EXPECT_TRUE(outcome.info || outcome.inlined ||
                  outcome.descriptor.valid());
    }
    EXPECT_EQ(service_->Stats().drawn, 1u) << ToString(request.mode);
    EXPECT_EQ(service_->Stats().joined, 9u) << ToString(request.mode);
  }
}

TEST_F(RenderServiceTest, EachWaiterOfOneDrawingGetsItsOwnTtl) {
  Start(HeldBack());
  snapshot_->view();
  SceneRenderRequest brief = MappedRequest();
  brief.ttl = std::chrono::seconds(10);
  SceneRenderRequest lasting = MappedRequest();
  lasting.ttl = std::chrono::seconds(10'000);
  Answer first = Ask(brief);
  Answer second = Ask(lasting);
  Release();

  const RenderOutcome one = Get(std::move(first));
  const RenderOutcome two = Get(std::move(second));

  EXPECT_EQ(one.id, two.id);
  EXPECT_GT(two.info->expires_unix_ns - one.info->expires_unix_ns,
            std::int64_t{9'000} * 1'000'000'000);
}

TEST_F(RenderServiceTest, ProgressReachesThoseWhoAskedAndEndsWithAllRows) {
  Start(HeldBack());
  snapshot_->view();
  auto watching = std::make_shared<Peer>();
  auto indifferent = std::make_shared<Peer>();
  watching->Connect([] {});
  indifferent->Connect([] {});
  SceneRenderRequest request = MappedRequest();
  request.height = 600;
  SceneRenderRequest watched = request;
  watched.progress = true;
  Answer first = Ask(request, indifferent);
  Answer second = Ask(watched, watching);
  Release();

  const RenderOutcome outcome = Get(std::move(second));
  Get(std::move(first));

  const auto lines = watching->TakeNotifications();
  ASSERT_FALSE(lines.empty());
  EXPECT_NE(lines.back().find(R"("method":"goxel.render_progress")"),
            std::string::npos);
  EXPECT_NE(lines.back().find(R"({"id":")" + FormatRenderId(outcome.id) +
                              R"(","rows_ready":600,"rows":600})"),
            std::string::npos)
      << lines.back();
  EXPECT_TRUE(indifferent->TakeNotifications().empty());
}

TEST_F(RenderServiceTest, APictureWithoutIdReportsItsProgressAllTheSame) {
  Start();
  for (const RenderFormat format : {RenderFormat::kPng, RenderFormat::kPam}) {
    auto peer = std::make_shared<Peer>();
    peer->Connect([] {});
    SceneRenderRequest request = Request(ReturnMode::kBase64, format);
    request.progress = true;

    Get(Ask(request, peer));

    const auto lines = peer->TakeNotifications();
    ASSERT_FALSE(lines.empty());
    EXPECT_NE(lines.back().find(R"("params":{"rows_ready":48,"rows":48})"),
              std::string::npos)
        << lines.back();
  }
}

TEST_F(RenderServiceTest, BandsDrawTheSamePicture) {
  Start();
  SceneRenderRequest request = MappedRequest();
  request.height = 400;
  const auto whole = ReadFile(Get(Ask(request)).path);
  request.cache = CacheUse::kOff;
  request.progress = true;

  const auto banded = ReadFile(Get(Ask(request)).path);

  EXPECT_TRUE(std::ranges::equal(std::span(whole).subspan(kPamHeaderBytes),
                                 std::span(banded).subspan(kPamHeaderBytes)));
}

TEST_F(RenderServiceTest, AnEncryptedRenderIsNeitherJoinedNorShared) {
  Start(HeldBack());
  snapshot_->view();
  SceneRenderRequest request = PngRequest();
  request.encrypt = true;
  Answer first = Ask(request);
  Answer second = Ask(request);
  Release();

  const RenderOutcome one = Get(std::move(first));
  const RenderOutcome two = Get(std::move(second));

  EXPECT_NE(one.id, two.id);
  EXPECT_TRUE(one.key.empty());
  ASSERT_TRUE(one.encryption && two.encryption);
  EXPECT_NE(one.encryption->secret.key, two.encryption->secret.key);
  EXPECT_FALSE(Get(Ask(PngRequest())).cached);
}

TEST_F(RenderServiceTest, TheIndexTellsTimesBuildAndJoins) {
  Start(HeldBack());
  snapshot_->view();
  Answer first = Ask(MappedRequest());
  Answer second = Ask(MappedRequest());
  Release();
  Get(std::move(first));
  Get(std::move(second));

  const UniqueFd directory(
      ::open((directory_ / "renders").c_str(), O_RDONLY | O_DIRECTORY));
  const auto index = RenderIndexReader::Open(directory.get());
  ASSERT_TRUE(index) << index.error().message();
  EXPECT_EQ(index->build_hash(), BuildHashOf(service_->renderer().build_id));
  for (const auto& histogram : index->Histograms()) {
    if (histogram.name == "render" || histogram.name == "transfer" ||
        histogram.name == "queue") {
      EXPECT_EQ(histogram.count(), 1u) << histogram.name;
    }
  }
  EXPECT_EQ(
      store_->Stats().counters[static_cast<std::size_t>(IndexCounter::kJoined)],
      1u);
}

TEST_F(RenderServiceTest, AViewIsShownOnceItsHashIsKnown) {
  std::promise<Hash128> shown;
  RenderServiceOptions options;
  options.on_viewed = [&](const SceneSnapshot& snapshot) {
    EXPECT_TRUE(snapshot.viewed());
    shown.set_value(snapshot.view().scene.hash);
  };
  Start(std::move(options));

  Get(Ask(MappedRequest()));

  EXPECT_EQ(shown.get_future().get(), snapshot_->view().scene.hash);
}

TEST_F(RenderServiceTest, TasksRunOnTheEncoderThreads) {
  Start();
  std::promise<std::thread::id> ran;

  ASSERT_TRUE(
      service_->Post([&] { ran.set_value(std::this_thread::get_id()); }));

  EXPECT_NE(ran.get_future().get(), std::this_thread::get_id());
}

// However long they would take, the end of the daemon does not wait for them.
TEST_F(RenderServiceTest, TasksThatHaveNotBegunAreDroppedAtTheEnd) {
  RenderServiceOptions options = HeldBack();
  options.encoders = 1;
  Start(std::move(options));
  std::promise<void> begun;
  std::promise<void> go_on;
  std::atomic<int> ran = 0;
  ASSERT_TRUE(service_->Post([&] {
    begun.set_value();
    go_on.get_future().wait();
  }));
  begun.get_future().wait();
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(service_->Post([&] { ++ran; }));
  }
  Answer waiting = Ask(MappedRequest());
  std::thread ending([&] { service_.reset(); });
  // Answered when the service has begun to end.
  EXPECT_FALSE(waiting.get());
  go_on.set_value();
  Release();
  ending.join();

  EXPECT_EQ(ran, 0);
}

TEST_F(RenderServiceTest, TwentyDifferentRequestsAtOnceGetTheirOwnPictures) {
  Start();
  constexpr int kClients = 20;
  std::vector<SceneRenderRequest> requests;
  std::vector<Answer> answers;
  for (int i = 0; i < kClients; ++i) {
    requests.push_back(i % 2 == 0 ? MappedRequest() : PngRequest());
    requests.back().settings.background = {static_cast<std::uint8_t>(i), 7, 9,
                                           255};
  }
  for (const auto& request : requests) answers.push_back(Ask(request));

  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto file = ReadFile(Get(std::move(answers[i])).path);
    if (requests[i].format == RenderFormat::kPng) {
      ExpectPicture(DecodePng(file).pixels, requests[i]);
    } else {
      ExpectPicture(std::span(file).subspan(kPamHeaderBytes), requests[i]);
    }
  }
}

TEST_F(RenderServiceTest, WhatOnlyDepartedClientsWaitForIsNotDrawn) {
  Start(HeldBack());
  auto leaving = std::make_shared<Peer>();
  Ask(MappedRequest(), leaving);
  Answer staying = Ask(PngRequest());

  leaving->gone = true;
  Release();

  Get(std::move(staying));
  EXPECT_EQ(service_->Stats().drawn, 1u);
  EXPECT_EQ(service_->Stats().abandoned, 1u);
}

TEST_F(RenderServiceTest, AFullQueueRefusesAndSaysWhenToRetry) {
  RenderServiceOptions options = HeldBack();
  options.queue_size = 1;
  Start(std::move(options));
  Answer first = Ask(MappedRequest());

  Answer second = Ask(PngRequest());
  Release();
  const auto refused = second.get();

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), StatusCode::kUnavailable);
  ASSERT_EQ(refused.error().details().size(), 1u);
  EXPECT_EQ(refused.error().details()[0].key, "retry_after_ms");
  Get(std::move(first));
}

TEST_F(RenderServiceTest, AStopAnswersWhatWaits) {
  Start(HeldBack());
  Answer waiting = Ask(MappedRequest());

  service_->BeginStop();

  const auto outcome = waiting.get();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), StatusCode::kUnavailable);
  EXPECT_FALSE(Ask(MappedRequest()).get());
  Release();
}

TEST_F(RenderServiceTest, ErrorsOfTheStoreReachTheClient) {
  store_.reset();
  auto store = RenderStore::Open(
      {.directory = directory_ / "tiny", .max_cache_bytes = 8192});
  ASSERT_TRUE(store) << store.error().message();
  store_ = *std::move(store);
  Start();

  const auto outcome = Ask(MappedRequest()).get();

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), StatusCode::kTooLarge);
  EXPECT_EQ(store_->Stats().reserved_bytes, 0u);
}

TEST_F(RenderServiceTest, BadCamerasAreRefused) {
  Start();
  SceneRenderRequest request = MappedRequest();
  request.camera.fov = 300;

  const auto outcome = Ask(request).get();

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), StatusCode::kInvalidArgument);
}

TEST_F(RenderServiceTest, ZeroCopyAndReadBackDrawTheSameBytes) {
  Start();
  const auto zero_copy = ReadFile(Get(Ask(MappedRequest())).path);
  RenderServiceOptions options;
  options.renderer.allow_zero_copy = false;
  Start(std::move(options));
  SceneRenderRequest request = MappedRequest();
  request.cache = CacheUse::kRefresh;

  const RenderOutcome copied = Get(Ask(request));

  EXPECT_EQ(copied.pixel_path, PixelPath::kReadBack);
  const auto read_back = ReadFile(copied.path);
  EXPECT_TRUE(
      std::ranges::equal(std::span(zero_copy).subspan(kPamHeaderBytes),
                         std::span(read_back).subspan(kPamHeaderBytes)));
}

}  // namespace
}  // namespace goxel
