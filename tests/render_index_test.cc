#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <random>

#include "ipc/index_layout.h"
#include "ipc/render_index_reader.h"
#include "ipc/render_index_writer.h"
#include "tests/render_directory.h"
#include "tests/result_code.h"

namespace goxel {
namespace {

class RenderIndexTest : public testing::Test {
 protected:
  std::unique_ptr<RenderIndexWriter> MakeWriter(std::uint32_t capacity = 8,
                                                std::uint64_t epoch = 1) const {
    auto writer = RenderIndexWriter::Create(directory_.fd(), capacity, epoch);
    EXPECT_TRUE(writer) << writer.error().message();
    const Status live = (*writer)->MakeLive();
    EXPECT_TRUE(live.ok()) << live.message();
    return *std::move(writer);
  }

  RenderIndexReader MakeReader() const {
    auto reader = RenderIndexReader::Open(directory_.fd());
    EXPECT_TRUE(reader) << reader.error().message();
    return *std::move(reader);
  }

  RenderDirectory directory_;
};

// A render whose every field follows from its id.
RenderInfo RenderOf(RenderId id) {
  const auto side = static_cast<std::uint32_t>(id & 0xffff);
  RenderInfo info = RenderDirectory::Describe(id, side, side + 1);
  info.key = {.high = id * 3, .low = 1};
  info.session = static_cast<std::uint32_t>(id & 0xffffff);
  info.expires_unix_ns = static_cast<std::int64_t>(id & 0xffffff) + 7;
  info.expires_boottime_ns = static_cast<std::int64_t>(id & 0xffffff) + 11;
  info.flags = kRenderRecyclable | kRenderPinned;
  info.rows_ready = side;
  info.render_ns = id + 13;
  info.transfer_ns = id + 17;
  info.checksum.kind = ChecksumKind::kXxh3;
  info.checksum.bytes[31] = static_cast<std::byte>(id);
  return info;
}

void ExpectEqual(const RenderInfo& found, const RenderInfo& written) {
  EXPECT_EQ(found.state, written.state);
  EXPECT_EQ(found.id, written.id);
  EXPECT_EQ(found.key, written.key);
  EXPECT_EQ(found.session, written.session);
  EXPECT_EQ(found.format, written.format);
  EXPECT_EQ(found.pixel_format, written.pixel_format);
  EXPECT_EQ(found.width, written.width);
  EXPECT_EQ(found.height, written.height);
  EXPECT_EQ(found.stride_bytes, written.stride_bytes);
  EXPECT_EQ(found.pixel_offset, written.pixel_offset);
  EXPECT_EQ(found.size_bytes, written.size_bytes);
  EXPECT_EQ(found.created_unix_s, written.created_unix_s);
  EXPECT_EQ(found.expires_unix_ns, written.expires_unix_ns);
  EXPECT_EQ(found.expires_boottime_ns, written.expires_boottime_ns);
  EXPECT_EQ(found.ttl_s, written.ttl_s);
  EXPECT_EQ(found.flags, written.flags);
  EXPECT_EQ(found.rows_ready, written.rows_ready);
  EXPECT_EQ(found.render_ns, written.render_ns);
  EXPECT_EQ(found.transfer_ns, written.transfer_ns);
  EXPECT_EQ(found.checksum, written.checksum);
}

TEST_F(RenderIndexTest, ReaderFindsEveryFieldByIdAndByKey) {
  const auto writer = MakeWriter();
  const auto reader = MakeReader();
  const RenderInfo render = RenderOf(0x0123456789abcdef);

  ASSERT_TRUE(writer->Publish(render).ok());

  const auto by_id = reader.Find(render.id);
  ASSERT_TRUE(by_id) << by_id.error().message();
  ExpectEqual(*by_id, render);
  const auto by_key = reader.FindByKey(render.key);
  ASSERT_TRUE(by_key) << by_key.error().message();
  ExpectEqual(*by_key, render);
}

TEST_F(RenderIndexTest, WithdrawnRenderIsNotFound) {
  const auto writer = MakeWriter();
  const auto reader = MakeReader();
  ASSERT_TRUE(writer->Publish(RenderOf(7)).ok());

  ASSERT_TRUE(writer->Withdraw(7).ok());

  EXPECT_EQ(CodeOf(reader.Find(7)), StatusCode::kNotFound);
  EXPECT_EQ(CodeOf(reader.FindByKey(RenderOf(7).key)), StatusCode::kNotFound);
  EXPECT_TRUE(reader.List().empty());
  EXPECT_EQ(writer->Withdraw(7).code(), StatusCode::kNotFound);
}

TEST_F(RenderIndexTest, PendingRenderIsNotFound) {
  const auto writer = MakeWriter();
  const auto reader = MakeReader();
  RenderInfo render = RenderOf(7);
  render.state = RenderState::kPending;

  ASSERT_TRUE(writer->Publish(render).ok());
  EXPECT_EQ(CodeOf(reader.Find(7)), StatusCode::kNotFound);
  EXPECT_TRUE(reader.List().empty());

  render.state = RenderState::kReady;
  ASSERT_TRUE(writer->Publish(render).ok());
  EXPECT_TRUE(reader.Find(7));
}

TEST_F(RenderIndexTest, ProgressShowsARenderFromItsFirstRowOn) {
  const auto writer = MakeWriter();
  const auto reader = MakeReader();
  EXPECT_EQ(CodeOf(reader.Progress(7)), StatusCode::kNotFound);
  RenderInfo render = RenderOf(7);
  render.state = RenderState::kPending;
  render.rows_ready = 0;
  ASSERT_TRUE(writer->Publish(render).ok());

  writer->SetRowsReady(7, 5);
  const auto pending = reader.Progress(7);
  ASSERT_TRUE(pending) << pending.error().message();
  EXPECT_EQ(pending->state, RenderState::kPending);
  EXPECT_EQ(pending->rows_ready, 5u);
  EXPECT_EQ(pending->height, render.height);
  EXPECT_EQ(CodeOf(reader.FindByKey(render.key)), StatusCode::kNotFound);

  ASSERT_TRUE(writer->Publish(RenderOf(7)).ok());
  EXPECT_EQ(reader.Progress(7)->state, RenderState::kReady);
  ASSERT_TRUE(writer->Withdraw(7).ok());
  EXPECT_EQ(CodeOf(reader.Progress(7)), StatusCode::kNotFound);
}

TEST_F(RenderIndexTest, RowsReadyFollowOnlyWhilePending) {
  const auto writer = MakeWriter();
  const auto reader = MakeReader();
  RenderInfo render = RenderOf(7);
  ASSERT_TRUE(writer->Publish(render).ok());

  writer->SetRowsReady(7, 99);
  writer->SetRowsReady(8, 99);

  EXPECT_EQ(reader.Find(7)->rows_ready, render.rows_ready);
}

TEST_F(RenderIndexTest, PublishingAgainMovesTheKey) {
  const auto writer = MakeWriter();
  const auto reader = MakeReader();
  RenderInfo render = RenderOf(7);
  ASSERT_TRUE(writer->Publish(render).ok());
  const ContentKey old_key = render.key;

  render.key = {.high = 100, .low = 200};
  render.ttl_s = 5;
  ASSERT_TRUE(writer->Publish(render).ok());

  EXPECT_EQ(reader.Find(7)->ttl_s, 5u);
  EXPECT_EQ(reader.FindByKey(render.key)->id, 7u);
  EXPECT_EQ(CodeOf(reader.FindByKey(old_key)), StatusCode::kNotFound);
  EXPECT_EQ(reader.List().size(), 1u);
}

TEST_F(RenderIndexTest, EmptyKeyIsNeverFound) {
  const auto writer = MakeWriter();
  const auto reader = MakeReader();
  RenderInfo render = RenderOf(7);
  render.key = {};

  ASSERT_TRUE(writer->Publish(render).ok());

  EXPECT_TRUE(reader.Find(7));
  EXPECT_EQ(CodeOf(reader.FindByKey({})), StatusCode::kNotFound);
}

TEST_F(RenderIndexTest, OneOfTwoRendersWithAKeyStaysWhenTheOtherGoes) {
  const auto writer = MakeWriter();
  const auto reader = MakeReader();
  RenderInfo second = RenderOf(8);
  second.key = RenderOf(7).key;
  ASSERT_TRUE(writer->Publish(RenderOf(7)).ok());
  ASSERT_TRUE(writer->Publish(second).ok());

  ASSERT_TRUE(writer->Withdraw(7).ok());

  EXPECT_EQ(reader.FindByKey(second.key)->id, 8u);
}

TEST_F(RenderIndexTest, AForgottenKeyLeavesTheRenderReachableById) {
  const auto writer = MakeWriter();
  const auto reader = MakeReader();
  RenderInfo second = RenderOf(8);
  second.key = RenderOf(7).key;
  ASSERT_TRUE(writer->Publish(RenderOf(7)).ok());
  ASSERT_TRUE(writer->Publish(second).ok());

  writer->ForgetKey(7);
  writer->ForgetKey(99);

  EXPECT_TRUE(reader.Find(7)->key.empty());
  EXPECT_EQ(reader.FindByKey(second.key)->id, 8u);
  writer->ForgetKey(8);
  EXPECT_EQ(CodeOf(reader.FindByKey(second.key)), StatusCode::kNotFound);
  EXPECT_TRUE(writer->Withdraw(7).ok());
  EXPECT_TRUE(writer->Withdraw(8).ok());
}

TEST_F(RenderIndexTest, WhatCannotBeAReadersRenderIsRefused) {
  const auto writer = MakeWriter();
  RenderInfo empty = RenderOf(7);
  empty.state = RenderState::kEmpty;

  EXPECT_EQ(writer->Publish(RenderOf(0)).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(writer->Publish(empty).code(), StatusCode::kInvalidArgument);
}

TEST_F(RenderIndexTest, FullIndexRefusesInsteadOfOverwriting) {
  const auto writer = MakeWriter(/*capacity=*/8);
  const auto reader = MakeReader();
  for (RenderId id = 1; id <= 8; ++id) {
    ASSERT_TRUE(writer->Publish(RenderOf(id)).ok());
  }

  EXPECT_EQ(writer->Publish(RenderOf(9)).code(),
            StatusCode::kResourceExhausted);
  EXPECT_EQ(reader.List().size(), 8u);

  ASSERT_TRUE(writer->Withdraw(3).ok());
  EXPECT_TRUE(writer->Publish(RenderOf(9)).ok());
  EXPECT_TRUE(reader.Find(9));
}

// Ids that are chosen to share both buckets: 16 fit, and no more.
TEST_F(RenderIndexTest, IdWithoutBucketIsRefusedAndCounted) {
  constexpr std::uint32_t kCapacity = 64;
  const auto writer = MakeWriter(kCapacity);
  const auto reader = MakeReader();
  const std::uint32_t buckets = GeometryOf(kCapacity).bucket_count;
  std::vector<RenderId> ids;
  for (RenderId id = 1; ids.size() < 17; ++id) {
    const BucketChoice choice = ChooseBuckets(id, buckets);
    if (choice.first == 1 && choice.second == 2) ids.push_back(id);
  }

  for (std::size_t i = 0; i < 16; ++i) {
    ASSERT_TRUE(writer->Publish(RenderOf(ids[i])).ok());
  }
  EXPECT_EQ(writer->Publish(RenderOf(ids[16])).code(),
            StatusCode::kResourceExhausted);

  EXPECT_EQ(writer->counter(IndexCounter::kIndexOverflow), 1u);
  EXPECT_EQ(reader.List().size(), 16u);
  ASSERT_TRUE(writer->Withdraw(ids[0]).ok());
  EXPECT_TRUE(writer->Publish(RenderOf(ids[16])).ok());
  EXPECT_TRUE(reader.Find(ids[16]));
}

TEST_F(RenderIndexTest, KeyWithoutBucketLeavesTheRenderReachableById) {
  const auto writer = MakeWriter(/*capacity=*/64);
  const auto reader = MakeReader();
  RenderInfo render = RenderOf(1);
  for (RenderId id = 1; id <= 17; ++id) {
    render.id = id << 32 | id * 7919;
    ASSERT_TRUE(writer->Publish(render).ok());  // All with one key.
  }

  EXPECT_GE(writer->counter(IndexCounter::kIndexOverflow), 1u);
  EXPECT_TRUE(reader.Find(render.id));
}

TEST_F(RenderIndexTest, CapacityIsRoundedUpToAPowerOfTwo) {
  const auto capacity = [&](std::uint32_t wanted) {
    return (*RenderIndexWriter::Create(directory_.fd(), wanted, 1))->capacity();
  };

  EXPECT_EQ(capacity(0), kMinIndexCapacity);
  EXPECT_EQ(capacity(8), 8u);
  EXPECT_EQ(capacity(9), 16u);
  EXPECT_EQ(capacity(200), 256u);
  EXPECT_EQ(capacity(kMaxIndexCapacity), kMaxIndexCapacity);
  const auto larger =
      RenderIndexWriter::Create(directory_.fd(), kMaxIndexCapacity + 1, 1);
  ASSERT_FALSE(larger);
  EXPECT_EQ(larger.error().code(), StatusCode::kTooLarge);
}

TEST_F(RenderIndexTest, UnnamedIndexLeavesNothingBehind) {
  {
    const auto writer = RenderIndexWriter::Create(directory_.fd(), 8, 1);
    ASSERT_TRUE(writer) << writer.error().message();
    EXPECT_EQ(RenderIndexReader::Open(directory_.fd()).error().code(),
              StatusCode::kUnavailable);
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

TEST_F(RenderIndexTest, FileIsPrivateAndWhollyAllocated) {
  const auto writer = MakeWriter(/*capacity=*/1024);

  struct stat status;
  ASSERT_EQ(::fstatat(directory_.fd(), kIndexFileName, &status, 0), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  EXPECT_EQ(static_cast<std::uint64_t>(status.st_size),
            GeometryOf(1024).segment_bytes);
  EXPECT_GE(status.st_blocks * 512, status.st_size);
}

TEST_F(RenderIndexTest, CountersCarryNamesAndValues) {
  const auto writer = MakeWriter();
  const auto reader = MakeReader();

  writer->Count(IndexCounter::kCacheHits);
  writer->Count(IndexCounter::kCacheHits, 4);
  writer->SetCounter(IndexCounter::kCurrentBytes, 33);

  EXPECT_EQ(writer->counter(IndexCounter::kCacheHits), 5u);
  const auto counters = reader.Counters();
  EXPECT_EQ(counters.size(), static_cast<std::size_t>(IndexCounter::kCount));
  EXPECT_THAT(counters, testing::Contains(testing::Pair("cache_hits", 5u)));
  EXPECT_THAT(counters, testing::Contains(testing::Pair("current_bytes", 33u)));
}

TEST_F(RenderIndexTest, HistogramsCarryNamesAndTimes) {
  const auto writer = MakeWriter();
  const auto reader = MakeReader();

  writer->Record(IndexHistogram::kEvict, std::chrono::nanoseconds(1000));
  writer->Record(IndexHistogram::kEvict, std::chrono::nanoseconds(3000));
  writer->Record(IndexHistogram::kEvict, std::chrono::nanoseconds(-5));

  const auto histograms = reader.Histograms();
  ASSERT_EQ(histograms.size(),
            static_cast<std::size_t>(IndexHistogram::kCount));
  const Histogram& evict =
      histograms[static_cast<std::size_t>(IndexHistogram::kEvict)];
  EXPECT_EQ(evict.name, "evict");
  EXPECT_EQ(evict.sum_ns, 4000u);
  EXPECT_EQ(evict.count(), 3u);
  EXPECT_EQ(histograms[0].count(), 0u);
}

TEST_F(RenderIndexTest, TheSceneIsUnknownUntilItIsShown) {
  const auto writer = MakeWriter();
  const auto reader = MakeReader();
  EXPECT_FALSE(reader.scene().known());
  EXPECT_EQ(reader.build_hash(), 0u);

  writer->SetScene(3, 4);
  writer->SetBuild(5);

  EXPECT_EQ(reader.scene(), (SceneHash{.high = 3, .low = 4}));
  EXPECT_EQ(reader.build_hash(), 5u);
  writer->SetScene(0, 0);
  EXPECT_FALSE(reader.scene().known());
}

// Any order of calls shows what a map with the same calls would hold.
TEST_F(RenderIndexTest, RandomCallsAgreeWithAMap) {
  constexpr std::uint32_t kCapacity = 64;
  const auto writer = MakeWriter(kCapacity);
  const auto reader = MakeReader();
  std::mt19937_64 random(1);
  std::vector<RenderId> ids(3 * kCapacity);
  for (RenderId& id : ids) id = random();
  std::map<RenderId, RenderInfo> model;

  for (int round = 0; round < 20000; ++round) {
    RenderInfo render = RenderOf(ids[random() % ids.size()]);
    if (random() % 3 != 0) {
      render.ttl_s = static_cast<std::uint32_t>(random());
      const bool fits = model.contains(render.id) || model.size() < kCapacity;
      ASSERT_EQ(writer->Publish(render).ok(), fits);
      if (fits) model[render.id] = render;
    } else {
      ASSERT_EQ(writer->Withdraw(render.id).ok(), model.erase(render.id) == 1);
    }
    const RenderId id = ids[random() % ids.size()];
    const auto by_id = reader.Find(id);
    const auto by_key = reader.FindByKey(RenderOf(id).key);
    ASSERT_EQ(by_id.has_value(), model.contains(id));
    ASSERT_EQ(by_key.has_value(), model.contains(id));
    if (by_id) ExpectEqual(*by_id, model.at(id));
    if (by_key) ExpectEqual(*by_key, model.at(id));
  }
  EXPECT_EQ(reader.List().size(), model.size());
}

}  // namespace
}  // namespace goxel
