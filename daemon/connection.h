// One client: its bytes in, its requests one after the other, its replies out.
//
// Life: Start() reads until the client has said all or has left. What was
// received is handled even when the client is gone by then; only the replies
// are dropped. The connection closes when nothing is owed any more.
//
// Thread safety: everything runs on the server's thread. Results come from
// other threads through the event loop.

#ifndef DAEMON_CONNECTION_H_
#define DAEMON_CONNECTION_H_

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/json_framer.h"
#include "daemon/json_rpc.h"
#include "daemon/pending_limits.h"
#include "daemon/reply_queue.h"
#include "daemon/rpc.h"
#include "daemon/wire_protocol.h"

namespace goxel {

// What the connections of one server share; it outlives them.
struct ConnectionContext {
  // Also held by requests in flight, which may end after the server.
  std::shared_ptr<boost::asio::io_context> io;
  FramingLimits limits;
  PendingLimits pending;
  RequestHandler handler;
  WireProtocol protocol = WireProtocol::kAuto;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;
  using Closed = std::function<void(const std::shared_ptr<Connection>&)>;

  // `closed` is called once, on the server's thread, when it is over.
  Connection(ConnectionContext* context, Socket socket,
             std::shared_ptr<Peer> peer, Closed closed);

  void Start();

  // Reads nothing more and closes when every request received is answered.
  void Drain();

  // Answers every request that is left with `unavailable`, sends what the
  // socket takes and closes.
  void Abandon();

  // Closes at once; nothing is answered.
  void Close();

 private:
  class Ticket;

  // A batch in work: its text, its requests and how many were started.
  struct Batch {
    MessageText text;
    std::vector<TextRange> requests;
    std::size_t started = 0;
    bool answered = false;  // A reply of it is in the queue.
  };

  void WatchForHangUp();
  void WaitToRead();
  void Read();
  void Pump();
  bool MayStart() const;
  bool StartNext();
  void StartMessage(std::string_view text);
  void StartBatch(const MessageText& message);
  bool ContinueBatch();
  void StartRequest(const MessageText& message);
  void Handle(RpcCall call);
  void Finish(RpcResult result);
  void Answer(RpcResult result);
  void Refuse(const RpcRefusal& refusal);
  void AddNotifications();
  void OpenReply(std::string* before);
  void Flush();
  void DropReplies();
  bool MustPauseReading() const;

  ConnectionContext* const context_;
  Socket socket_;
  const std::shared_ptr<Peer> peer_;
  Closed closed_;

  JsonFramer framer_;
  ReplyQueue replies_;
  std::unique_ptr<Batch> batch_;
  std::string current_id_;  // Of the request in work.
  bool current_is_mcp_ = false;
  bool busy_ = false;         // A request is in work.
  bool pumping_ = false;      // Pump() is on the stack.
  bool starved_ = true;       // No complete message is waiting.
  bool reading_ = false;      // A wait for input is pending.
  bool writing_ = false;      // A wait for room is pending.
  bool input_ended_ = false;  // The client writes no more.
  bool client_lost_ = false;  // Nobody reads the replies.
  bool draining_ = false;
  bool abandoned_ = false;
};

}  // namespace goxel

#endif  // DAEMON_CONNECTION_H_
