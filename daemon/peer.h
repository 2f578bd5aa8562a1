// The client at the other end of one connection, as the methods see it: who it
// is, a way to tell it something before its reply, and word of its leaving.
// Shared by the server and by requests in flight.
//
// Thread safety: all functions may be called from any thread, Connect() and
// Leave() from the server's only.

#ifndef DAEMON_PEER_H_
#define DAEMON_PEER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace goxel {

class Peer {
 public:
  // More notifications that the server has not yet taken push out the oldest.
  static constexpr std::size_t kMaxNotifications = 64;

  // Sends a JSON-RPC notification. It arrives before any reply that is given
  // later, and never within a reply. Notifications are lossy: they are dropped
  // when the client has left, when it does not read what it was sent, and while
  // the reply of a batch is under way.
  // REQUIRES: `method` needs no escaping in JSON, `params_json` is an array or
  // an object on one line.
  void Notify(std::string_view method, std::string_view params_json);

  // Runs `callback` once when the client has left: at once when it has, else on
  // the server's thread, where it must not block.
  void WhenGone(std::function<void()> callback);

  // The server's side. `wake` is called, on any thread and maybe after Leave(),
  // when there are notifications to take.
  void Connect(std::function<void()> wake);
  // Lines, each with its end.
  std::vector<std::string> TakeNotifications();
  // The client has left. Further calls do nothing.
  void Leave();

  // Who it is: set by the server before anybody else sees the peer.
  std::uint32_t session = 0;  // 24 random bits; part of render file names.
  std::uint32_t uid = 0;
  std::int32_t pid = 0;
  // True once the client has left.
  std::atomic<bool> gone = false;

 private:
  std::mutex mutex_;
  bool left_ = false;
  std::function<void()> wake_;
  std::vector<std::string> notifications_;
  std::vector<std::function<void()>> when_gone_;
};

}  // namespace goxel

#endif  // DAEMON_PEER_H_
