#include "clients/cpp/reply.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace goxel {
namespace {

ReceiveBuffer BufferOf(std::string_view text) {
  ReceiveBuffer buffer;
  EXPECT_TRUE(buffer.Append(text));
  return buffer;
}

constexpr std::string_view kSamples[] = {
    R"({"jsonrpc":"2.0","result":{"success":true,"file":{"path":"/tmp/r/a.pam",)"
    R"("size":33181696,"format":"pam","dimensions":{"width":3840,"height":2160}},)"
    R"("render":{"id":"0123456789abcdef","cached":true,"render_ms":1.5},)"
    R"("mapping":{"offset":4096,"length":33177600,"stride":15360}},"id":1})",
    R"({"error":{"code":-32003,"message":"f\u00fcll","data":{"reason":)"
    R"("resource_exhausted","max_size":1,"hint":"wait"}},"id":1})",
    R"({"jsonrpc":"2.0","method":"goxel.render_progress","params":[1,{"a":[]}]})",
    R"({"method":"goxel.render_progress","params":{"id":"0123456789abcdef",)"
    R"("rows_ready":128,"rows":600}})",
    R"({"result":{"image":{"data":"AAAA"},"render":{"id":"0123456789abcdef"},)"
    R"("degraded":{"requested":"mmap","delivered":"fd","reason":"x",)"
    R"("errno":"ENOSPC","message":"full"},"encryption":{"key":)"
    R"("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",)"
    R"("nonce":"0123456789abcdef01234567","format":"png"}},"id":1})",
};

// Reads `text` as far as a client would; only what crashes or leaks fails.
void Digest(std::string_view text) {
  auto line = ParseReplyLine(BufferOf(text), 1);
  if (!line || line->kind != LineKind::kReply || !line->result) return;
  static_cast<void>(ParseRenderReply(*line->result));
}

TEST(ReplyTest, MembersMayComeInAnyOrder) {
  const auto line = ParseReplyLine(
      BufferOf(
          R"({"id":9,"result":{"mapping":{"stride":8,"offset":4096},"render":)"
          R"({"cached":true,"id":"00000000000000aa"},"x":[1,{}],"file":)"
          R"({"dimensions":{"height":3,"width":2},"path":"/a"}}})"),
      9);
  ASSERT_TRUE(line);
  ASSERT_TRUE(line->result);

  const auto reply = ParseRenderReply(*line->result);

  ASSERT_TRUE(reply) << reply.error().message();
  EXPECT_EQ(reply->id, 0xaau);
  EXPECT_EQ(reply->path, "/a");
  EXPECT_EQ(reply->width, 2u);
  EXPECT_EQ(reply->height, 3u);
  EXPECT_EQ(reply->stride_bytes, 8u);
  EXPECT_EQ(reply->pixel_offset, 4096u);
  EXPECT_TRUE(reply->cached);
}

TEST(ReplyTest, EscapesInKeysAndTextAreUnderstood) {
  const auto line = ParseReplyLine(
      BufferOf(R"({"\u0069d":1,"error":{"message":"a\u00e9\n"}})"), 1);

  ASSERT_TRUE(line) << line.error().message();
  EXPECT_EQ(line->result.error().message(), "a\u00e9\n");
}

TEST(ReplyTest, EveryPrefixOfAReplyIsRefused) {
  const std::string_view whole = kSamples[0];
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseReplyLine(BufferOf(whole.substr(0, size)), 1)) << size;
  }
  EXPECT_TRUE(ParseReplyLine(BufferOf(whole), 1));
}

TEST(ReplyTest, DamagedRepliesAreDigested) {
  constexpr std::string_view kBytes = "{}[]\",:\\0-9eEn \xff\x01";
  std::mt19937 random(7);
  for (const std::string_view sample : kSamples) {
    for (int round = 0; round < 20'000; ++round) {
      std::string text(sample);
      for (unsigned changes = 1 + random() % 4; changes > 0; --changes) {
        const std::size_t at = random() % text.size();
        switch (random() % 3) {
          case 0:
            text[at] = kBytes[random() % kBytes.size()];
            break;
          case 1:
            text.erase(at, 1 + random() % 8);
            break;
          default:
            text.insert(at, text.substr(random() % text.size(), 12));
        }
        if (text.empty()) text = "{";
      }
      Digest(text);
    }
  }
}

TEST(ReplyTest, DeepNestingIsDigested) {
  Digest(R"({"id":1,"result":)" + std::string(100'000, '['));
  Digest(R"({"id":1,"result":)" + std::string(100'000, '[') +
         std::string(100'000, ']') + "}");
}

TEST(ReceiveBufferTest, GrowsAndKeepsItsBytes) {
  std::string expected;
  ReceiveBuffer buffer;
  for (int i = 0; i < 5000; ++i) {
    const std::string piece = std::to_string(i);
    ASSERT_TRUE(buffer.Append(piece));
    expected += piece;
  }
  EXPECT_EQ(buffer.text(), expected);

  buffer.Truncate(7);
  EXPECT_EQ(buffer.text(), expected.substr(0, 7));
}

}  // namespace
}  // namespace goxel
