// A picture found by what it shows, through the index alone, while the real
// daemon serves it.

#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "clients/cpp/render_catalog.h"
#include "tests/child_process.h"
#include "tests/e2e/daemon_process.h"
#include "tests/result_code.h"

namespace goxel {
namespace {

// The view of kOrder, as a client that never heard of the render asks for it.
KeyFields ViewOfOrder() {
  KeyFields view{.width = 64, .height = 48};
  view.camera.azimuth = 30;
  view.camera.elevation = 20;
  view.style = "flat";
  return view;
}

constexpr char kOrder[] =
    R"({"width":64,"height":48,"camera":{"azimuth":30,"elevation":20},
        "options":{"return_mode":"mmap","shading":"flat"}})";
constexpr char kOtherOrder[] =
    R"({"width":64,"height":48,"options":{"return_mode":"mmap"}})";

class ViewLookupTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(daemon_.AwaitReady());
    client_ = std::make_unique<SocketClient>(home_.socket());
    ASSERT_TRUE(Call(*client_, "goxel.create_project", R"(["p",32,32,32])")
                    .Has("/result"));
    AddVoxel(0);
  }

  void AddVoxel(int x) {
    const auto added = Call(*client_, "goxel.add_voxel",
                            "[" + std::to_string(x) + ",0,0,9,8,7]");
    ASSERT_TRUE(added.Has("/result")) << added.text();
  }

  RenderId Render(std::string_view order) {
    const auto reply = Call(*client_, "goxel.render_scene", order);
    const auto id = ParseRenderId(reply.Text("/result/render/id"));
    EXPECT_TRUE(id) << reply.text();
    return id.value_or(0);
  }

  std::unique_ptr<RenderCatalog> OpenCatalog() const {
    return *RenderCatalog::Open(home_.renders());
  }

  SceneHash SceneInHeader() const {
    const UniqueFd directory(
        ::open(home_.renders().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return RenderIndexReader::Open(directory.get())->scene();
  }

  DaemonHome home_;
  DaemonProcess daemon_{home_};
  std::unique_ptr<SocketClient> client_;
};

TEST_F(ViewLookupTest, AnotherProcessMapsAPictureByItsViewWithoutASocket) {
  const RenderId id = Render(kOrder);
  client_.reset();
  ASSERT_TRUE(std::filesystem::remove(home_.socket()));

  ChildProcess stranger([&](const auto&) {
    const auto catalog = OpenCatalog();
    const auto found = catalog->FindView(ViewOfOrder());
    if (!found || found->id != id) return 1;
    const auto image = catalog->Map(found->id);
    if (!image || image->width() != 64 || image->height() != 48) return 2;
    const auto seen =
        image->row(24)[32 * 4];  // Red of the voxel, in the middle.
    return seen == std::byte{9} ? 0 : 3;
  });

  EXPECT_EQ(stranger.Wait(), 0);
}

TEST_F(ViewLookupTest, AnEditHidesThePicturesOfTheFormerScene) {
  const RenderId before = Render(kOrder);
  const SceneHash former_scene = SceneInHeader();
  const auto catalog = OpenCatalog();
  ASSERT_TRUE(catalog->FindView(ViewOfOrder()));

  AddVoxel(5);
  EXPECT_FALSE(catalog->FindView(ViewOfOrder()));
  Render(kOtherOrder);
  EXPECT_EQ(CodeOf(catalog->FindView(ViewOfOrder())), StatusCode::kNotFound);
  EXPECT_NE(SceneInHeader(), former_scene);

  KeyFields former_view = ViewOfOrder();
  former_view.scene = former_scene;
  EXPECT_EQ(catalog->FindView(former_view)->id, before);
  const RenderId after = Render(kOrder);
  EXPECT_NE(after, before);
  EXPECT_EQ(catalog->FindView(ViewOfOrder())->id, after);
}

TEST_F(ViewLookupTest, ThePngOfAViewHasTheSiblingKey) {
  Render(kOrder);
  const auto catalog = OpenCatalog();
  EXPECT_FALSE(catalog->FindView(ViewOfOrder(), KeyVariant::kPngFast));

  const RenderId png = Render(
      R"({"width":64,"height":48,"camera":{"azimuth":30,"elevation":20},
          "options":{"return_mode":"file_path","shading":"flat"}})");

  EXPECT_EQ(catalog->FindView(ViewOfOrder(), KeyVariant::kPngFast)->id, png);
}

// A fit has the key of what was asked for, its echo that of the matrix that the
// fit came to.
TEST_F(ViewLookupTest, AnEchoedCameraHasOneKeyHoweverOftenItIsEchoed) {
  const auto render = [this](const std::string& camera) {
    return Call(*client_, "goxel.render_scene",
                R"({"width":64,"height":48,"camera":)" + camera +
                    R"(,"options":{"return_mode":"mmap"}})");
  };
  const auto fitted = render(R"({"azimuth":30,"elevation":20})");
  const auto echoed = render(fitted.At("/result/camera"));
  const auto again = render(echoed.At("/result/camera"));

  EXPECT_NE(echoed.Text("/result/render/key"),
            fitted.Text("/result/render/key"));
  EXPECT_EQ(again.Text("/result/render/id"), echoed.Text("/result/render/id"));
  EXPECT_EQ(again.At("/result/render/cached"), "true") << again.text();
}

// Like a client in another language that reads docs/content-keys.md.
TEST_F(ViewLookupTest, TheKeyInTheReplyIsTheOneThatAClientMakes) {
  const auto reply = Call(*client_, "goxel.render_scene", kOrder);
  const UniqueFd directory(
      ::open(home_.renders().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto reader = *RenderIndexReader::Open(directory.get());
  KeyFields view = ViewOfOrder();
  view.scene = reader.scene();
  view.build_hash = reader.build_hash();

  EXPECT_EQ(reply.Text("/result/render/key"),
            FormatContentKey(MakeContentKey(view, KeyVariant::kPam)));
}

}  // namespace
}  // namespace goxel
