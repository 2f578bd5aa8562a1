// Encrypted renders from the request to the picture, with the real daemon, the
// client library and goxelctl.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "clients/cpp/client.h"
#include "clients/cpp/decryption.h"
#include "clients/cpp/render_catalog.h"
#include "tests/decoded_png.h"
#include "tests/e2e/daemon_process.h"

namespace goxel {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

std::string ReadText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string BytesOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The exit status and the standard output of a shell command.
struct ShellResult {
  int status = -1;
  std::string output;
};
ShellResult RunShell(const std::string& command) {
  ShellResult result;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return result;
  std::array<char, 4096> buffer;
  while (const std::size_t n = ::fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.output.append(buffer.data(), n);
  }
  const int status = ::pclose(pipe);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

class EncryptedRenderTest : public testing::Test {
 protected:
  EncryptedRenderTest() : daemon_(home_), ready_(daemon_.AwaitReady()) {
    auto client = Client::Connect({.socket_path = home_.socket()});
    EXPECT_TRUE(client) << client.error().message();
    client_ = *std::move(client);
    EXPECT_TRUE(client_->LoadProject("builtin:demo").ok());
  }

  static RenderRequest Request(bool encrypt = true) {
    RenderRequest request;
    request.width = 96;
    request.height = 64;
    request.encrypt = encrypt;
    return request;
  }

  FileRender Render(const RenderRequest& request = Request()) {
    auto render = client_->RenderToFile(request);
    EXPECT_TRUE(render) << render.error().message();
    return render ? *std::move(render) : FileRender{};
  }

  std::string Goxelctl(const std::string& arguments) const {
    return std::string(GOXELCTL_BINARY) + " --socket " + home_.socket() + " " +
           arguments + " 2>" + (home_.path() / "stderr").string();
  }
  std::string Complaint() const { return ReadText(home_.path() / "stderr"); }

  DaemonHome home_;
  DaemonProcess daemon_;
  bool ready_;
  std::unique_ptr<Client> client_;
};

TEST_F(EncryptedRenderTest, DecryptsToThePictureThatOthersSeeInTheClear) {
  const FileRender plain = Render(Request(/*encrypt=*/false));
  const FileRender encrypted = Render();

  ASSERT_TRUE(encrypted.encryption);
  EXPECT_EQ(encrypted.path.extension(), ".enc");
  EXPECT_EQ(std::filesystem::file_size(encrypted.path), encrypted.size_bytes);
  const auto picture =
      DecryptRender(encrypted.path, encrypted.encryption->secret);
  ASSERT_TRUE(picture) << picture.error().message();
  EXPECT_EQ(picture->id, encrypted.id);
  EXPECT_EQ(picture->format, RenderFormat::kPng);
  const std::string plain_file = ReadText(plain.path);
  EXPECT_EQ(DecodePng(picture->bytes).pixels,
            DecodePng(std::as_bytes(std::span(plain_file))).pixels);
}

TEST_F(EncryptedRenderTest, EveryFileFormatCanBeEncrypted) {
  for (const auto& [format, magic] :
       {std::pair{"pam", "P7\n"}, std::pair{"ppm", "P6\n"},
        std::pair{"png", "\x89PNG"}}) {
    RenderRequest request = Request();
    request.format = format;

    const FileRender render = Render(request);

    ASSERT_TRUE(render.encryption) << format;
    const auto picture = DecryptRender(render.path, render.encryption->secret);
    ASSERT_TRUE(picture) << picture.error().message();
    EXPECT_THAT(BytesOf(picture->bytes), StartsWith(magic));
    EXPECT_EQ(ToString(picture->format), format);
  }
}

// Neither the key nor the picture stands anywhere but in the one reply.
TEST_F(EncryptedRenderTest, NoFileAndNoLogHoldsTheKey) {
  const FileRender render = Render();
  ASSERT_TRUE(render.encryption);
  const RenderSecret& secret = render.encryption->secret;
  SocketClient socket(home_.socket());
  const std::string id = FormatRenderId(render.id);
  const std::string said =
      Call(socket, "goxel.get_render_info", R"({"id":")" + id + "\"}").text() +
      Call(socket, "goxel.list_renders").text();

  std::vector<std::string> places = {said};
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(home_.path())) {
    if (entry.is_regular_file()) places.push_back(ReadText(entry.path()));
  }
  EXPECT_THAT(places, SizeIs(testing::Ge(4u)));  // Also index, log and render.
  for (const std::string& place : places) {
    EXPECT_THAT(place, Not(HasSubstr(FormatSecretBytes(secret.key))));
    EXPECT_THAT(place, Not(HasSubstr(FormatSecretBytes(secret.nonce))));
    EXPECT_THAT(place, Not(HasSubstr(BytesOf(secret.key))));
    EXPECT_THAT(place, Not(HasSubstr(BytesOf(secret.nonce))));
    EXPECT_THAT(place, Not(HasSubstr("IHDR")));
    EXPECT_THAT(place, Not(HasSubstr("azimuth")));
  }
}

