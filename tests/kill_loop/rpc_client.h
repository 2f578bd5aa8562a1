// A client of a kill loop that orders renders from the daemon: planes of a
// random colour, in every return mode.

#ifndef TESTS_KILL_LOOP_RPC_CLIENT_H_
#define TESTS_KILL_LOOP_RPC_CLIENT_H_

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/daemon_process.h"
#include "tests/kill_loop/index_reader.h"
#include "tests/kill_loop/ledger.h"
#include "tests/socket_client.h"

namespace goxel {

class RpcClient {
 public:
  // `reader` chooses at random, and maps what was ordered.
  RpcClient(std::filesystem::path directory, std::string socket,
            IndexReader& reader, Ledger& ledger);

  // Does one thing, chosen at random. What the daemon refuses is counted; that
  // it dies in the middle is expected.
  void Step();

 private:
  struct Order {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t color = 0;
    std::int64_t ttl_s = 0;
    std::string mode;
  };

  bool Connect();
  Order MakeOrder();
  void Render();
  void CheckMapping(const Order& order, const JsonReply& reply, RenderId id);
  void CheckDescriptor(const Order& order);
  void CheckFile(const JsonReply& reply);
  void ChangeOne();

  const std::filesystem::path directory_;
  const std::string socket_;
  IndexReader& reader_;
  Ledger& ledger_;
  std::unique_ptr<SocketClient> client_;
  std::vector<RenderId> ordered_;
};

}  // namespace goxel

#endif  // TESTS_KILL_LOOP_RPC_CLIENT_H_
