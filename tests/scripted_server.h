// A daemon whose every move a test writes down: it listens on a socket and
// hands each connection to the test's script.

#ifndef TESTS_SCRIPTED_SERVER_H_
#define TESTS_SCRIPTED_SERVER_H_

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "ipc/unique_fd.h"

namespace goxel {

// One accepted connection, seen from the daemon's side.
class ScriptedConnection {
 public:
  explicit ScriptedConnection(int fd) : fd_(fd) {}

  // The next request line; "" when the client has left.
  std::string ReadRequest() const {
    std::string line;
    for (char c = 0; ::recv(fd_, &c, 1, 0) == 1 && c != '\n';) line += c;
    return line;
  }

  void Write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // Answers the request with the id that `request` has.
  void Reply(std::string_view request, std::string_view result) const {
    Write(R"({"jsonrpc":"2.0","result":)" + std::string(result) + R"(,"id":)" +
          IdOf(request) + "}\n");
  }

  void WriteWithDescriptor(std::string_view text, int descriptor) const {
    iovec part{.iov_base = const_cast<char*>(text.data()),
               .iov_len = text.size()};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    cmsghdr* rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(rights), &descriptor, sizeof(int));
    EXPECT_EQ(::sendmsg(fd_, &message, MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }

  static std::string IdOf(std::string_view request) {
    const auto start = request.find(R"("id":)") + 5;
    return std::string(
        request.substr(start, request.find_first_of(",}", start) - start));
  }

 private:
  int fd_;
};

class ScriptedServer {
 public:
  using Script = std::function<void(const ScriptedConnection&)>;

  // Serves one connection at a time; a connection closes when its script ends.
  explicit ScriptedServer(Script script) : script_(std::move(script)) {
    std::string name =
        (std::filesystem::temp_directory_path() / "goxel-test-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
    listener_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().native().copy(address.sun_path, sizeof(address.sun_path) - 1);
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address),
                     sizeof(address)),
              0);
    EXPECT_EQ(::listen(listener_.get(), 8), 0);
    thread_ = std::thread([this] { Serve(); });
  }

  ~ScriptedServer() {
    stopping_ = true;
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
    std::filesystem::remove_all(directory_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  // Returns when `count` connections have been served and closed.
  void WaitForClosed(int count) const {
    while (closed_ < count) std::this_thread::yield();
  }

  std::filesystem::path path() const { return directory_ / "goxel.sock"; }

 private:
  void Serve() {
    while (!stopping_) {
      UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!fd.valid()) continue;
      script_(ScriptedConnection(fd.get()));
      fd.reset();
      ++closed_;
    }
  }

  const Script script_;
  std::filesystem::path directory_;
  UniqueFd listener_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> closed_ = 0;
  std::thread thread_;
};

}  // namespace goxel

#endif  // TESTS_SCRIPTED_SERVER_H_
