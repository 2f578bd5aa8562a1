// goxel.encode_render with the real daemon, and the other things that can be
// done with a render that exists.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "tests/decoded_png.h"
#include "tests/e2e/daemon_process.h"
#include "tests/e2e/file_bytes.h"

namespace goxel {
namespace {

std::string ConvertibleParams(const std::string& mode,
                              const std::string& more = {}) {
  return R"({"width":320,"height":200,"options":{"return_mode":")" + mode +
         "\"" + more + "}}";
}

class ConversionTest : public testing::Test {
 protected:
  void Start(const std::vector<std::string>& flags = {}) {
    daemon_ = std::make_unique<DaemonProcess>(home_, flags);
    ASSERT_TRUE(daemon_->AwaitReady());
    client_ = std::make_unique<SocketClient>(home_.socket());
    Call(*client_, "goxel.load_project", R"(["builtin:demo"])");
  }

  JsonReply Render(const std::string& params) {
    return Call(*client_, "goxel.render_scene", params);
  }
  JsonReply Encode(const JsonReply& source, const std::string& more = {}) {
    return Call(
        *client_, "goxel.encode_render",
        R"({"id":")" + source.Text("/result/render/id") + "\"" + more + "}");
  }
  double Stat(const std::string& name) {
    return Call(*client_, "goxel.get_render_stats")
        .Number("/result/stats/" + name);
  }

  DaemonHome home_;
  std::unique_ptr<DaemonProcess> daemon_;
  std::unique_ptr<SocketClient> client_;
};

TEST_F(ConversionTest, PngOfAMappedRenderIsFoundByALaterOrder) {
  Start();
  const JsonReply raw = Render(ConvertibleParams("mmap"));

  const JsonReply png = Encode(raw);
  const JsonReply ordered = Render(ConvertibleParams("file_path"));

  ASSERT_TRUE(png.Has("/result/file/path")) << png.text();
  EXPECT_EQ(png.At("/result/render/cached"), "false");
  EXPECT_EQ(png.Text("/result/file/format"), "png");
  EXPECT_EQ(ordered.At("/result/render/cached"), "true");
  EXPECT_EQ(ordered.Text("/result/file/path"), png.Text("/result/file/path"));
  EXPECT_EQ(ordered.Text("/result/file/checksum"),
            png.Text("/result/file/checksum"));
  const DecodedPng decoded = DecodePng(ReadFile(png.Text("/result/file/path")));
  auto pixels = ReadFile(raw.Text("/result/file/path"));
  pixels.erase(pixels.begin(), pixels.begin() + 4096);
  EXPECT_EQ(decoded.error, "");
  EXPECT_TRUE(decoded.pixels == pixels);
  EXPECT_NEAR(png.Number("/result/file/expires_at"),
              raw.Number("/result/file/expires_at"), 1);
}

TEST_F(ConversionTest, MappedRenderOfAPngIsFoundByALaterOrder) {
  Start();
  const JsonReply png = Render(ConvertibleParams("file_path"));

  const JsonReply raw = Encode(png, R"(,"format":"pam","checksum":"xxh3")");
  const JsonReply ordered = Render(ConvertibleParams("mmap"));

  EXPECT_EQ(raw.Number("/result/mapping/offset"), 4096) << raw.text();
  EXPECT_TRUE(raw.Text("/result/file/checksum").starts_with("xxh3:"));
  EXPECT_EQ(ordered.At("/result/render/cached"), "true");
  EXPECT_EQ(ordered.Text("/result/file/path"), raw.Text("/result/file/path"));
}

TEST_F(ConversionTest, WhatCannotBeEncodedIsSaid) {
  Start();
  const JsonReply raw = Render(ConvertibleParams("mmap"));
  const JsonReply encrypted =
      Render(ConvertibleParams("file_path", R"(,"encrypt":true)"));

  EXPECT_EQ(Encode(raw, R"(,"format":"gif")").Text("/error/data/reason"),
            "invalid_argument");
  EXPECT_EQ(Encode(raw, R"(,"compression":"no")").Text("/error/data/reason"),
            "invalid_argument");
  EXPECT_EQ(Call(*client_, "goxel.encode_render", R"(["00000000000000ab"])")
                .Text("/error/data/reason"),
            "not_found");
  EXPECT_EQ(Encode(encrypted).Text("/error/data/reason"), "failed_precondition")
      << encrypted.text();
}

