// A client for tests: raw bytes over a Unix socket, with a limit on every wait
// so that a reply that never comes is a failure and no hang.

#ifndef TESTS_SOCKET_CLIENT_H_
#define TESTS_SOCKET_CLIENT_H_

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "ipc/unique_fd.h"

namespace goxel {

class SocketClient {
 public:
  explicit SocketClient(const std::string& path)
      : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    connected_ = ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address),
                           sizeof(address)) == 0;
    const timeval limit{100, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  }

  bool connected() const { return connected_; }
  int fd() const { return socket_.get(); }

  // False when the other end has closed.
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent =
          ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // The next line without its end; what there is when the stream ends.
  std::string ReadLine() {
    std::size_t searched = 0;
    for (;;) {
      const std::size_t end = received_.find('\n', searched);
      if (end != std::string::npos) {
        std::string line = received_.substr(0, end);
        received_.erase(0, end + 1);
        return line;
      }
      searched = received_.size();
      if (!Receive()) return std::exchange(received_, {});
    }
  }

  std::string Call(std::string_view request) {
    return Send(request) ? ReadLine() : "closed";
  }

  // Everything up to the end of the stream.
  std::string ReadAll() {
    while (Receive()) {
    }
    return std::exchange(received_, {});
  }

  // True when the other end closes before it says anything more, and not when
  // it merely stays silent.
  bool IsClosedByPeer() { return !Receive() && ended_ && received_.empty(); }

  // The descriptor that came with the bytes read so far.
  UniqueFd TakeDescriptor() { return std::move(descriptor_); }

  void EndWriting() { ::shutdown(socket_.get(), SHUT_WR); }
  void Close() { socket_.reset(); }

 private:
  bool Receive() {
    static constexpr std::size_t kBytes = std::size_t{256} << 10;
    const std::size_t old_size = received_.size();
    received_.resize(old_size + kBytes);
    iovec part{received_.data() + old_size, kBytes};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const auto got = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC);
    ended_ = got == 0 || (got < 0 && errno == ECONNRESET);
    received_.resize(old_size + static_cast<std::size_t>(got > 0 ? got : 0));
    // An error leaves the control message unwritten.
    const cmsghdr* header = got > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
    if (header != nullptr) {
      int descriptor = -1;
      std::memcpy(&descriptor, CMSG_DATA(header), sizeof(descriptor));
      descriptor_.reset(descriptor);
    }
    return got > 0;
  }

  UniqueFd socket_;
  bool connected_ = false;
  bool ended_ = false;
  std::string received_;
  UniqueFd descriptor_;
};

}  // namespace goxel

#endif  // TESTS_SOCKET_CLIENT_H_
