// What clients of the real daemon get while its disk is full, its directory is
// gone or locked, or its descriptors are used up; and that all is well again
// afterwards.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "clients/cpp/client.h"
#include "ipc/unique_fd.h"
#include "tests/decoded_png.h"
#include "tests/e2e/daemon_process.h"

namespace goxel {
namespace {

using testing::HasSubstr;

// A tmpfs of its own for the render directory, seen by this process and the
// daemons that it starts, and by nobody else.
class TinyDisk {
 public:
  TinyDisk(std::filesystem::path path, const std::string& size)
      : path_(std::move(path)) {
    std::filesystem::create_directories(path_);
    mounted_ =
        ::unshare(CLONE_NEWNS) == 0 &&
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
        Mount(0, size);
  }
  ~TinyDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  TinyDisk(const TinyDisk&) = delete;
  TinyDisk& operator=(const TinyDisk&) = delete;

  bool mounted() const { return mounted_; }
  bool Resize(const std::string& size) const { return Mount(MS_REMOUNT, size); }

 private:
  bool Mount(unsigned long flags, const std::string& size) const {
    const std::string options = "mode=0755,size=" + size;
    return ::mount("goxel-test", path_.c_str(), "tmpfs", flags,
                   options.c_str()) == 0;
  }

  const std::filesystem::path path_;
  bool mounted_ = false;
};

// Whether the directory may be changed; false when the file system cannot tell.
bool SetImmutable(const std::filesystem::path& directory, bool immutable) {
  const UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY));
  int flags = 0;
  if (::ioctl(fd.get(), FS_IOC_GETFLAGS, &flags) != 0) return false;
  flags = immutable ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
  return ::ioctl(fd.get(), FS_IOC_SETFLAGS, &flags) == 0;
}

std::string Params(const std::string& mode, const std::string& more = "") {
  return R"({"width":512,"height":512,"options":{"cache":"off",)"
         R"("return_mode":")" +
         mode + "\"" + more + "}}";
}

class DaemonDegradationTest : public testing::Test {
 protected:
  void Start(const std::vector<std::string>& flags = {}) {
    daemon_.emplace(home_, flags);
    ASSERT_TRUE(daemon_->AwaitReady());
    client_.emplace(home_.socket());
    Call(*client_, "goxel.create_project");
  }

  JsonReply Render(const std::string& params) {
    return Call(*client_, "goxel.render_scene", params);
  }

  static void ExpectDegraded(const JsonReply& reply, const std::string& mode,
                             const std::string& delivered,
                             const std::string& error) {
    EXPECT_EQ(reply.Text("/result/degraded/requested"), mode) << reply.text();
    EXPECT_EQ(reply.Text("/result/degraded/delivered"), delivered);
    EXPECT_EQ(reply.Text("/result/degraded/reason"), "storage_failed");
    EXPECT_EQ(reply.Text("/result/degraded/errno"), error);
    EXPECT_FALSE(reply.Text("/result/degraded/message").empty());
    EXPECT_FALSE(reply.Has("/result/file/path"));
  }

  static void ExpectFile(const JsonReply& reply) {
    EXPECT_FALSE(reply.Has("/result/degraded")) << reply.text();
    EXPECT_TRUE(std::filesystem::exists(reply.Text("/result/file/path")))
        << reply.text();
  }