TEST_F(ConversionTest, WithoutFileTransferThereIsNothingToEncode) {
  Start({"--disable-file-transfer"});

  const JsonReply refused =
      Call(*client_, "goxel.encode_render", R"(["00000000000000ab"])");

  EXPECT_EQ(refused.Text("/error/data/reason"), "file_transfer_disabled");
}

TEST_F(ConversionTest, ChecksumsComeOnDemandAndStay) {
  Start();
  const std::string id =
      Render(ConvertibleParams("mmap")).Text("/result/render/id");
  const auto info = [&](const std::string& more) {
    return Call(*client_, "goxel.get_render_info",
                R"({"id":")" + id + "\"" + more + "}")
        .Text("/result/render/checksum");
  };

  EXPECT_EQ(info(R"(,"checksum":"none")"), "");
  const std::string xxh3 = info(R"(,"checksum":"xxh3")");
  EXPECT_TRUE(xxh3.starts_with("xxh3:"));
  EXPECT_EQ(info(""), xxh3);
  EXPECT_TRUE(info(R"(,"checksum":"sha256")").starts_with("sha256:"));
}

TEST_F(ConversionTest, PinnedRenderStaysWhenOthersNeedTheRoom) {
  Start({"--max-renders", "3"});
  const std::string id =
      Render(ConvertibleParams("mmap")).Text("/result/render/id");
  const JsonReply pinned =
      Call(*client_, "goxel.pin_render", R"({"id":")" + id + "\"}");
  EXPECT_EQ(pinned.At("/result/render/pinned"), "true") << pinned.text();
  EXPECT_EQ(Stat("pinned_renders"), 1);
  EXPECT_GT(Stat("pinned_bytes"), 0);

  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(Render(ConvertibleParams("mmap", ",\"background_color\":[0,0," +
                                                     std::to_string(i) + "]"))
                    .Has("/result/file/path"));
  }
  EXPECT_TRUE(Call(*client_, "goxel.get_render_info", "[\"" + id + "\"]")
                  .Has("/result/render"));

  const JsonReply unpinned =
      Call(*client_, "goxel.pin_render",
           R"({"id":")" + id + R"(","pinned":false,"ttl_seconds":60})");
  EXPECT_EQ(unpinned.At("/result/render/pinned"), "false");
  EXPECT_LE(unpinned.Number("/result/render/ttl_remaining"), 60);
}

TEST_F(ConversionTest, ExpiredRendersAreGoneOnTheDot) {
  Start();
  const JsonReply short_lived =
      Render(ConvertibleParams("mmap", ",\"ttl_seconds\":1"));
  const std::string path = short_lived.Text("/result/file/path");
  ASSERT_TRUE(std::filesystem::exists(path));

  std::this_thread::sleep_for(std::chrono::milliseconds(1500));

  EXPECT_FALSE(std::filesystem::exists(path));
  const JsonReply collected = Call(*client_, "goxel.collect_renders");
  EXPECT_EQ(collected.At("/result"),
            R"({"success":true,"removed":0,"freed_bytes":0})");
}

TEST_F(ConversionTest, ReadersReportsAreCounted) {
  Start();
  const std::string id =
      Render(ConvertibleParams("mmap")).Text("/result/render/id");

  const JsonReply reported =
      Call(*client_, "goxel.report_reads",
           R"({"ids":[")" + id + "\",\"" + id +
               R"(","00000000000000ab"],"sequence_retries":5})");

  EXPECT_EQ(reported.At("/result"), R"({"success":true})");
  EXPECT_EQ(Stat("counters/reader_hits"), 3);
  EXPECT_EQ(Stat("counters/sequence_retries"), 5);
  EXPECT_EQ(Call(*client_, "goxel.report_reads", R"({"ids":["x"]})")
                .Text("/error/data/reason"),
            "invalid_argument");
}

TEST_F(ConversionTest, StatsTellBytesAndTimes) {
  Start();
  const JsonReply raw = Render(ConvertibleParams("mmap"));

  const JsonReply stats = Call(*client_, "goxel.get_render_stats");

  EXPECT_EQ(stats.Number("/result/stats/zombie_bytes"), 0);
  EXPECT_EQ(stats.Number("/result/stats/leased_bytes"), 0);
  EXPECT_EQ(stats.Number("/result/stats/reserved_bytes"), 0);
  EXPECT_EQ(stats.Number("/result/stats/times/render/count"), 1)
      << stats.text();
  EXPECT_GT(stats.Number("/result/stats/times/render/p50_us"), 0);
  EXPECT_GE(stats.Number("/result/stats/times/transfer/max_us"),
            stats.Number("/result/stats/times/transfer/p50_us"));
}

}  // namespace
}  // namespace goxel
