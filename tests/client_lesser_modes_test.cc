// What the client library makes of pictures that come without a file, encrypted
// or in parts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "clients/cpp/client.h"
#include "tests/result_code.h"
#include "tests/scripted_daemon.h"

namespace goxel {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ClientLesserModesTest, AsksForWhatItCanUseWhenThereIsNoFile) {
  std::mutex mutex;
  std::string last;
  const ScriptedServer server([&](const ScriptedConnection& connection) {
    for (;;) {
      const std::string seen = connection.ReadRequest();
      if (seen.empty()) return;
      {
        const std::lock_guard lock(mutex);
        last = seen;
      }
      connection.Reply(seen, "{}");
    }
  });
  const auto seen = [&] {
    const std::lock_guard lock(mutex);
    return last;
  };
  const auto client = Connect(server);
  RenderRequest request;

  (void)client->RenderMapped(request);
  EXPECT_THAT(seen(), HasSubstr(R"("fallback":["fd"])"));
  (void)client->RenderToFile(request);
  EXPECT_THAT(seen(), HasSubstr(R"("fallback":["base64"])"));
  // What comes instead is a PNG: no help to who wants another format.
  request.format = "ppm";
  (void)client->RenderToFile(request);
  EXPECT_THAT(seen(), HasSubstr(R"("fallback":[])"));
  request.accept_degraded = false;
  (void)client->RenderMapped(request);
  EXPECT_THAT(seen(), HasSubstr(R"("fallback":[])"));
  (void)client->RenderToDescriptor(request);
  EXPECT_THAT(seen(), Not(HasSubstr("fallback")));
}

constexpr char kDegraded[] =
    R"("degraded":{"requested":"file_path","delivered":"base64",)"
    R"("reason":"storage_failed","errno":"ENOSPC","message":"disk full"})";

TEST(ClientLesserModesTest, ADegradedFileIsThePictureItselfAndSaysWhy) {
  const ScriptedServer server(AnsweringResult(
      R"({"image":{"data":"aGVsbG8="},"render":{"cached":false},)" +
      std::string(kDegraded) + "}"));

  const auto render = Connect(server)->RenderToFile({});

  ASSERT_TRUE(render) << render.error().message();
  EXPECT_TRUE(render->path.empty());
  ASSERT_TRUE(render->degraded);
  EXPECT_EQ(render->degraded->requested, "file_path");
  EXPECT_EQ(render->degraded->delivered, "base64");
  EXPECT_EQ(render->degraded->reason, "storage_failed");
  EXPECT_EQ(render->degraded->error_name, "ENOSPC");
  EXPECT_EQ(render->degraded->message, "disk full");
  const auto expected = std::as_bytes(std::span("hello", 5));
  EXPECT_TRUE(std::ranges::equal(render->picture, expected));
}

TEST(ClientLesserModesTest, ADegradedFileWithoutAPictureIsDataLoss) {
  for (const std::string image : {R"("image":{"data":"?"},)", R"("image":{},)",
                                  "", R"("image":{"data":""},)"}) {
    const ScriptedServer server(AnsweringResult("{" + image + kDegraded + "}"));

    EXPECT_EQ(CodeOf(Connect(server)->RenderToFile({})), StatusCode::kDataLoss)
        << image;
  }
}

TEST(ClientLesserModesTest, TheKeyOfAnEncryptedRenderIsRead) {
  const std::string key(64, 'a');
  const ScriptedServer server(AnsweringResult(
      R"({"file":{"path":"/r/x.enc"},"render":{"id":"00000000000000ff"},)"
      R"("encryption":{"algorithm":"aes-256-gcm","key":")" +
      key + R"(","nonce":"000102030405060708090a0b","format":"png"}})"));

  const auto render = Connect(server)->RenderToFile({.encrypt = true});

  ASSERT_TRUE(render) << render.error().message();
  ASSERT_TRUE(render->encryption);
  EXPECT_EQ(FormatSecretBytes(render->encryption->secret.key), key);
  EXPECT_EQ(render->encryption->inner_format, RenderFormat::kPng);
}

// An older daemon, or one that lies, leaves the option alone.
TEST(ClientLesserModesTest, ARenderInTheClearIsNotTakenForAnEncryptedOne) {
  for (const std::string encryption :
       {"", R"(,"encryption":{"key":"12","nonce":"34","format":"png"})",
        R"(,"encryption":7)"}) {
    const ScriptedServer server(AnsweringResult(
        R"({"file":{"path":"/r/x.enc"},"render":{"id":"00000000000000ff"})" +
        encryption + "}"));

    EXPECT_EQ(CodeOf(Connect(server)->RenderToFile({.encrypt = true})),
              StatusCode::kDataLoss)
        << encryption;
  }
}

TEST(ClientLesserModesTest, ProgressIsReportedBeforeTheReply) {
  const ScriptedServer server(Answering([](const std::string& request) {
    EXPECT_THAT(request, HasSubstr(R"("progress":true)"));
    const std::string note =
        R"({"jsonrpc":"2.0","method":"goxel.render_progress","params":)";
    return note + R"({"id":"00000000000000ff","rows_ready":128,"rows":300}})" +
           "\n" + note + R"({"rows_ready":"x"}})" + "\n" + note +
           R"({"rows_ready":300,"rows":300}})" + "\n" +
           R"({"result":{"render":{"id":"00000000000000ff"},)"
           R"("file":{"path":"/r/x.png"}},"id":1})"
           "\n";
  }));
  std::vector<ProgressReport> reports;
  RenderRequest request;
  request.on_progress = [&](const ProgressReport& report) {
    reports.push_back(report);
  };

  ASSERT_TRUE(Connect(server)->RenderToFile(request));

  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[0].id, 0xffu);
  EXPECT_EQ(reports[0].rows_ready, 128u);
  EXPECT_EQ(reports[0].rows, 300u);
  EXPECT_EQ(reports[1].id, 0u);
  EXPECT_EQ(reports[1].rows_ready, 300u);
}

}  // namespace
}  // namespace goxel
