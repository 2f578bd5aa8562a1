#include "daemon/connection_leases.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/store_in_directory.h"

namespace goxel {
namespace {

// A store with room for one render: whether it can be evicted shows at once.
class ConnectionLeasesTest : public testing::Test {
 protected:
  ~ConnectionLeasesTest() override { peer_->Leave(); }

  // True when the render made way for another, which is then given up.
  bool MakesWay() {
    return files_.store().StagePixels({.width = 4, .height = 4}).has_value();
  }

  StoreInDirectory files_{1};
  ConnectionLeases leases_{&files_.store()};
  const std::shared_ptr<Peer> peer_ = std::make_shared<Peer>();
};

TEST_F(ConnectionLeasesTest, LeasedRenderIsNotEvicted) {
  const RenderInfo info = files_.Add();

  const auto leased = leases_.Acquire(peer_, info.id);

  ASSERT_TRUE(leased) << leased.error().message();
  EXPECT_EQ(leased->id, info.id);
  EXPECT_TRUE(files_.store().IsLeased(info));
  EXPECT_FALSE(MakesWay());
}

TEST_F(ConnectionLeasesTest, ReleasedRenderCanBeEvicted) {
  const RenderInfo info = files_.Add();
  ASSERT_TRUE(leases_.Acquire(peer_, info.id));

  EXPECT_TRUE(leases_.Release(*peer_, info.id).ok());

  EXPECT_FALSE(files_.store().IsLeased(info));
  EXPECT_TRUE(MakesWay());
}

TEST_F(ConnectionLeasesTest, EachLeaseNeedsItsRelease) {
  const RenderInfo info = files_.Add();
  ASSERT_TRUE(leases_.Acquire(peer_, info.id));
  ASSERT_TRUE(leases_.Acquire(peer_, info.id));

  ASSERT_TRUE(leases_.Release(*peer_, info.id).ok());
  EXPECT_FALSE(MakesWay());
  ASSERT_TRUE(leases_.Release(*peer_, info.id).ok());

  EXPECT_TRUE(MakesWay());
}

TEST_F(ConnectionLeasesTest, LeasesEndWithTheirConnection) {
  const RenderInfo info = files_.Add();
  const auto other = std::make_shared<Peer>();
  ASSERT_TRUE(leases_.Acquire(peer_, info.id));
  ASSERT_TRUE(leases_.Acquire(peer_, info.id));
  ASSERT_TRUE(leases_.Acquire(other, info.id));

  peer_->Leave();
  EXPECT_TRUE(files_.store().IsLeased(info));
  EXPECT_FALSE(MakesWay());
  other->Leave();

  EXPECT_FALSE(files_.store().IsLeased(info));
  EXPECT_TRUE(MakesWay());
}

TEST_F(ConnectionLeasesTest, ClientThatHasLeftGetsNoLease) {
  const RenderInfo info = files_.Add();
  peer_->Leave();

  const auto leased = leases_.Acquire(peer_, info.id);

  EXPECT_EQ(leased.error().code(), StatusCode::kCancelled);
  EXPECT_TRUE(MakesWay());
}

TEST_F(ConnectionLeasesTest, OnlyItsOwnConnectionReleasesALease) {
  const RenderInfo info = files_.Add();
  const Peer other;
  ASSERT_TRUE(leases_.Acquire(peer_, info.id));

  EXPECT_EQ(leases_.Release(other, info.id).code(), StatusCode::kNotFound);
  EXPECT_EQ(leases_.Release(*peer_, info.id + 1).code(), StatusCode::kNotFound);

  EXPECT_FALSE(MakesWay());
}

TEST_F(ConnectionLeasesTest, UnknownRenderIsNotFound) {
  EXPECT_EQ(leases_.Acquire(peer_, 77).error().code(), StatusCode::kNotFound);
}

TEST_F(ConnectionLeasesTest, ConnectionHasSoManyLeasesAndNoMore) {
  const RenderInfo info = files_.Add();
  for (std::size_t i = 0; i < ConnectionLeases::kMaxPerConnection; ++i) {
    ASSERT_TRUE(leases_.Acquire(peer_, info.id)) << i;
  }

  EXPECT_EQ(leases_.Acquire(peer_, info.id).error().code(),
            StatusCode::kResourceExhausted);
  ASSERT_TRUE(leases_.Release(*peer_, info.id).ok());
  EXPECT_TRUE(leases_.Acquire(peer_, info.id));
}

}  // namespace
}  // namespace goxel
