#include "daemon/connection.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <exception>
#include <span>
#include <utility>

#include "daemon/mcp_envelope.h"
#include "ipc/protocol.h"

namespace goxel {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kReadBytes = std::size_t{64} << 10;
// Longer requests, which go to a worker, are not copied for it.
constexpr std::size_t kMaxCopiedBytes = std::size_t{64} << 10;
// Then the other connections have their turn.
constexpr int kRequestsPerTurn = 200;

RpcError Unavailable() {
  return {Status(StatusCode::kUnavailable,
                 "the daemon is stopping; try again when it runs"),
          0};
}

}  // namespace

// Brings the result of one request back to its connection, from any thread and
// at any time, at most once. A request whose Responder is dropped unused is
// answered with an error, so that its client does not wait for ever.
class Connection::Ticket {
 public:
  Ticket(std::shared_ptr<asio::io_context> io,
         const std::shared_ptr<Connection>& connection)
      : io_(std::move(io)), connection_(connection) {}

  ~Ticket() {
    Deliver(tl::unexpected(RpcError{
        Status(StatusCode::kInternal, "the request was dropped unanswered"),
        0}));
  }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

  void Deliver(RpcResult result) {
    if (delivered_.exchange(true)) return;
    if (io_->get_executor().running_in_this_thread()) {
      if (auto connection = connection_.lock()) {
        connection->Finish(std::move(result));
      }
      return;
    }
    // The weak pointer is locked on the server's thread only, so that no other
    // thread can come to hold the last reference.
    asio::post(*io_,
               [weak = connection_, result = std::move(result)]() mutable {
                 if (auto connection = weak.lock()) {
                   connection->Finish(std::move(result));
                 }
               });
  }

 private:
  const std::shared_ptr<asio::io_context> io_;
  const std::weak_ptr<Connection> connection_;
  std::atomic<bool> delivered_ = false;
};

Connection::Connection(ConnectionContext* context, Socket socket,
                       std::shared_ptr<Peer> peer, Closed closed)
    : context_(context),
      socket_(std::move(socket)),
      peer_(std::move(peer)),
      closed_(std::move(closed)),
      framer_(context->limits),
      replies_(context->pending) {}

void Connection::Start() {
  peer_->Connect([io = context_->io, weak = weak_from_this()] {
    asio::post(*io, [weak] {
      if (const auto connection = weak.lock()) connection->Pump();
    });
  });
  WatchForHangUp();
  WaitToRead();
}

void Connection::Drain() {
  draining_ = true;
  Pump();
}

void Connection::Abandon() {
  draining_ = abandoned_ = true;
  if (busy_) Finish(tl::unexpected(Unavailable()));
  while (socket_.is_open() && !starved_ && !client_lost_ && !writing_) Pump();
  Close();
}

void Connection::Close() {
  if (!socket_.is_open()) return;
  peer_->Leave();
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (closed_) std::exchange(closed_, nullptr)(shared_from_this());
}

// A client that closes both directions is noticed even while a request of it is
// in work and nothing is read.
void Connection::WatchForHangUp() {
  socket_.async_wait(Socket::wait_error,
                     [self = shared_from_this()](auto error) {
                       if (error) return;
                       self->DropReplies();
                       self->Pump();
                     });
}

void Connection::WaitToRead() {
  if (reading_ || input_ended_ || draining_ || MustPauseReading()) return;
  reading_ = true;
  socket_.async_wait(Socket::wait_read,
                     [self = shared_from_this()](auto error) {
                       self->reading_ = false;
                       if (!error) self->Read();
                     });
}

bool Connection::MustPauseReading() const {
  return !starved_ && framer_.unread_bytes() >= context_->pending.input_bytes;
}

void Connection::Read() {
  if (draining_) return;
  const std::span<char> room = framer_.Room(kReadBytes);
  const auto got =
      ::recv(socket_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
  if (got > 0) {
    framer_.Append(static_cast<std::size_t>(got));
    starved_ = false;
  } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
    input_ended_ = true;
    framer_.End();
    starved_ = false;
    if (got < 0) DropReplies();
  }
  Pump();
}

// Handles what is there, in order, sends the replies and waits for more. The
// one place that decides what happens next; never called by itself on the
// stack, so that ten thousand requests answered on the spot need no deeper
// stack than one.
void Connection::Pump() {
  if (pumping_ || !socket_.is_open()) return;
  pumping_ = true;
  int left = kRequestsPerTurn;
  do {
    for (; MayStart() && left > 0; --left) starved_ = !StartNext();
    AddNotifications();
    Flush();
  } while (MayStart() && left > 0);
  pumping_ = false;
  const bool done = starved_ && !busy_ && replies_.empty();
  if (done && (input_ended_ || draining_)) return Close();
  if (MayStart()) {
    asio::post(*context_->io, [self = shared_from_this()] { self->Pump(); });
  }
  WaitToRead();
}

bool Connection::MayStart() const {
  return !busy_ && !starved_ && !replies_.full();
}

