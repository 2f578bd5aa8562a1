// What a request gets when the file system refuses its file: every kind of call
// that makes a render's file fails in turn, with every error that a disk, a
// directory or a process without descriptors gives.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cerrno>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/render_reply.h"
#include "daemon/render_service.h"
#include "ipc/mapped_region.h"
#include "tests/decoded_png.h"
#include "tests/scripted_file_system.h"
#include "transfer/clock.h"

namespace goxel {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::array kErrors = {ENOSPC, EDQUOT, EACCES, EROFS,
                                EIO,    EMFILE, ENFILE, ENOMEM};

std::string Detail(const Status& status, std::string_view key) {
  for (const StatusDetail& detail : status.details()) {
    if (detail.key == key) return std::get<std::string>(detail.value);
  }
  return "none";
}

class DegradationTest : public testing::Test {
 protected:
  DegradationTest() {
    std::string name =
        (std::filesystem::temp_directory_path() / "goxel-degrade-XXXXXX")
            .string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
    auto store = RenderStore::Open({.directory = directory_ / "renders"},
                                   files_, std::make_shared<SystemClock>());
    EXPECT_TRUE(store) << store.error().message();
    store_ = *std::move(store);
  }
  ~DegradationTest() override {
    service_.reset();
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  void Start(RenderServiceOptions options = {}) {
    service_ =
        std::make_unique<RenderService>(std::move(options), store_.get());
  }

  // Of a width that no render had before, so that no spare file fits.
  SceneRenderRequest Request(ReturnMode mode, RenderFormat format) {
    SceneRenderRequest request;
    request.mode = mode;
    request.format = format;
    request.width = ++width_;
    request.height = 40;
    request.cache = CacheUse::kOff;
    request.settings.background = {10, 20, 30, 255};
    return request;
  }
  SceneRenderRequest MappedRequest() {
    return Request(ReturnMode::kMmap, RenderFormat::kPam);
  }
  SceneRenderRequest PngRequest() {
    return Request(ReturnMode::kFilePath, RenderFormat::kPng);
  }

  std::future<Result<RenderOutcome>> Order(const SceneRenderRequest& request) {
    auto promise = std::make_shared<std::promise<Result<RenderOutcome>>>();
    service_->Render(request, snapshot_, std::make_shared<Peer>(),
                     [promise](Result<RenderOutcome> outcome) {
                       promise->set_value(std::move(outcome));
                     });
    return promise->get_future();
  }
  Result<RenderOutcome> Ask(const SceneRenderRequest& request) {
    return Order(request).get();
  }

  // Neither a file nor a byte of room is left of what failed.
  void ExpectNothingLeft() {
    const RenderStoreStats stats = store_->Stats();
    EXPECT_EQ(stats.reserved_bytes, 0u);
    EXPECT_EQ(stats.pending_renders, 0u);
    EXPECT_EQ(stats.committed_bytes, 0u);
    EXPECT_EQ(stats.orphaned_bytes, 0u);
    for (const auto& entry :
         std::filesystem::directory_iterator(directory_ / "renders")) {
      const std::string name = entry.path().filename();
      EXPECT_TRUE(name == "index" || name == "lock") << name;
    }
  }

  static void ExpectPixels(std::span<const std::byte> pixels,
                           const SceneRenderRequest& request) {
    ASSERT_EQ(pixels.size(), std::size_t{request.width} * request.height * 4);
    EXPECT_EQ(pixels[0], std::byte{10});
    EXPECT_EQ(pixels[pixels.size() - 2], std::byte{30});
  }

  std::uint64_t Counter(IndexCounter counter) const {
    return store_->Stats().counters[static_cast<std::size_t>(counter)];
  }

  std::filesystem::path directory_;
  std::shared_ptr<ScriptedFileSystem> files_ =
      std::make_shared<ScriptedFileSystem>();
  std::unique_ptr<RenderStore> store_;
  std::shared_ptr<const SceneSnapshot> snapshot_ =
      std::make_shared<const SceneSnapshot>(NewScene());
  std::uint32_t width_ = 40;
  std::unique_ptr<RenderService> service_;
};

TEST_F(DegradationTest, AMappingThatFindsNoFileComesAsText) {
  Start();
  for (const FileCall call :
       {FileCall::kOpenUnnamed, FileCall::kAllocate, FileCall::kMap,
        FileCall::kSetModified, FileCall::kLink}) {
    for (const int error : kErrors) {
      SCOPED_TRACE(testing::Message()
                   << "call " << static_cast<int>(call) << ", error " << error);
      const auto request = MappedRequest();
      files_->FailAll(call, error);

      const auto outcome = Ask(request);
      files_->Disarm();

      ASSERT_TRUE(outcome) << outcome.error().message();
      ASSERT_TRUE(outcome->degraded);
      EXPECT_EQ(outcome->degraded->requested, ReturnMode::kMmap);
      EXPECT_EQ(outcome->degraded->delivered, ReturnMode::kBase64);
      EXPECT_EQ(outcome->degraded->cause.code(), StatusCode::kStorageFailed);
      EXPECT_EQ(Detail(outcome->degraded->cause, "errno"),
                Detail(Status::FromErrno("", error), "errno"));
      const DecodedPng png = DecodePng(outcome->inlined->bytes());
      EXPECT_EQ(png.error, "");
      ExpectPixels(png.pixels, request);
      ExpectNothingLeft();
    }
  }
  EXPECT_EQ(Counter(IndexCounter::kDegraded), 5 * kErrors.size());
  const auto file = Ask(MappedRequest());
  ASSERT_TRUE(file) << file.error().message();
  EXPECT_FALSE(file->degraded);
  EXPECT_TRUE(file->info);
}

TEST_F(DegradationTest, AFileThatFailsAtAnyStepComesAsASealedDescriptor) {
  Start();
  for (const FileCall call : {FileCall::kOpenUnnamed, FileCall::kWrite,
                              FileCall::kSetModified, FileCall::kLink}) {
    for (const int error : kErrors) {
      SCOPED_TRACE(testing::Message()
                   << "call " << static_cast<int>(call) << ", error " << error);
      auto request = PngRequest();
      request.fallback = {{ReturnMode::kFd, ReturnMode::kBase64}};
      files_->FailAll(call, error);

      const auto outcome = Ask(request);
      files_->Disarm();

      ASSERT_TRUE(outcome) << outcome.error().message();
      ASSERT_TRUE(outcome->degraded);
      EXPECT_EQ(outcome->degraded->delivered, ReturnMode::kFd);
      EXPECT_EQ(::fcntl(outcome->descriptor.get(), F_GET_SEALS),
                F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
      const auto memory =
          MappedRegion::MapAll(outcome->descriptor.get(), MapAccess::kReadOnly);
      ASSERT_TRUE(memory);
      ExpectPixels(memory->bytes().subspan(kFramePixelOffset), request);
      ExpectNothingLeft();
    }
  }
}

TEST_F(DegradationTest, WithoutFallbackTheErrorSaysWhatToDo) {
  Start();
  for (const FileCall call : {FileCall::kOpenUnnamed, FileCall::kLink}) {
    auto request = MappedRequest();
    request.fallback.emplace();
    files_->FailAll(call, ENOSPC);

    const auto outcome = Ask(request);
    files_->Disarm();

    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code(), StatusCode::kStorageFailed);
    EXPECT_EQ(Detail(outcome.error(), "errno"), "ENOSPC");
    EXPECT_THAT(outcome.error().message(), HasSubstr("options.fallback"));
    EXPECT_THAT(std::get<std::vector<std::string>>(
                    outcome.error().details().back().value),
                ElementsAre("fd", "base64"));
    ExpectNothingLeft();
  }
  EXPECT_EQ(Counter(IndexCounter::kDegraded), 0u);
}

TEST_F(DegradationTest, ThePictureIsDrawnOnceAndNotAgain) {
  Start();
  files_->FailAll(FileCall::kLink, ENOSPC);

  ASSERT_TRUE(Ask(MappedRequest()));
  ASSERT_TRUE(Ask(PngRequest()));

  EXPECT_EQ(service_->Stats().drawn, 2u);
}

TEST_F(DegradationTest, RawTextIsForThoseWhoAskForRawPixels) {
  Start();
  files_->FailAll(FileCall::kOpenUnnamed, ENOSPC);
  auto request = MappedRequest();
  request.format_given = true;

  const auto outcome = Ask(request);

  ASSERT_TRUE(outcome) << outcome.error().message();
  ExpectPixels(outcome->inlined->bytes(), request);
}

TEST_F(DegradationTest, TextThatIsTooLongGoesToTheNextMode) {
  RenderServiceOptions options;
  options.max_inline_bytes = 60;
  Start(std::move(options));
  files_->FailAll(FileCall::kOpenUnnamed, EDQUOT);
  auto request = PngRequest();
  request.fallback = {{ReturnMode::kBase64, ReturnMode::kFd}};

  const auto outcome = Ask(request);
  ASSERT_TRUE(outcome) << outcome.error().message();
  EXPECT_EQ(outcome->degraded->delivered, ReturnMode::kFd);

  request.fallback = {{ReturnMode::kBase64}};
  const auto refused = Ask(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), StatusCode::kStorageFailed);
  EXPECT_EQ(Detail(refused.error(), "errno"), "EDQUOT");
  EXPECT_THAT(refused.error().message(),
              HasSubstr("max_inline_size allows 60"));
}

TEST_F(DegradationTest, APngThatIsTooLongForAReplyIsRefused) {
  RenderServiceOptions options;
  options.max_inline_bytes = 60;
  Start(std::move(options));

  const auto outcome = Ask(Request(ReturnMode::kBase64, RenderFormat::kPng));

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), StatusCode::kTooLarge);
  EXPECT_EQ(outcome.error().details().at(1).key, "limit");
}