  // The daemon opens a lost directory again once a second at most.
  JsonReply RenderUntilFile() {
    for (int tries = 0; tries < 100; ++tries) {
      JsonReply reply = Render(Params("mmap"));
      if (!reply.Has("/result/degraded")) return reply;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return Render(Params("mmap"));
  }

  double Stat(const std::string& name) {
    return Call(*client_, "goxel.get_render_stats")
        .Number("/result/stats/" + name);
  }

  // No name of a render, whole or half, and no byte set aside for one.
  void ExpectNothingLeft() {
    for (const auto& entry :
         std::filesystem::directory_iterator(home_.renders())) {
      const std::string name = entry.path().filename();
      EXPECT_FALSE(name.starts_with("render_") || name.starts_with("."))
          << name;
    }
    EXPECT_EQ(Stat("active_renders"), 0);
    EXPECT_EQ(Stat("current_cache_size"), 0);
  }

  DaemonHome home_;
  std::optional<DaemonProcess> daemon_;
  std::optional<SocketClient> client_;
};

TEST_F(DaemonDegradationTest, AFullDiskGivesTextAndFilesAgainWhenThereIsRoom) {
  const TinyDisk disk(home_.renders(), "512k");
  if (!disk.mounted()) GTEST_SKIP() << "may not mount a tmpfs here";
  Start();

  // The first finds no room for its frame, the second runs out while it writes.
  const JsonReply mapped = Render(Params("mmap"));
  const JsonReply written = Render(Params("file_path", R"(,"format":"ppm")"));

  for (const auto* reply : {&mapped, &written}) {
    ExpectDegraded(*reply, reply == &mapped ? "mmap" : "file_path", "base64",
                   "ENOSPC");
    EXPECT_EQ(reply->Text("/result/image/format"), "png");
    EXPECT_THAT(reply->Text("/result/image/data"),
                testing::StartsWith("iVBORw0KGgo"));
  }
  ExpectNothingLeft();
  EXPECT_EQ(Stat("counters/degraded"), 2);
  EXPECT_GE(Stat("counters/no_space"), 2);

  ASSERT_TRUE(disk.Resize("16m"));
  ExpectFile(Render(Params("mmap")));
  ExpectFile(Render(Params("file_path")));
  daemon_.reset();
}

TEST_F(DaemonDegradationTest, DescriptorClientsGetASealedMemfd) {
  const TinyDisk disk(home_.renders(), "512k");
  if (!disk.mounted()) GTEST_SKIP() << "may not mount a tmpfs here";
  Start();

  const JsonReply reply =
      Render(Params("mmap", R"(,"fallback":["fd","base64"])"));

  ExpectDegraded(reply, "mmap", "fd", "ENOSPC");
  const UniqueFd fd = client_->TakeDescriptor();
  EXPECT_EQ(::fcntl(fd.get(), F_GET_SEALS),
            F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
  EXPECT_EQ(reply.Number("/result/mapping/offset"), 4096);
  ExpectNothingLeft();
  daemon_.reset();
}

TEST_F(DaemonDegradationTest, WhoAcceptsNothingElseGetsAnErrorThatHelps) {
  const TinyDisk disk(home_.renders(), "512k");
  if (!disk.mounted()) GTEST_SKIP() << "may not mount a tmpfs here";
  Start();

  const JsonReply reply = Render(Params("mmap", R"(,"fallback":[])"));

  EXPECT_EQ(reply.Number("/error/code"), -32005) << reply.text();
  EXPECT_EQ(reply.Text("/error/data/reason"), "storage_failed");
  EXPECT_EQ(reply.Text("/error/data/errno"), "ENOSPC");
  EXPECT_EQ(reply.At("/error/data/degraded_modes"), R"(["fd","base64"])");
  EXPECT_THAT(reply.Text("/error/message"), HasSubstr("options.fallback"));
  ExpectNothingLeft();
  daemon_.reset();
}

TEST_F(DaemonDegradationTest, TheClientLibraryTakesWhatItCanUse) {
  const TinyDisk disk(home_.renders(), "512k");
  if (!disk.mounted()) GTEST_SKIP() << "may not mount a tmpfs here";
  Start();
  auto client = Client::Connect({.socket_path = home_.socket()});
  ASSERT_TRUE(client) << client.error().message();
  // Room for the encoded picture is asked for as it is written, so only what
  // fills the disk to the brim stops a small file.
  std::ofstream(home_.renders() / "brim") << std::string(600 * 1024, 'x');
  RenderRequest request;
  request.cache = "off";

  const auto mapped = (*client)->RenderMapped(request);
  const auto file = (*client)->RenderToFile(request);
  request.accept_degraded = false;
  const auto refused = (*client)->RenderMapped(request);

  ASSERT_TRUE(mapped) << mapped.error().message();
  ASSERT_TRUE(mapped->degraded);
  EXPECT_EQ(mapped->degraded->delivered, "fd");
  EXPECT_EQ(mapped->degraded->error_name, "ENOSPC");
  EXPECT_TRUE(mapped->path.empty());
  EXPECT_EQ(mapped->image.pixels().size(), 1024u * 1024 * 4);
  ASSERT_TRUE(file) << file.error().message();
  ASSERT_TRUE(file->degraded);
  EXPECT_TRUE(file->path.empty());
  const DecodedPng png = DecodePng(file->picture);
  EXPECT_EQ(png.error, "");
  EXPECT_EQ(png.pixels.size(), 1024u * 1024 * 4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), StatusCode::kStorageFailed);
  daemon_.reset();
}

TEST_F(DaemonDegradationTest, AFileInPlaceOfTheDirectoryIsSurvived) {
  Start();
  ExpectFile(Render(Params("mmap")));
  std::filesystem::remove_all(home_.renders());
  std::ofstream(home_.renders()) << "in the way";

  ExpectDegraded(Render(Params("mmap")), "mmap", "base64", "ENOENT");
  ExpectDegraded(Render(Params("file_path")), "file_path", "base64", "ENOENT");
  EXPECT_THAT(home_.Log(),
              testing::HasSubstr("a render for mmap went out as base64"));

  std::filesystem::remove(home_.renders());
  ExpectFile(RenderUntilFile());
}

TEST_F(DaemonDegradationTest, ARemovedDirectoryIsMadeAgain) {
  Start();
  ExpectFile(Render(Params("mmap")));

  std::filesystem::remove_all(home_.renders());

  ExpectFile(RenderUntilFile());
}

// A client keeps the directory open, and that one is elsewhere now.
TEST_F(DaemonDegradationTest, TheClientLibraryMapsFromTheDirectoryMadeAgain) {
  Start();
  auto client = Client::Connect({.socket_path = home_.socket()});
  ASSERT_TRUE(client) << client.error().message();
  const auto first = (*client)->RenderMapped({});
  ASSERT_TRUE(first) << first.error().message();
  std::filesystem::rename(home_.renders(), home_.path() / "moved");

  ExpectFile(RenderUntilFile());
  const auto drawn = (*client)->RenderMapped({});
  const auto again = (*client)->RenderMapped({});

  for (const auto* render : {&drawn, &again}) {
    ASSERT_TRUE(*render) << render->error().message();
    EXPECT_FALSE((*render)->degraded);
    EXPECT_TRUE(
        std::ranges::equal((*render)->image.pixels(), first->image.pixels()));
  }
  EXPECT_NE(drawn->id, first->id);
  EXPECT_TRUE(again->cached);
}

TEST_F(DaemonDegradationTest, ADirectoryThatMayNotBeChangedIsSurvived) {
  Start();
  if (!SetImmutable(home_.renders(), true)) {
    GTEST_SKIP() << "may not make a directory immutable here";
  }

  const JsonReply mapped = Render(Params("mmap"));
  const JsonReply written = Render(Params("file_path"));
  ASSERT_TRUE(SetImmutable(home_.renders(), false));

  ExpectDegraded(mapped, "mmap", "base64", "EPERM");
  ExpectDegraded(written, "file_path", "base64", "EPERM");
  ExpectNothingLeft();
  ExpectFile(Render(Params("mmap")));
}

TEST_F(DaemonDegradationTest, WithoutADescriptorThePictureStillComesAsText) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the undefined-behaviour sanitizer opens a pipe to look at a "
                  "vtable, and takes it for broken when there is none";
#endif
  Start();
  ExpectFile(Render(Params("mmap")));
  rlimit before{};
  ASSERT_EQ(::prlimit(daemon_->pid(), RLIMIT_NOFILE, nullptr, &before), 0);
  int open = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           "/proc/" + std::to_string(daemon_->pid()) + "/fd")) {
    open = std::max(open, std::stoi(entry.path().filename()));
  }
  // Sizes that no spare file and no idle frame fits.
  const auto params = [](int side, const std::string& mode,
                         const std::string& more) {
    return R"({"width":)" + std::to_string(side) + R"(,"height":700,)" +
           R"("options":{"cache":"off","return_mode":")" + mode + "\"" + more +
           "}}";
  };
  // Below what is open already: not one more.
  const rlimit none{3, before.rlim_max};
  ASSERT_EQ(::prlimit(daemon_->pid(), RLIMIT_NOFILE, &none, nullptr), 0);

  const JsonReply mapped = Render(params(1600, "mmap", ""));
  const JsonReply written =
      Render(params(2500, "file_path", R"(,"fallback":["fd","base64"])"));
  ASSERT_EQ(::prlimit(daemon_->pid(), RLIMIT_NOFILE, &before, nullptr), 0);

  ExpectDegraded(mapped, "mmap", "base64", "EMFILE");
  ExpectDegraded(written, "file_path", "base64", "EMFILE");
  EXPECT_GT(open, 3);
  ExpectFile(Render(params(3000, "mmap", "")));
}

TEST_F(DaemonDegradationTest, SwitchedOffFilesAreDegradedOrRefused) {
  Start({"--disable-file-transfer"});

  const JsonReply text = Render(Params("file_path"));
  const JsonReply refused = Render(Params("mmap", R"(,"fallback":[])"));

  EXPECT_EQ(text.Text("/result/degraded/reason"), "file_transfer_disabled");
  EXPECT_TRUE(text.Has("/result/image/data")) << text.text();
  EXPECT_EQ(refused.Number("/error/code"), -32007) << refused.text();
  EXPECT_EQ(refused.Text("/error/data/reason"), "file_transfer_disabled");
}

}  // namespace
}  // namespace goxel
