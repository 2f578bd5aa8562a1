// Sends the samples of compat_samples.h in every way in which clients send
// them: over one connection or one each, whole, in pieces or all at once.

#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tests/e2e/compat_samples.h"
#include "tests/e2e/daemon_process.h"
#include "tests/e2e/json_pattern.h"

namespace goxel {

void PrintTo(const CompatGroup& group, std::ostream* out) {
  *out << group.name;
}

namespace {

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

class CompatTest : public testing::TestWithParam<CompatGroup> {
 protected:
  CompatTest() : daemon_(home_) {
    std::filesystem::create_directory(home_.path() / "example");
    for (const CompatSample& sample : GetParam().samples) {
      const std::string id = std::to_string(samples_.size() + 1);
      samples_.push_back(
          {Filled(sample.request, id), Filled(sample.reply, id)});
    }
  }

  void SetUp() override { ASSERT_TRUE(daemon_.AwaitReady()) << home_.Log(); }

  SocketClient Connect() const { return SocketClient(home_.socket()); }

  // Reads the reply that `sample` is owed.
  static void ExpectReply(SocketClient& client, const CompatSample& sample) {
    if (sample.reply.empty()) return;
    const std::string reply = client.ReadLine();
    EXPECT_EQ(Mismatch(sample.reply, reply), "") << sample.request << "\n"
                                                 << reply;
  }

  // Reads to the end of the stream.
  static void ExpectNothingElse(SocketClient& client) {
    client.EndWriting();
    EXPECT_EQ(client.ReadAll(), "");
  }

  // Sends the samples one by one through `send`.
  template <typename Send>
  void Exchange(const Send& send) const {
    SocketClient client = Connect();
    for (const CompatSample& sample : samples_) {
      send(client, sample.request + "\n");
      ExpectReply(client, sample);
    }
    ExpectNothingElse(client);
  }

  void ExchangeAtOnce(std::string_view between) const {
    std::string requests;
    for (const CompatSample& sample : samples_) {
      requests.append(sample.request).append(between);
    }
    SocketClient client = Connect();
    ASSERT_TRUE(client.Send(requests));
    for (const CompatSample& sample : samples_) ExpectReply(client, sample);
    ExpectNothingElse(client);
  }

  // As clients do that ask one thing and end their side.
  void ExchangeOverAConnectionEach() const {
    for (const CompatSample& sample : samples_) {
      SocketClient client = Connect();
      ASSERT_TRUE(client.Send(sample.request));
      client.EndWriting();
      ExpectReply(client, sample);
      EXPECT_EQ(client.ReadAll(), "") << sample.request;
    }
  }

  DaemonHome home_;
  DaemonProcess daemon_;
  std::vector<CompatSample> samples_;

 private:
  std::string Filled(std::string text, std::string_view id) const {
    ReplaceAll(text, "\"#\"", id);
    ReplaceAll(text, "/tmp/example", (home_.path() / "example").string());
    return text;
  }
};

TEST_P(CompatTest, OneConnectionIsAnsweredAsExpected) {
  Exchange([](SocketClient& client, std::string_view request) {
    client.Send(request);
  });
}

TEST_P(CompatTest, AConnectionPerRequestIsAnsweredAsExpected) {
  ExchangeOverAConnectionEach();
}

TEST_P(CompatTest, RequestsSentByteByByteAreAnsweredAsExpected) {
  Exchange([](SocketClient& client, std::string_view request) {
    for (const char& byte : request) client.Send({&byte, 1});
  });
}

TEST_P(CompatTest, RequestsCutAnywhereAreAnsweredAsExpected) {
  std::size_t place = 0;
  Exchange([&](SocketClient& client, std::string_view request) {
    const std::size_t cut = (place += 7) % request.size();
    client.Send(request.substr(0, cut));
    std::this_thread::yield();
    client.Send(request.substr(cut));
  });
}

TEST_P(CompatTest, LinesInOneWriteAreAnsweredAsExpected) {
  ExchangeAtOnce("\n");
}

TEST_P(CompatTest, RequestsWithNothingBetweenAreAnsweredAsExpected) {
  ExchangeAtOnce(GetParam().needs_lines ? "\r\n" : "");
}

std::vector<CompatGroup> AllGroups() {
  std::vector<CompatGroup> all;
  for (auto* part :
       {EnvelopeSamples, VoxelSamples, SceneSamples, RenderSamples}) {
    for (CompatGroup& group : part()) all.push_back(std::move(group));
  }
  return all;
}

std::string NameOf(const testing::TestParamInfo<CompatGroup>& group) {
  return group.param.name;
}

INSTANTIATE_TEST_SUITE_P(All, CompatTest, testing::ValuesIn(AllGroups()),
                         NameOf);

class IndependentCompatTest : public CompatTest {};

TEST_P(IndependentCompatTest, ManyClientsAtOnceAreAnsweredAsExpected) {
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([this, i] {
      i % 2 == 0 ? ExchangeAtOnce("\n") : ExchangeOverAConnectionEach();
    });
  }
  for (std::thread& client : clients) client.join();
}

std::vector<CompatGroup> IndependentGroups() {
  std::vector<CompatGroup> groups = AllGroups();
  std::erase_if(groups, [](const auto& group) { return !group.independent; });
  return groups;
}

INSTANTIATE_TEST_SUITE_P(All, IndependentCompatTest,
                         testing::ValuesIn(IndependentGroups()), NameOf);

}  // namespace
}  // namespace goxel