TEST_F(DegradationTest, AFullQuotaIsNoFailureOfFiles) {
  store_.reset();
  auto store = RenderStore::Open(
      {.directory = directory_ / "renders", .max_cache_bytes = 8192}, files_,
      std::make_shared<SystemClock>());
  ASSERT_TRUE(store);
  store_ = *std::move(store);
  Start();

  const auto outcome = Ask(MappedRequest());

  ASSERT_FALSE(outcome);
  EXPECT_NE(outcome.error().code(), StatusCode::kStorageFailed);
}

TEST_F(DegradationTest, AnEncryptedRenderIsNeverHandedOutInTheClear) {
  Start();
  for (const FileCall call :
       {FileCall::kOpenUnnamed, FileCall::kWrite, FileCall::kLink}) {
    auto request = PngRequest();
    request.encrypt = true;
    request.fallback = {{ReturnMode::kFd, ReturnMode::kBase64}};
    files_->FailAll(call, ENOSPC);

    const auto outcome = Ask(request);
    files_->Disarm();

    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code(), StatusCode::kStorageFailed);
    EXPECT_THAT(outcome.error().message(), HasSubstr("encrypted"));
    ExpectNothingLeft();
  }
}

TEST_F(DegradationTest, AllWhoWaitForOnePictureGetIt) {
  std::promise<void> held;
  RenderServiceOptions options;
  options.on_started = [released = held.get_future().share()](
                           const Result<RendererFacts>&) { released.wait(); };
  Start(std::move(options));
  files_->FailAll(FileCall::kLink, ENOSPC);
  snapshot_->view();
  auto request = MappedRequest();
  request.cache = CacheUse::kUse;
  auto by_descriptor = request;
  by_descriptor.fallback = {{ReturnMode::kFd}};
  std::vector<std::future<Result<RenderOutcome>>> answers;
  for (int i = 0; i < 4; ++i) {
    answers.push_back(Order(request));
    answers.push_back(Order(by_descriptor));
  }
  held.set_value();

  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto outcome = answers[i].get();
    ASSERT_TRUE(outcome) << outcome.error().message();
    ASSERT_TRUE(outcome->degraded);
    EXPECT_EQ(outcome->degraded->delivered,
              i % 2 == 0 ? ReturnMode::kBase64 : ReturnMode::kFd);
  }
  EXPECT_EQ(service_->Stats().drawn, 2u);
  EXPECT_EQ(Counter(IndexCounter::kDegraded), 8u);
  EXPECT_EQ(Counter(IndexCounter::kJoined), 6u);
}

