// Planes on their way through the render service into the store.

#include "daemon/plane_delivery.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "daemon/plane_options.h"
#include "ipc/pam_header.h"
#include "tests/render_service_fixture.h"

namespace goxel {
namespace {

SceneRenderRequest PlanesRequest(std::vector<Plane> planes) {
  SceneRenderRequest request = MappedRequest();
  request.planes = std::move(planes);
  return request;
}

const std::vector<Plane> kAllButPalette = {Plane::kDepth,  Plane::kDistance,
                                           Plane::kNormal, Plane::kObjectId,
                                           Plane::kVoxel,  Plane::kFace};

class PlaneDeliveryTest : public RenderServiceTest {
 protected:
  void OpenStore(RenderStoreOptions options) {
    store_.reset();
    options.directory = directory_ / "renders";
    auto store = RenderStore::Open(std::move(options));
    ASSERT_TRUE(store) << store.error().message();
    store_ = *std::move(store);
  }

  void ExpectNothingLeft() {
    const RenderStoreStats stats = store_->Stats();
    EXPECT_EQ(stats.renders, 0u);
    EXPECT_EQ(stats.pending_renders, 0u);
    EXPECT_EQ(stats.reserved_bytes, 0u);
  }
};

TEST_F(PlaneDeliveryTest, EachPlaneIsAFileOfItsOwnFormat) {
  Start();

  const RenderOutcome outcome = Get(Ask(PlanesRequest(kAllButPalette)));

  ASSERT_EQ(outcome.planes.size(), kAllButPalette.size());
  for (const DeliveredPlane& plane : outcome.planes) {
    SCOPED_TRACE(ToString(plane.plane));
    const auto file = ReadFile(plane.path);
    ASSERT_EQ(file.size(),
              kPamHeaderBytes + 64 * 48 * BytesPerPixel(plane.plane));
    const auto record = ParsePamHeader(file);
    ASSERT_TRUE(record) << record.error().message();
    EXPECT_EQ(record->pixel_format, PixelFormatOf(plane.plane));
    EXPECT_EQ(record->id, plane.info.id);
    EXPECT_EQ(plane.info.pixel_format, PixelFormatOf(plane.plane));
    EXPECT_EQ(plane.info.stride_bytes, 64 * BytesPerPixel(plane.plane));
    EXPECT_FALSE(plane.cached);
  }
}

TEST_F(PlaneDeliveryTest, DepthIsThatOfTheCubeInTheMiddleAndInfiniteBeside) {
  Start();

  const RenderOutcome outcome = Get(Ask(PlanesRequest({Plane::kDepth})));

  const auto file = ReadFile(outcome.planes.at(0).path);
  const auto depth_at = [&](std::size_t x, std::size_t y) {
    float depth = 0;
    std::memcpy(&depth, file.data() + kPamHeaderBytes + (y * 64 + x) * 4, 4);
    return depth;
  };
  EXPECT_EQ(depth_at(0, 0), std::numeric_limits<float>::infinity());
  EXPECT_NEAR(depth_at(32, 24), outcome.camera.distance, 8);
}

TEST_F(PlaneDeliveryTest, ObjectsAreMeasuredWhetherDrawnOrFound) {
  Start();
  for (const bool cached : {false, true}) {
    const RenderOutcome outcome = Get(Ask(PlanesRequest({Plane::kObjectId})));
    const DeliveredPlane& plane = outcome.planes.at(0);
    EXPECT_EQ(plane.cached, cached);
    ASSERT_EQ(plane.objects.size(), 1u);
    EXPECT_EQ(plane.objects[0].id, 1);
    EXPECT_GT(plane.objects[0].pixels, 500u);
  }
}

TEST_F(PlaneDeliveryTest, TheSameRequestAgainIsAnsweredWithoutDrawing) {
  Start();
  const RenderOutcome first = Get(Ask(PlanesRequest(kAllButPalette)));

  const RenderOutcome again = Get(Ask(PlanesRequest(kAllButPalette)));

  EXPECT_EQ(service_->Stats().drawn, 1u);
  for (std::size_t i = 0; i < kAllButPalette.size(); ++i) {
    EXPECT_TRUE(again.planes.at(i).cached);
    EXPECT_EQ(again.planes.at(i).info.id, first.planes.at(i).info.id);
  }
}

TEST_F(PlaneDeliveryTest, HowThePictureLooksDoesNotTellPlanesApart) {
  Start();
  const auto id = Get(Ask(PlanesRequest({Plane::kFace}))).planes.at(0).info.id;
  SceneRenderRequest request = PlanesRequest({Plane::kFace});
  request.settings.style = Style::kClay;
  request.settings.samples_per_side = 3;

  EXPECT_EQ(Get(Ask(request)).planes.at(0).info.id, id);
}

TEST_F(PlaneDeliveryTest, PlanesThatExistAreNotMadeAgain) {
  Start();
  const auto id = Get(Ask(PlanesRequest({Plane::kDepth}))).planes.at(0).info.id;

  const RenderOutcome both =
      Get(Ask(PlanesRequest({Plane::kFace, Plane::kDepth})));

  EXPECT_FALSE(both.planes.at(0).cached);
  EXPECT_EQ(both.planes.at(1).info.id, id);
  EXPECT_EQ(store_->Stats().renders, 2u);
}

TEST_F(PlaneDeliveryTest, EqualRequestsAtOnceAreOneDrawing) {
  Start(HeldBack());
  static_cast<void>(snapshot_->view());
  Answer one = Ask(PlanesRequest(kAllButPalette));
  Answer other = Ask(PlanesRequest(kAllButPalette));
  Release();

  const auto id = Get(std::move(one)).planes.at(0).info.id;

  EXPECT_EQ(Get(std::move(other)).planes.at(0).info.id, id);
  EXPECT_EQ(service_->Stats().drawn, 1u);
}

TEST_F(PlaneDeliveryTest, AQuotaWithoutRoomForAllPlanesLeavesNone) {
  RenderStoreOptions options;
  options.max_cache_bytes = 60'000;  // The planes have 70,656 bytes of pixels.
  OpenStore(std::move(options));
  Start();

  const auto outcome = Ask(PlanesRequest(kAllButPalette)).get();

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), StatusCode::kResourceExhausted);
  ExpectNothingLeft();
}

TEST_F(PlaneDeliveryTest, ASceneWithoutAPaletteLeavesNothing) {
  Start();

  const auto outcome =
      Ask(PlanesRequest({Plane::kDepth, Plane::kPaletteIndex})).get();

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), StatusCode::kInvalidArgument);
  ExpectNothingLeft();
}

TEST_F(PlaneDeliveryTest, PlanesOutliveTheStoreThatMadeThem) {
  Start();
  const RenderOutcome outcome = Get(Ask(PlanesRequest({Plane::kVoxel})));
  service_.reset();

  OpenStore({});

  const auto found = store_->Find(outcome.planes.at(0).info.id);
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->pixel_format, PixelFormat::kInt16x4);
  EXPECT_EQ(found->stride_bytes, 64u * 8);
}

}  // namespace
}  // namespace goxel
