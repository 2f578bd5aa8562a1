#include <gmock/gmock.h>
#include <sys/resource.h>

#include <memory>
#include <string>
#include <vector>

#include "daemon/descriptor_limit.h"
#include "tests/socket_client.h"
#include "tests/test_server.h"

namespace goxel {
namespace {

using testing::HasSubstr;

TEST(ManyConnections, AThousandAreOpenAtOnceAndServed) {
  constexpr std::size_t kClients = 1000;
  // Both ends are in this process.
  if (AffordConnections(2 * kClients) < 2 * kClients) {
    GTEST_SKIP() << "the hard limit on open files is too low";
  }
  TestServer server;
  std::vector<std::unique_ptr<SocketClient>> clients;
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<SocketClient>(server.path()));
    ASSERT_TRUE(clients.back()->Send(
        Request("echo", ",\"params\":[" + std::to_string(i) + "],\"id\":1")));
  }

  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < kClients; ++i) {
      ASSERT_THAT(clients[i]->ReadLine(),
                  HasSubstr("[" + std::to_string(i) + "]"));
      ASSERT_TRUE(clients[i]->Send(
          Request("echo", ",\"params\":[" + std::to_string(i) + "],\"id\":1")));
    }
  }
}

TEST(ManyConnections, ThousandsOneAfterTheOtherLeaveNothingBehind) {
  TestServer server;
  const auto connect = [&](int times) {
    for (int i = 0; i < times; ++i) {
      SocketClient client(server.path());
      ASSERT_THAT(client.Call(Request("count")), HasSubstr("result"));
    }
  };
  connect(500);
  const std::size_t descriptors = OpenDescriptors();
  const std::size_t megabytes = ResidentMegabytes();

  connect(4500);

  EXPECT_EQ(server.methods().count, 5000);
  EXPECT_TRUE(Eventually([&] { return OpenDescriptors() <= descriptors; }));
  // Sanitizers keep what was freed.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LE(ResidentMegabytes(), megabytes + 4);
#else
  static_cast<void>(megabytes);
#endif
}

TEST(DescriptorLimit, AsManyConnectionsAreAffordedAsFilesMayBeOpen) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit low{64, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);

  EXPECT_EQ(AffordConnections(10), 10u);

  rlimit raised{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &raised), 0);
  EXPECT_EQ(raised.rlim_cur, before.rlim_max);
  if (before.rlim_max < 1'000'000'000) {
    EXPECT_EQ(AffordConnections(2'000'000'000),
              before.rlim_max - kReservedDescriptors);
  }
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace goxel