TEST_F(DegradationTest, TheReplySaysWhatWasAskedWhatCameAndWhy) {
  Start();
  files_->FailAll(FileCall::kOpenUnnamed, ENOSPC);
  auto request = MappedRequest();
  request.fallback = {{ReturnMode::kFd}};

  auto outcome = Ask(request);
  ASSERT_TRUE(outcome) << outcome.error().message();
  const RpcReply reply = MakeRenderReply(request, *std::move(outcome));

  EXPECT_TRUE(reply.descriptor.valid());
  EXPECT_THAT(reply.json,
              HasSubstr(R"("degraded":{"requested":"mmap","delivered":"fd",)"
                        R"("reason":"storage_failed","errno":"ENOSPC",)"
                        R"("message":")"));
  EXPECT_THAT(reply.json, HasSubstr(R"("mapping":{"offset":4096,)"));
}

TEST_F(DegradationTest, SwitchedOffFilesFallBackInTheSameWay) {
  RenderServiceOptions options;
  options.file_transfer = false;
  Start(std::move(options));

  const auto text = Ask(MappedRequest());
  auto strict = PngRequest();
  strict.fallback.emplace();
  const auto refused = Ask(strict);

  ASSERT_TRUE(text) << text.error().message();
  EXPECT_EQ(text->degraded->cause.code(), StatusCode::kFileTransferDisabled);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), StatusCode::kFileTransferDisabled);
  ExpectNothingLeft();
}

}  // namespace
}  // namespace goxel
