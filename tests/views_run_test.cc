// How the views of one request share the render service with other requests.

#include "daemon/views_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "daemon/cancellation.h"
#include "tests/render_service_fixture.h"

namespace goxel {
namespace {

using testing::HasSubstr;

class ViewsRunTest : public RenderServiceTest {
 protected:
  ViewsRequest Turntable(std::size_t frames) const {
    ViewsRequest request;
    request.frame = MappedRequest();
    request.frame.cancellation = cancellations_.Begin(peer_->uid, "spin");
    for (std::size_t i = 0; i < frames; ++i) {
      NamedView view{.name = std::to_string(i), .camera = {}};
      view.camera.azimuth = static_cast<double>(i);
      request.views.push_back(std::move(view));
    }
    return request;
  }

  std::future<RpcResult> Begin(ViewsRequest request) {
    auto promise = std::make_shared<std::promise<RpcResult>>();
    const auto run = std::make_shared<ViewsRun>(
        ViewsRun::Order{.request = std::move(request),
                        .snapshot = snapshot_,
                        .peer = peer_,
                        .max_inline_bytes = 1 << 20},
        service_.get(), store_.get(),
        [promise](RpcResult result) { promise->set_value(std::move(result)); });
    run->Start();
    return promise->get_future();
  }

  // Returns when so many requests are in the queue.
  void AwaitQueued(std::size_t requests) const {
    while (service_->Stats().queued < requests) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  std::shared_ptr<Peer> peer_ = std::make_shared<Peer>();
  mutable Cancellations cancellations_;
};

TEST_F(ViewsRunTest, APictureOfAnotherClientWaitsForAFewFramesOnly) {
  std::mutex mutex;
  std::vector<bool> order;  // True for the other client's.
  RenderServiceOptions options = HeldBack();
  options.on_commit = [&](const RenderInfo& info) {
    const std::lock_guard lock(mutex);
    order.push_back(info.width == 32);
  };
  Start(options);
  snapshot_->view();
  auto views = Begin(Turntable(60));
  AwaitQueued(ViewsRun::kAhead);
  SceneRenderRequest small = MappedRequest();
  small.width = 32;
  auto other = Ask(small);
  AwaitQueued(ViewsRun::kAhead + 1);

  Release();

  ASSERT_TRUE(views.get());
  Get(std::move(other));
  const auto place = std::ranges::find(order, true) - order.begin();
  EXPECT_LE(place, static_cast<std::ptrdiff_t>(ViewsRun::kAhead));
  EXPECT_EQ(order.size(), 61u);
}

TEST_F(ViewsRunTest, CancellingBetweenPlanesAndPictureLeavesNoPlane) {
  RenderServiceOptions options;
  options.on_commit = [&](const RenderInfo& info) {
    if (info.pixel_format == PixelFormat::kFloat32) {
      cancellations_.Cancel(peer_->uid, "spin");
    }
  };
  Start(options);
  ViewsRequest request = Turntable(3);
  request.frame.planes = {Plane::kDepth};

  const RpcResult result = Begin(std::move(request)).get();

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().status.code(), StatusCode::kCancelled);
  service_.reset();
  EXPECT_EQ(store_->Stats().renders, 0u);
}

TEST_F(ViewsRunTest, APictureOfAnotherClientIsDrawnBetweenTheViewsOfASheet) {
  std::mutex mutex;
  std::vector<std::uint32_t> widths;
  RenderServiceOptions options = HeldBack();
  options.on_commit = [&](const RenderInfo& info) {
    const std::lock_guard lock(mutex);
    widths.push_back(info.width);
  };
  Start(options);
  ViewsRequest request = Turntable(20);
  request.frames = false;
  request.sheet.emplace();
  request.sheet->cells.resize(20);
  request.sheet->shape = {.cells = 20, .cell_width = 64, .cell_height = 48};
  auto sheet = Begin(std::move(request));
  AwaitQueued(1);
  auto other = Ask(MappedRequest());
  AwaitQueued(2);

  Release();

  ASSERT_TRUE(sheet.get());
  Get(std::move(other));
  EXPECT_THAT(widths, testing::ElementsAre(64u, 64u * 5));
}

TEST_F(ViewsRunTest, ACancelledRequestIsAnsweredAndDrawsNoMore) {
  Start(HeldBack());
  snapshot_->view();
  auto views = Begin(Turntable(500));
  AwaitQueued(ViewsRun::kAhead);

  EXPECT_EQ(cancellations_.Cancel(peer_->uid + 1, "spin"), 0u);
  EXPECT_EQ(cancellations_.Cancel(peer_->uid, "other"), 0u);
  EXPECT_EQ(cancellations_.Cancel(peer_->uid, "spin"), 1u);
  EXPECT_EQ(cancellations_.Cancel(peer_->uid, "spin"), 0u);
  service_->DropCancelled();

  const RpcResult result = views.get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().status.code(), StatusCode::kCancelled);
  EXPECT_THAT(result.error().status.message(), HasSubstr("\"spin\""));
  Release();
  EXPECT_EQ(service_->Stats().queued, 0u);
  EXPECT_EQ(service_->Stats().drawn, 0u);
}

TEST_F(ViewsRunTest, AClientThatLeavesEndsTheRest) {
  Start(HeldBack());
  snapshot_->view();
  // Held by the run for as long as it lives.
  std::weak_ptr<const Cancellation> request;
  {
    ViewsRequest views = Turntable(500);
    request = views.frame.cancellation;
    (void)Begin(std::move(views));
  }
  AwaitQueued(ViewsRun::kAhead);

  peer_->Leave();
  Release();
  while (!request.expired()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  EXPECT_LE(service_->Stats().drawn, ViewsRun::kAhead);
}

TEST_F(ViewsRunTest, AViewThatFailsNamesItself) {
  Start();
  ViewsRequest request = Turntable(9);
  request.views[6].camera.fov = 500;

  const RpcResult result = Begin(std::move(request)).get();

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(result.error().status.message(), HasSubstr("view 6 (6)"));
  // What was drawn before stays.
  EXPECT_GE(store_->List().size(), 6u - ViewsRun::kAhead);
}

TEST_F(ViewsRunTest, PicturesInAReplyAreBoundedAllTogether) {
  Start();
  ViewsRequest request = Turntable(100);
  request.frame = Request(ReturnMode::kBase64, RenderFormat::kPam);

  const RpcResult result = Begin(std::move(request)).get();

  // 64 x 48 x 4 bytes each.
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().status.code(), StatusCode::kTooLarge);
  EXPECT_THAT(result.error().status.message(), HasSubstr("view 85"));
  EXPECT_THAT(result.error().status.message(), HasSubstr("1048576"));
}

TEST_F(ViewsRunTest, AStopAnswersWithUnavailable) {
  Start(HeldBack());
  snapshot_->view();
  auto views = Begin(Turntable(500));
  AwaitQueued(ViewsRun::kAhead);

  service_->BeginStop();
  Release();

  const RpcResult result = views.get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().status.code(), StatusCode::kUnavailable);
}

}  // namespace
}  // namespace goxel