// Starts one request. False when none is complete.
bool Connection::StartNext() {
  if (batch_) return ContinueBatch();
  const auto message = framer_.Next();
  if (!message) return false;
  if (*message) {
    StartMessage(**message);
  } else {
    Refuse({.error = {message->error(), kParseError},
            .mcp = context_->protocol == WireProtocol::kMcp});
  }
  return true;
}

// Messages that outlive this call take the memory they came in with them.
void Connection::StartMessage(std::string_view text) {
  const bool is_batch = IsBatch(text);
  const bool outlives = is_batch || text.size() > kMaxCopiedBytes;
  const auto message =
      MessageText::Within(text, outlives ? framer_.Detach() : nullptr);
  return is_batch ? StartBatch(message) : StartRequest(message);
}

void Connection::StartBatch(const MessageText& message) {
  auto requests = SplitBatch(message.view());
  if (!requests) return Refuse(requests.error());
  batch_ = std::make_unique<Batch>();
  batch_->text = message;
  batch_->requests = std::move(*requests);
}

// Starts the next request of the batch, or ends its reply.
bool Connection::ContinueBatch() {
  if (batch_->started == batch_->requests.size()) {
    if (batch_->answered) replies_.AddText("]\n");
    batch_.reset();
    return true;
  }
  const TextRange place = batch_->requests[batch_->started++];
  const MessageText& text = batch_->text;
  StartRequest(text.Part(text.view().substr(place.offset, place.length)));
  return true;
}

void Connection::StartRequest(const MessageText& message) {
  auto call = ParseMessage(message, context_->protocol);
  if (!call) return Refuse(call.error());
  Handle(std::move(*call));
}

void Connection::Handle(RpcCall call) {
  busy_ = true;
  current_id_ = std::move(call.id);
  current_is_mcp_ = call.mcp;
  if (abandoned_) return Finish(tl::unexpected(Unavailable()));
  auto ticket = std::make_shared<Ticket>(context_->io, shared_from_this());
  try {
    context_->handler(
        {std::move(call.method), std::move(call.params), peer_},
        [ticket](RpcResult result) { ticket->Deliver(std::move(result)); });
  } catch (const std::exception& failure) {
    ticket->Deliver(tl::unexpected(
        RpcError{Status(StatusCode::kInternal,
                        fmt::format("the method failed: {}", failure.what())),
                 0}));
  }
}

// Ends the request in work. Without one this is the late result of a request
// that Abandon() gave up: no other starts after that.
void Connection::Finish(RpcResult result) {
  if (!busy_) return;
  busy_ = false;
  if (!current_id_.empty() || current_is_mcp_) Answer(std::move(result));
  Pump();
}

void Connection::Answer(RpcResult result) {
  if (!result) {
    return Refuse({std::move(result.error()), current_id_, current_is_mcp_});
  }
  if (client_lost_) return;
  AddNotifications();
  std::string before;
  OpenReply(&before);
  before.append(current_is_mcp_ ? kMcpReplyHead : kReplyHead);
  std::string behind =
      current_is_mcp_ ? McpReplyTail(current_id_) : ReplyTail(current_id_);
  if (!batch_) behind.push_back('\n');
  replies_.AddReply(before, std::move(*result), behind);
}

void Connection::Refuse(const RpcRefusal& refusal) {
  if (client_lost_) return;
  AddNotifications();
  std::string text;
  OpenReply(&text);
  text.append(refusal.mcp ? McpErrorReply(refusal.error, refusal.id)
                          : ErrorReply(refusal.error, refusal.id));
  if (!batch_) text.push_back('\n');
  replies_.AddText(text);
}

// What the methods said of their own accord goes between replies, or nowhere:
// not into that of a batch, nor to a client that does not read.
void Connection::AddNotifications() {
  const std::vector<std::string> lines = peer_->TakeNotifications();
  const bool within_reply = batch_ && batch_->answered;
  if (client_lost_ || within_reply || replies_.full()) return;
  for (const std::string& line : lines) replies_.AddText(line);
}

// What stands before a reply within a batch.
void Connection::OpenReply(std::string* before) {
  if (!batch_) return;
  before->push_back(batch_->answered ? ',' : '[');
  batch_->answered = true;
}

void Connection::Flush() {
  if (writing_ || client_lost_) return;
  switch (replies_.Flush(socket_.native_handle())) {
    case ReplyQueue::Outcome::kEmpty:
      return;
    case ReplyQueue::Outcome::kBroken:
      // A reply that cannot be completed leaves no way to go on.
      ::shutdown(socket_.native_handle(), SHUT_RDWR);
      return DropReplies();
    case ReplyQueue::Outcome::kRest:
      break;
  }
  writing_ = true;
  socket_.async_wait(Socket::wait_write,
                     [self = shared_from_this()](auto error) {
                       self->writing_ = false;
                       if (!error) self->Pump();
                     });
}

// Nobody reads any more; what was received is still handled.
void Connection::DropReplies() {
  client_lost_ = true;
  replies_.Clear();
  peer_->Leave();
}

}  // namespace goxel
