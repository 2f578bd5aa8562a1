#include "clients/cpp/socket_stream.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

namespace goxel {
namespace {

using std::chrono::milliseconds;

// More descriptors than any reply carries; the kernel drops what is beyond.
constexpr std::size_t kMaxDescriptors = 8;

// A full backlog refuses a non-blocking connect, and nothing tells when there
// is room again.
constexpr milliseconds kBacklogPause{2};

Status Unavailable(const std::filesystem::path& path, std::string_view why) {
  return {StatusCode::kUnavailable,
          fmt::format("no daemon answers on {} ({}); start one with "
                      "'goxel-daemon --socket {}'",
                      path.native(), why, path.native())};
}

Result<sockaddr_un> AddressOf(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& name = path.native();
  if (name.empty() || name.size() >= sizeof(address.sun_path)) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("socket path '{}' has {} bytes; 1 to {} are "
                            "possible",
                            name, name.size(), sizeof(address.sun_path) - 1));
  }
  std::copy(name.begin(), name.end(), address.sun_path);
  return address;
}

// Keeps the first descriptor of `message` in `line` and closes the others.
void TakeDescriptors(msghdr& message, ReceivedLine& line) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) {
      continue;
    }
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    std::array<int, kMaxDescriptors> fds{};
    std::memcpy(fds.data(), CMSG_DATA(part),
                std::min(count, fds.size()) * sizeof(int));
    for (std::size_t i = 0; i < std::min(count, fds.size()); ++i) {
      UniqueFd fd(fds[i]);
      if (!line.descriptor.valid()) line.descriptor = std::move(fd);
    }
  }
}

}  // namespace

Result<SocketStream> SocketStream::Connect(const std::filesystem::path& path,
                                           Deadline deadline) {
  const auto address = AddressOf(path);
  if (!address) return Fail(address.error());
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return Fail(Status::FromErrno("make a Unix socket", errno));

  while (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&*address),
                   sizeof(*address)) != 0) {
    if (errno == EINTR) continue;
    if (errno == EACCES || errno == EPERM) {
      return Fail(Status::FromErrno("connect to " + path.native(), errno));
    }
    const bool backlog_full = errno == EAGAIN;
    if (!backlog_full || std::chrono::steady_clock::now() >= deadline) {
      return Fail(Unavailable(path, std::strerror(errno)));
    }
    std::this_thread::sleep_for(kBacklogPause);
  }
  return SocketStream(std::move(fd));
}

Status SocketStream::Wait(short events, Deadline deadline) const {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(
        deadline - std::chrono::steady_clock::now());
    const auto timeout =
        std::clamp<milliseconds::rep>(left.count(), 0, 1 << 30);
    pollfd entry{.fd = fd_.get(), .events = events, .revents = 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(timeout));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) {
      return Status::FromErrno("wait for the daemon", errno);
    }
    if (ready == 0) {
      return {StatusCode::kTimedOut,
              "the daemon did not answer in time; it may still carry out the "
              "request"};
    }
  }
}

Result<SendResult> SocketStream::Send(std::string_view text,
                                      Deadline deadline) {
  const std::size_t whole = text.size();
  while (!text.empty()) {
    const ssize_t sent = ::send(fd_.get(), text.data(), text.size(),
                                MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      text.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (Status ready = Wait(POLLOUT, deadline); !ready.ok()) {
        return Fail(std::move(ready));
      }
    } else if (errno == EPIPE || errno == ECONNRESET) {
      if (text.size() == whole) return SendResult::kPeerGone;
      return Fail(StatusCode::kUnavailable,
                  "the daemon closed the connection while the request was "
                  "sent; it was not carried out");
    } else if (errno != EINTR) {
      return Fail(Status::FromErrno("send to the daemon", errno));
    }
  }
  return SendResult::kSent;
}

Result<std::size_t> SocketStream::ReceiveInto(ReceivedLine& line,
                                              Deadline deadline) {
  const std::span<char> room = line.text.Room();
  if (room.empty()) {
    return Fail(StatusCode::kResourceExhausted,
                fmt::format("no memory for a reply of more than {} bytes",
                            line.text.text().size()));
  }
  iovec part{.iov_base = room.data(), .iov_len = room.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))>
      control{};
  for (;;) {
    if (Status ready = Wait(POLLIN, deadline); !ready.ok()) {
      return Fail(std::move(ready));
    }
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t count =
        ::recvmsg(fd_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count >= 0) {
      TakeDescriptors(message, line);
      line.text.Advance(static_cast<std::size_t>(count));
      return static_cast<std::size_t>(count);
    }
    if (errno == ECONNRESET) return 0;
    if (errno != EAGAIN && errno != EINTR) {
      return Fail(Status::FromErrno("receive from the daemon", errno));
    }
  }
}

Result<ReceivedLine> SocketStream::ReadLine(std::size_t max_bytes,
                                            Deadline deadline) {
  ReceivedLine line{.text = std::exchange(rest_, {}), .descriptor = {}};
  std::size_t scanned = 0;
  for (;;) {
    const std::string_view text = line.text.text();
    const std::size_t end = text.find('\n', scanned);
    if (end != std::string_view::npos) {
      if (!rest_.Append(text.substr(end + 1))) {
        return Fail(StatusCode::kResourceExhausted, "no memory for a reply");
      }
      line.text.Truncate(end);
      return line;
    }
    if (text.size() > max_bytes) {
      return Fail(StatusCode::kTooLarge,
                  fmt::format("the reply is longer than {} bytes; ask for a "
                              "smaller one or raise max_reply_bytes",
                              max_bytes));
    }
    scanned = text.size();
    const auto received = ReceiveInto(line, deadline);
    if (!received) return Fail(received.error());
    if (*received == 0) {
      return Fail(StatusCode::kUnavailable,
                  "the daemon closed the connection before it answered; the "
                  "request may or may not have been carried out");
    }
  }
}

}  // namespace goxel