TEST_F(EncryptedRenderTest, IsSharedWithNobody) {
  const FileRender first = Render();
  const FileRender second = Render();
  const FileRender plain = Render(Request(/*encrypt=*/false));

  EXPECT_NE(first.id, second.id);
  EXPECT_FALSE(second.cached);
  EXPECT_NE(first.encryption->secret.key, second.encryption->secret.key);
  EXPECT_FALSE(plain.cached);
  EXPECT_EQ(plain.path.extension(), ".png");
  const auto catalog = RenderCatalog::Open(home_.renders());
  ASSERT_TRUE(catalog) << catalog.error().message();
  const auto info = (*catalog)->Find(first.id);
  ASSERT_TRUE(info);
  EXPECT_TRUE(info->key.empty());
  EXPECT_EQ(info->flags, kRenderEncrypted);
}

TEST_F(EncryptedRenderTest, OutlivesTheDaemonThatMadeIt) {
  const FileRender render = Render();
  daemon_.Kill();
  DaemonProcess next(home_);
  ASSERT_TRUE(next.AwaitReady());

  const auto catalog = RenderCatalog::Open(home_.renders());
  ASSERT_TRUE(catalog) << catalog.error().message();
  const auto info = (*catalog)->Find(render.id);
  ASSERT_TRUE(info) << info.error().message();
  EXPECT_EQ(info->format, RenderFormat::kEnc);
  EXPECT_EQ(info->flags, kRenderEncrypted);
  EXPECT_TRUE(DecryptRender(render.path, render.encryption->secret));
}

TEST_F(EncryptedRenderTest, TheChecksumIsThatOfTheFile) {
  const FileRender render = Render();

  const ShellResult sum = RunShell("sha256sum " + render.path.string());

  EXPECT_EQ(render.checksum, "sha256:" + sum.output.substr(0, 64));
}

TEST_F(EncryptedRenderTest, OtherModesRefuseToEncrypt) {
  SocketClient socket(home_.socket());
  for (const std::string mode : {"mmap", "fd", "base64"}) {
    const JsonReply reply =
        Call(socket, "goxel.render_scene",
             R"({"options":{"encrypt":true,"return_mode":")" + mode + "\"}}");

    EXPECT_EQ(reply.Number("/error/code"), -32602) << reply.text();
    EXPECT_THAT(reply.Text("/error/message"), HasSubstr("file_path"));
  }
}

TEST_F(EncryptedRenderTest, GoxelctlDecryptsWhatItOrders) {
  const std::string output = home_.path() / "out.png";

  const ShellResult done = RunShell(
      Goxelctl("render builtin:demo --size 64x64 --encrypt -o " + output));

  ASSERT_EQ(done.status, 0) << Complaint();
  EXPECT_THAT(ReadText(output), StartsWith("\x89PNG"));
  struct stat status {};
  ASSERT_EQ(::stat(output.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(EncryptedRenderTest, GoxelctlDecryptsLaterWithAKeyFile) {
  const std::string key_file = home_.path() / "key";
  const std::string output = home_.path() / "out.png";
  ShellResult done = RunShell(Goxelctl(
      "render builtin:demo --size 64x64 --encrypt --key-file " + key_file));
  ASSERT_EQ(done.status, 0) << Complaint();
  const std::string path = done.output.substr(0, done.output.find('\n'));
  struct stat status {};
  ASSERT_EQ(::stat(key_file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);

  done = RunShell(Goxelctl("decrypt " + path + " --key-file " + key_file +
                           " -o " + output));

  EXPECT_EQ(done.status, 0) << Complaint();
  EXPECT_THAT(ReadText(output), StartsWith("\x89PNG"));
  ASSERT_EQ(::stat(output.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(EncryptedRenderTest, GoxelctlRefusesAWrongKeyAndWritesNothing) {
  const FileRender render = Render();
  const std::string output = home_.path() / "out.png";
  const std::string nonce = FormatSecretBytes(render.encryption->secret.nonce);
  const std::string file = "decrypt " + render.path.string() + " -o " + output;

  EXPECT_EQ(RunShell(Goxelctl(file + " --key " + std::string(64, '0') +
                              " --nonce " + nonce))
                .status,
            1);
  EXPECT_THAT(Complaint(), HasSubstr("another render"));
  EXPECT_EQ(RunShell(Goxelctl(file + " --key 12 --nonce " + nonce)).status, 2);
  EXPECT_THAT(Complaint(), HasSubstr("64 hex digits"));
  EXPECT_EQ(RunShell(Goxelctl(file)).status, 2);
  EXPECT_FALSE(std::filesystem::exists(output));
  EXPECT_EQ(RunShell(Goxelctl(file + " --nonce " + nonce + " --key " +
                              FormatSecretBytes(render.encryption->secret.key)))
                .status,
            0)
      << Complaint();
  EXPECT_THAT(ReadText(output), StartsWith("\x89PNG"));
}

}  // namespace
}  // namespace goxel
