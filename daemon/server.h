// Serves JSON-RPC 2.0 over a Unix stream socket: one event loop, one thread.
//
// The server owns the listening socket and every connection. It knows framing
// (json_framer.h) and JSON-RPC (json_rpc.h), and nothing of rendering: a
// request goes to the RequestHandler, and its result comes back through the
// Responder from whichever thread finished the work (rpc.h).
//
// Requests of one connection are handled one after the other, those of
// different connections side by side. A client may write any number of requests
// before it reads: replies wait for it up to a limit, then its further requests
// wait in the socket.
//
// Only processes of the daemon's own user, and root, are served; the socket
// file has mode 0600.

#ifndef DAEMON_SERVER_H_
#define DAEMON_SERVER_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "daemon/listener.h"
#include "daemon/pending_limits.h"
#include "daemon/rpc.h"
#include "daemon/wire_protocol.h"
#include "ipc/status.h"

namespace goxel {

struct ServerOptions {
  std::string socket_path = {};  // Created at Listen(), removed at the stop.
  std::size_t max_connections = 1024;  // Further ones are told so and closed.
  std::size_t max_request_bytes = std::size_t{64} << 20;
  std::size_t max_nesting = 64;
  PendingLimits pending = {};  // Of each connection.
  WireProtocol protocol = WireProtocol::kAuto;
  // How long Run() waits, once stopped, for replies still owed.
  std::chrono::milliseconds drain_time{800};
  // SIGTERM and SIGINT act like Stop() from Listen() to the Server's end.
  bool stop_on_signals = false;
  // Called on the server's thread for SIGHUP and SIGUSR1, which do nothing else
  // while stop_on_signals is set. May be empty.
  std::function<void(int signal)> on_signal = {};
  // Called once on the server's thread when the stop begins, so that the owner
  // can give up what is queued. May be empty.
  std::function<void()> on_stop = {};
  // Called on the server's thread this often while Run() serves: when it stays
  // away, so do replies. 0: never.
  std::chrono::microseconds pulse_interval{0};
  std::function<void()> on_pulse = {};
};

class Server {
 public:
  // Binds and listens; clients can connect from here on and are served by
  // Run(). A socket file left by a dead daemon is replaced.
  //
  // kFailedPrecondition when a live daemon listens on the path (the message and
  // the detail "pid" name it) or when something else than a socket is there;
  // kInvalidArgument when the path is empty or too long for a socket address;
  // kNotFound when its directory does not exist.
  static Result<std::unique_ptr<Server>> Listen(ServerOptions options,
                                                RequestHandler handler);

  // As Listen(), on a socket that listens already; socket_path is not used.
  static Result<std::unique_ptr<Server>> ServeOn(Listener listener,
                                                 ServerOptions options,
                                                 RequestHandler handler);

  // Closes every connection. Responders may outlive the Server: they then do
  // nothing.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Serves until Stop(). Returns OK after an orderly stop: no new connections
  // and no new requests, and every reply already owed was written, or its
  // client has left, or drain_time is over; what is unanswered then gets the
  // error `unavailable`.
  // REQUIRES: called once.
  Status Run();

  // For connections to come. Thread safe.
  void SetMaxConnections(std::size_t count);

  // Makes Run() return. Async-signal-safe and thread safe; further calls do
  // nothing, and a call before Run() makes it return at once.
  void Stop();

 private:
  class Loop;
  explicit Server(std::unique_ptr<Loop> loop);
  std::unique_ptr<Loop> loop_;
};

}  // namespace goxel

#endif  // DAEMON_SERVER_H_
