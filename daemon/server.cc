#include "daemon/server.h"

#include <fmt/format.h>
#include <openssl/rand.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <csignal>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/connection.h"
#include "daemon/json_rpc.h"
#include "daemon/listener.h"

namespace goxel {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr int kSendBufferBytes = 1 << 20;
// Between attempts to accept while no descriptor is free.
constexpr std::chrono::milliseconds kAcceptPause{50};

// 24 random bits. Not a secret: it tells the files of one client from those of
// another.
std::uint32_t NewSession() {
  std::uint32_t bits = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&bits), sizeof(bits));
  return bits & 0xffffff;
}

// Large replies need fewer wake-ups with more room; as much as the system
// allows us is enough.
void WidenSendBuffer(int socket) {
  if (::setsockopt(socket, SOL_SOCKET, SO_SNDBUFFORCE, &kSendBufferBytes,
                   sizeof(kSendBufferBytes)) != 0) {
    ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &kSendBufferBytes,
                 sizeof(kSendBufferBytes));
  }
}

}  // namespace

class Server::Loop {
 public:
  Loop(ServerOptions options, RequestHandler handler, Listener listener,
       UniqueFd stop_event)
      : options_(std::move(options)),
        context_{std::make_shared<asio::io_context>(1),
                 {options_.max_request_bytes, options_.max_nesting},
                 options_.pending,
                 std::move(handler),
                 options_.protocol},
        listener_(std::move(listener)),
        acceptor_(*context_.io),
        stop_fd_(stop_event.get()),
        stop_event_(*context_.io, stop_event.release()),
        signals_(*context_.io),
        notices_(*context_.io),
        timer_(*context_.io),
        pulse_(*context_.io) {
    acceptor_.assign(asio::local::stream_protocol(),
                     listener_.TakeSocket().release());
    if (options_.stop_on_signals) {
      signals_.add(SIGTERM);
      signals_.add(SIGINT);
      notices_.add(SIGHUP);
      notices_.add(SIGUSR1);
    }
  }

  ~Loop() {
    stopping_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    for (const auto& connection : Snapshot()) connection->Close();
    // Lets the cancelled waits release what they hold.
    context_.io->restart();
    context_.io->poll();
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void Run() {
    stop_event_.async_wait(asio::posix::stream_descriptor::wait_read,
                           [this](error_code error) {
                             if (!error) BeginStop();
                           });
    signals_.async_wait([this](error_code error, int) {
      if (!error) BeginStop();
    });
    AwaitNotice();
    if (options_.pulse_interval.count() > 0) Pulse();
    Accept();
    context_.io->run();
  }

  void SetMaxConnections(std::size_t count) { max_connections_ = count; }

  void WakeToStop() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(stop_fd_, &one, sizeof(one));
  }

 private:
  using Socket = Connection::Socket;

  void AwaitNotice() {
    notices_.async_wait([this](error_code error, int signal) {
      if (error || stopping_) return;
      if (options_.on_signal) options_.on_signal(signal);
      AwaitNotice();
    });
  }

  void Pulse() {
    options_.on_pulse();
    pulse_.expires_after(options_.pulse_interval);
    pulse_.async_wait([this](error_code cancelled) {
      if (!cancelled) Pulse();
    });
  }

  void Accept() {
    acceptor_.async_accept([this](error_code error, Socket socket) {
      if (stopping_) return;
      if (error) return PauseAccepting(error);
      accept_failed_ = false;
      Welcome(std::move(socket));
      Accept();
    });
  }

  // Without a free descriptor the waiting connection stays readable, so going
  // on at once would spin.
  void PauseAccepting(error_code error) {
    if (!std::exchange(accept_failed_, true)) {
      spdlog::error("cannot accept a connection: {}; trying every {} ms",
                    error.message(), kAcceptPause.count());
    }
    timer_.expires_after(kAcceptPause);
    timer_.async_wait([this](error_code cancelled) {
      if (!cancelled && !stopping_) Accept();
    });
  }

