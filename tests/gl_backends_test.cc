// OSMesa and EGL give the same pictures.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "renderer/gl/proof_file.h"
#include "tests/fixed_pictures.h"
#include "tests/golden_image.h"

namespace goxel {
namespace {

using testing::HasSubstr;

bool IsBuilt(GlBackend backend) {
  const std::vector<GlBackend> built = BuiltGlBackends();
  return std::ranges::find(built, backend) != built.end();
}

std::unique_ptr<Renderer> RendererBy(GlBackend backend) {
  auto renderer = Renderer::Create({.gl = backend});
  return renderer ? std::move(*renderer) : nullptr;
}

class GlBackends : public testing::Test {
 protected:
  void SetUp() override {
    for (const GlBackend backend : {GlBackend::kOsMesa, GlBackend::kEgl}) {
      if (!IsBuilt(backend)) {
        GTEST_SKIP() << "built without " << ToString(backend);
      }
    }
    osmesa_ = RendererBy(GlBackend::kOsMesa);
    egl_ = RendererBy(GlBackend::kEgl);
    if (osmesa_ == nullptr || egl_ == nullptr) {
      GTEST_SKIP() << "no GL by way of " << (egl_ ? "OSMesa" : "EGL");
    }
  }

  std::unique_ptr<Renderer> osmesa_;
  std::unique_ptr<Renderer> egl_;
};

TEST_F(GlBackends, PicturesAreWithinOneLevelPerChannel) {
  for (const FixedPicture& each : FixedPictures()) {
    SCOPED_TRACE(each.name);
    // In turns: each has to take the thread back from the other.
    const Picture by_osmesa = Draw(*osmesa_, each);
    const Picture by_egl = Draw(*egl_, each);
    EXPECT_EQ(Compare(by_osmesa, by_egl, 1).pixels, 0);
  }
}

// Their objects have the same names: whoever draws with the other's context
// shows the other's scene.
TEST_F(GlBackends, RenderersOfOneThreadKeepTheirScenesApart) {
  Volume voxel;
  voxel.Set({0, 0, 0}, {10, 200, 90, 255});
  const Volume house = HouseOnAMeadow();
  const Camera at_voxel = MakeCamera({}, voxel, 40, 40);
  const Camera at_house = MakeCamera({}, house, 40, 40);
  const Picture before = Render(*egl_, voxel, at_voxel, 40, 40);
  Render(*osmesa_, house, at_house, 40, 40);

  EXPECT_TRUE(Render(*egl_, voxel, at_voxel, 40, 40).bytes == before.bytes);
  osmesa_.reset();
  EXPECT_TRUE(Render(*egl_, voxel, at_voxel, 40, 40).bytes == before.bytes);
}

TEST_F(GlBackends, BuildsAreToldApartByTheirIds) {
  EXPECT_THAT(osmesa_->build_id(), HasSubstr("; osmesa"));
  EXPECT_THAT(egl_->build_id(), HasSubstr("; egl"));
}

// Whatever the self-test said, the file has the picture.
TEST_F(GlBackends, FilesHoldWhatIsReadBackByWayOfEither) {
  const Volume volume = HouseOnAMeadow();
  const Camera camera = MakeCamera({}, volume, 96, 64);
  for (Renderer* renderer : {osmesa_.get(), egl_.get()}) {
    SCOPED_TRACE(renderer->build_id());
    const Picture expected = Render(*renderer, volume, camera, 96, 64);
    const auto file = ProofFile::Create(expected.bytes.size());
    ASSERT_TRUE(file) << file.error().message();
    const auto report = renderer->Draw(ViewOf(volume), camera, {},
                                       {.pixels = (*file)->pixels(),
                                        .width = 96,
                                        .height = 64,
                                        .stride_bytes = 96 * 4,
                                        .memory = (*file)->memory()});
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_EQ(report->path == PixelPath::kZeroCopy,
              renderer->zero_copy_available());
    EXPECT_TRUE(std::ranges::equal((*file)->pixels(), expected.bytes));
  }
}

TEST(GlBackendChoice, AutoTakesTheFirstThatIsBuilt) {
  const auto context = CreateGlContext(GlBackend::kAuto);
  ASSERT_TRUE(context) << context.error().message();
  EXPECT_TRUE(IsBuilt((*context)->backend()));
}

TEST(GlBackendChoice, MissingBackendIsNamedWithThoseThatThereAre) {
  for (const GlBackend backend : {GlBackend::kOsMesa, GlBackend::kEgl}) {
    const auto context = CreateGlContext(backend);
    if (context) {
      EXPECT_EQ((*context)->backend(), backend);
      continue;
    }
    EXPECT_EQ(context.error().code(), StatusCode::kUnavailable);
    EXPECT_FALSE(context.error().message().empty());
  }
}

}  // namespace
}  // namespace goxel
