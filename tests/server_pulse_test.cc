// The pulse of the server, by which a service manager sees that it is alive.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include "tests/socket_client.h"
#include "tests/test_server.h"

namespace goxel {
namespace {

constexpr auto kBeat = std::chrono::milliseconds(1);

TEST(ServerPulse, BeatsWhileTheServerServes) {
  std::atomic<int> beats = 0;
  const TestServer server(
      {.pulse_interval = kBeat, .on_pulse = [&] { ++beats; }});

  EXPECT_TRUE(Eventually([&] { return beats > 10; }));
}

TEST(ServerPulse, StopsWhenTheThreadThatServesIsStuck) {
  std::atomic<int> beats = 0;
  std::promise<void> stuck;
  std::promise<void> go_on;
  TestServer server({.pulse_interval = kBeat, .on_pulse = [&] { ++beats; }},
                    [&](const RpcRequest&, const Responder& respond) {
                      stuck.set_value();
                      go_on.get_future().wait();
                      respond(RpcReply{"1", nullptr, 0, {}});
                    });
  SocketClient client(server.path());
  ASSERT_TRUE(client.Send(Request("anything")));
  stuck.get_future().wait();
  const int before = beats;

  std::this_thread::sleep_for(100 * kBeat);

  EXPECT_EQ(beats, before);
  go_on.set_value();
  EXPECT_THAT(client.ReadLine(), testing::HasSubstr("\"result\":1"));
  EXPECT_TRUE(Eventually([&] { return beats > before; }));
}

}  // namespace
}  // namespace goxel
