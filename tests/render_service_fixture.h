// A render service on a store of its own, and requests for a red cube.

#ifndef TESTS_RENDER_SERVICE_FIXTURE_H_
#define TESTS_RENDER_SERVICE_FIXTURE_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "daemon/render_service.h"

namespace goxel {

using Answer = std::future<Result<RenderOutcome>>;

class RenderServiceTest : public testing::Test {
 protected:
  RenderServiceTest() {
    std::string name =
        (std::filesystem::temp_directory_path() / "goxel-service-XXXXXX")
            .string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
    auto store = RenderStore::Open({.directory = directory_ / "renders"});
    EXPECT_TRUE(store) << store.error().message();
    store_ = *std::move(store);
  }
  ~RenderServiceTest() override {
    Release();
    service_.reset();
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  void Start(RenderServiceOptions options = {}) {
    service_ =
        std::make_unique<RenderService>(std::move(options), store_.get());
  }

  // Holds the drawing thread back before it draws anything.
  RenderServiceOptions HeldBack() {
    released_ = false;
    held_ = {};
    RenderServiceOptions options;
    options.on_started = [released = held_.get_future().share()](
                             const Result<RendererFacts>&) { released.wait(); };
    return options;
  }
  void Release() {
    if (!std::exchange(released_, true)) held_.set_value();
  }

  Answer Ask(SceneRenderRequest request,
             std::shared_ptr<Peer> peer = std::make_shared<Peer>()) {
    auto promise = std::make_shared<std::promise<Result<RenderOutcome>>>();
    service_->Render(std::move(request), snapshot_, std::move(peer),
                     [promise](Result<RenderOutcome> outcome) {
                       promise->set_value(std::move(outcome));
                     });
    return promise->get_future();
  }

  static RenderOutcome Get(Answer answer) {
    auto outcome = answer.get();
    EXPECT_TRUE(outcome) << outcome.error().message();
    return outcome ? *std::move(outcome) : RenderOutcome{};
  }

  static std::vector<std::byte> ReadFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
  }

  static std::shared_ptr<const SceneSnapshot> RedCube() {
    Scene scene = NewScene();
    for (int i = 0; i < 8 * 8 * 8; ++i) {
      scene.layers.front().volume.Set({i % 8, i / 8 % 8, i / 64},
                                      {200, 0, 0, 255});
    }
    return std::make_shared<const SceneSnapshot>(std::move(scene));
  }

  std::filesystem::path directory_;
  std::unique_ptr<RenderStore> store_;
  std::shared_ptr<const SceneSnapshot> snapshot_ = RedCube();
  std::promise<void> held_;
  bool released_ = true;
  std::unique_ptr<RenderService> service_;
};

inline SceneRenderRequest Request(ReturnMode mode, RenderFormat format) {
  SceneRenderRequest request;
  request.mode = mode;
  request.format = format;
  request.width = 64;
  request.height = 48;
  request.settings.background = {10, 20, 30, 255};
  request.settings.style = Style::kFlat;
  return request;
}

inline SceneRenderRequest MappedRequest() {
  return Request(ReturnMode::kMmap, RenderFormat::kPam);
}

inline SceneRenderRequest PngRequest() {
  return Request(ReturnMode::kFilePath, RenderFormat::kPng);
}

// The background in the corner, the cube in the middle.
inline void ExpectPicture(std::span<const std::byte> pixels,
                          const SceneRenderRequest& request) {
  const auto channel = [&](std::uint32_t x, std::uint32_t y, std::size_t c) {
    return std::to_integer<int>(
        pixels[(std::size_t{y} * request.width + x) * 4 + c]);
  };
  ASSERT_EQ(pixels.size(), std::size_t{request.width} * request.height * 4);
  const Color background = *request.settings.background;
  EXPECT_EQ(channel(0, 0, 0), background.r);
  EXPECT_EQ(channel(0, 0, 1), background.g);
  EXPECT_EQ(channel(0, 0, 2), background.b);
  EXPECT_EQ(channel(request.width / 2, request.height / 2, 0), 200);
  EXPECT_EQ(channel(request.width / 2, request.height / 2, 1), 0);
}

}  // namespace goxel

#endif  // TESTS_RENDER_SERVICE_FIXTURE_H_