  void Welcome(Socket socket) {
    const Result<ucred> who = PeerCredentials(socket.native_handle());
    if (!who) return;
    if (who->uid != ::geteuid() && who->uid != 0) {
      spdlog::warn("refused a connection of user {} (pid {})", who->uid,
                   who->pid);
      return;
    }
    WidenSendBuffer(socket.native_handle());
    if (connections_.size() >= max_connections_) {
      return TellFull(socket);
    }
    auto peer = std::make_shared<Peer>();
    peer->session = NewSession();
    peer->uid = who->uid;
    peer->pid = who->pid;
    auto connection = std::make_shared<Connection>(
        &context_, std::move(socket), std::move(peer),
        [this](const auto& closed) { Remove(closed); });
    connections_.insert(connection);
    connection->Start();
  }

  void TellFull(Socket& socket) const {
    const auto limit = static_cast<std::int64_t>(max_connections_.load());
    const std::string line =
        ErrorReply({Status(StatusCode::kUnavailable,
                           fmt::format("all {} connections are in use; close "
                                       "one or try again later",
                                       limit))
                        .With("max_connections", limit),
                    0},
                   "null") +
        "\n";
    // A new connection's buffer has room for one line.
    [[maybe_unused]] const auto sent =
        ::send(socket.native_handle(), line.data(), line.size(),
               MSG_NOSIGNAL | MSG_DONTWAIT);
  }

  void Remove(const std::shared_ptr<Connection>& connection) {
    connections_.erase(connection);
    if (stopping_ && connections_.empty()) context_.io->stop();
  }

  void BeginStop() {
    if (std::exchange(stopping_, true)) return;
    error_code ignored;
    acceptor_.close(ignored);
    signals_.cancel(ignored);
    notices_.cancel(ignored);
    listener_.RemoveFile();
    if (options_.on_stop) options_.on_stop();
    for (const auto& connection : Snapshot()) connection->Drain();
    if (connections_.empty()) return context_.io->stop();
    timer_.expires_after(options_.drain_time);
    timer_.async_wait([this](error_code cancelled) {
      if (!cancelled) EndDrain();
    });
  }

  void EndDrain() {
    spdlog::warn("stopping with {} connections still owed replies",
                 connections_.size());
    for (const auto& connection : Snapshot()) connection->Abandon();
    context_.io->stop();
  }

  // A copy, because a connection leaves the set when it closes.
  std::vector<std::shared_ptr<Connection>> Snapshot() const {
    return {connections_.begin(), connections_.end()};
  }

  const ServerOptions options_;
  std::atomic<std::size_t> max_connections_ = options_.max_connections;
  ConnectionContext context_;
  Listener listener_;
  asio::local::stream_protocol::acceptor acceptor_;
  const int stop_fd_;  // stop_event_'s, for use in a signal handler.
  asio::posix::stream_descriptor stop_event_;
  asio::signal_set signals_;  // To stop.
  asio::signal_set notices_;  // For options_.on_signal.
  asio::steady_timer timer_;  // For the pause in accepting, then for the drain.
  asio::steady_timer pulse_;
  std::set<std::shared_ptr<Connection>> connections_;
  bool accept_failed_ = false;  // And that was logged.
  bool stopping_ = false;
};

Result<std::unique_ptr<Server>> Server::Listen(ServerOptions options,
                                               RequestHandler handler) {
  Result<Listener> listener = Listener::Open(options.socket_path);
  if (!listener) return Fail(listener.error());
  return ServeOn(*std::move(listener), std::move(options), std::move(handler));
}

Result<std::unique_ptr<Server>> Server::ServeOn(Listener listener,
                                                ServerOptions options,
                                                RequestHandler handler) {
  UniqueFd stop_event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop_event.valid()) return Fail(Status::FromErrno("eventfd", errno));
  try {
    return std::unique_ptr<Server>(new Server(
        std::make_unique<Loop>(std::move(options), std::move(handler),
                               std::move(listener), std::move(stop_event))));
  } catch (const boost::system::system_error& failure) {
    return Fail(StatusCode::kInternal,
                fmt::format("cannot start the event loop: {}", failure.what()));
  }
}

Server::Server(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
Server::~Server() = default;

Status Server::Run() {
  try {
    loop_->Run();
  } catch (const std::exception& failure) {
    return Fail(StatusCode::kInternal,
                fmt::format("the server failed: {}", failure.what()));
  }
  return Status();
}

void Server::SetMaxConnections(std::size_t count) {
  loop_->SetMaxConnections(count);
}

void Server::Stop() { loop_->WakeToStop(); }

}  // namespace goxel
