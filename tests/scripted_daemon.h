// Clients of a ScriptedServer, and the scripts that most tests need.

#ifndef TESTS_SCRIPTED_DAEMON_H_
#define TESTS_SCRIPTED_DAEMON_H_

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "clients/cpp/client.h"
#include "tests/scripted_server.h"

namespace goxel {

inline std::unique_ptr<Client> Connect(
    const ScriptedServer& server,
    std::chrono::milliseconds timeout = std::chrono::milliseconds(20'000)) {
  auto client =
      Client::Connect({.socket_path = server.path(), .timeout = timeout});
  EXPECT_TRUE(client) << client.error().message();
  return *std::move(client);
}

// A server that answers each request with `answer(request)`, sent as is.
inline ScriptedServer::Script Answering(
    std::function<std::string(const std::string&)> answer) {
  return [answer](const ScriptedConnection& connection) {
    for (;;) {
      const std::string request = connection.ReadRequest();
      if (request.empty()) return;
      connection.Write(answer(request));
    }
  };
}

// As above, with a fixed result.
inline ScriptedServer::Script AnsweringResult(std::string result) {
  return [result](const ScriptedConnection& connection) {
    for (;;) {
      const std::string request = connection.ReadRequest();
      if (request.empty()) return;
      connection.Reply(request, result);
    }
  };
}

}  // namespace goxel

#endif  // TESTS_SCRIPTED_DAEMON_H_
