// Lists of many renders.

#include <gtest/gtest.h>

#include <array>
#include <ctime>
#include <fstream>
#include <string>
#include <thread>

#include "ipc/pam_header.h"
#include "tests/e2e/daemon_process.h"

namespace goxel {
namespace {

constexpr int kRenders = 20'000;

// The files of as many renders of one pixel as a daemon would leave behind.
void MakeRenderFiles(const std::filesystem::path& directory, int count) {
  std::filesystem::create_directories(directory);
  for (int i = 1; i <= count; ++i) {
    const RenderRecord record{.id = static_cast<RenderId>(i),
                              .created_unix_s = std::time(nullptr),
                              .ttl_s = 3600,
                              .width = 1,
                              .height = 1};
    std::array<std::byte, kPamHeaderBytes + 4> bytes{};
    WritePamHeader(record, std::span(bytes).first<kPamHeaderBytes>());
    const auto path = directory / RenderFileName(record);
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    std::filesystem::permissions(path, std::filesystem::perms::owner_read |
                                           std::filesystem::perms::owner_write);
  }
}

std::uint64_t PeakKilobytes(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6));
  }
  return 0;
}

// From here on the peak is counted anew. False where the kernel cannot.
bool ForgetPeak(pid_t pid) {
  std::ofstream refs("/proc/" + std::to_string(pid) + "/clear_refs");
  refs << 5 << std::flush;
  return refs.good();
}

// Takes a line in small pieces with pauses.
std::string ReadSlowly(SocketClient& client) {
  std::string line;
  std::array<char, 65536> piece;
  while (line.empty() || line.back() != '\n') {
    const auto got = ::recv(client.fd(), piece.data(), piece.size(), 0);
    if (got <= 0) break;
    line.append(piece.data(), static_cast<std::size_t>(got));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return line;
}

class ListingTest : public testing::Test {
 protected:
  void Start(int renders) {
    MakeRenderFiles(home_.renders(), renders);
    daemon_ = std::make_unique<DaemonProcess>(
        home_, std::vector<std::string>{"--max-renders", "65536"});
    ASSERT_TRUE(daemon_->AwaitReady());
    client_ = std::make_unique<SocketClient>(home_.socket());
  }

  DaemonHome home_;
  std::unique_ptr<DaemonProcess> daemon_;
  std::unique_ptr<SocketClient> client_;
};

TEST_F(ListingTest, TwentyThousandRendersAreListedInLittleMemory) {
  Start(kRenders);
  SocketClient other(home_.socket());
  // A picture that is no render of the store, so that the renderer is there.
  Call(other, "goxel.render_scene", R"({"width":16,"height":16})");
  if (!ForgetPeak(daemon_->pid())) {
    GTEST_SKIP() << "this kernel does not forget the peak of a process";
  }
  const std::uint64_t before = PeakKilobytes(daemon_->pid());
  ASSERT_TRUE(client_->Send("{\"id\":1,\"method\":\"goxel.list_renders\"}\n"));
  // Nobody waits for a client that reads slowly.
  EXPECT_TRUE(Call(other, "ping").Has("/result/pong"));

  const JsonReply list(ReadSlowly(*client_));

  EXPECT_EQ(list.Number("/result/count"), kRenders);
  EXPECT_EQ(list.Number("/result/total_size"), kRenders * 4100.0);
  EXPECT_GT(list.text().size(), std::size_t{6'000'000});
  EXPECT_TRUE(list.Has("/result/renders/" + std::to_string(kRenders - 1)));
  const std::uint64_t growth = PeakKilobytes(daemon_->pid()) - before;
  RecordProperty("growth_kb", std::to_string(growth));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(growth, 3u * 1024);
#endif
}

TEST_F(ListingTest, PagesMakeUpTheWhole) {
  Start(250);
  const JsonReply whole = Call(*client_, "goxel.list_renders");
  ASSERT_EQ(whole.Number("/result/count"), 250);
  EXPECT_FALSE(whole.Has("/result/next"));

  int seen = 0;
  std::string from = "0";
  do {
    const JsonReply page = Call(*client_, "goxel.list_renders",
                                R"({"limit":120,"from":)" + from + "}");
    const int count = static_cast<int>(page.Number("/result/count"));
    ASSERT_GT(count, 0) << page.text();
    ASSERT_LE(count, 120);
    for (int i = 0; i < count; ++i, ++seen) {
      EXPECT_EQ(page.Text("/result/renders/" + std::to_string(i) + "/id"),
                whole.Text("/result/renders/" + std::to_string(seen) + "/id"));
    }
    from = page.At("/result/next");
  } while (from != "0");

  EXPECT_EQ(seen, 250);
}

TEST_F(ListingTest, RangesThatMakeNoSenseAreRefused) {
  Start(0);
  for (const char* params :
       {R"({"limit":0})", R"({"from":-1})", R"({"limit":"all"})"}) {
    EXPECT_EQ(
        Call(*client_, "goxel.list_renders", params).Text("/error/data/reason"),
        "invalid_argument")
        << params;
  }
}

}  // namespace
}  // namespace goxel
