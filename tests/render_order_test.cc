// In which order renders that wait are drawn.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "daemon/render_service.h"
#include "tests/store_in_directory.h"

namespace goxel {
namespace {

using testing::ElementsAre;

class RenderOrderTest : public testing::Test {
 protected:
  // Orders square renders of these widths while nothing is drawn yet, waits
  // `pause`, and returns the widths in the order in which they were drawn.
  std::vector<std::uint32_t> DrawnOrder(
      bool smallest_first, const std::vector<std::uint32_t>& widths,
      std::chrono::milliseconds pause = {}) {
    std::promise<void> all_drawn;
    std::vector<std::uint32_t> drawn;  // Filled on the drawing thread alone.
    std::promise<void> release;
    RenderServiceOptions options;
    options.smallest_first = smallest_first;
    options.on_started = [held = release.get_future().share()](
                             const Result<RendererFacts>&) { held.wait(); };
    RenderService service(std::move(options), &directory_.store());
    const auto snapshot = std::make_shared<const SceneSnapshot>(NewScene());
    for (const std::uint32_t width : widths) {
      SceneRenderRequest request;
      request.mode = ReturnMode::kMmap;
      request.format = RenderFormat::kPam;
      request.width = width;
      request.height = width;
      service.Render(std::move(request), snapshot, std::make_shared<Peer>(),
                     [&, width](const Result<RenderOutcome>& outcome) {
                       EXPECT_TRUE(outcome) << outcome.error().message();
                       drawn.push_back(width);
                       if (drawn.size() == widths.size()) all_drawn.set_value();
                     });
    }
    std::this_thread::sleep_for(pause);
    release.set_value();
    all_drawn.get_future().wait();
    return drawn;
  }

  StoreInDirectory directory_;
};

TEST_F(RenderOrderTest, IsThatOfTheRequests) {
  EXPECT_THAT(DrawnOrder(false, {64, 16, 32}), ElementsAre(64, 16, 32));
}

TEST_F(RenderOrderTest, IsBySizeWhenTheSmallestGoFirst) {
  EXPECT_THAT(DrawnOrder(true, {64, 16, 48, 32}), ElementsAre(16, 32, 48, 64));
}

TEST_F(RenderOrderTest, SmallOnesDoNotKeepALargeOneWaitingForLong) {
  EXPECT_THAT(DrawnOrder(true, {64, 16}, std::chrono::milliseconds(1100)),
              ElementsAre(64, 16));
}

}  // namespace
}  // namespace goxel
