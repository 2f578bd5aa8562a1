// A Server on a socket of its own with a handler made for tests, run on a
// thread of its own.

#ifndef TESTS_TEST_SERVER_H_
#define TESTS_TEST_SERVER_H_

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "daemon/server.h"
#include "ipc/protocol.h"

namespace goxel {

// `bytes` times the letter x.
class LetterSource : public TextSource {
 public:
  explicit LetterSource(std::size_t bytes) : left_(bytes) {}
  Result<std::size_t> Read(std::span<char> buffer) override {
    const std::size_t made = std::min(left_, buffer.size());
    std::fill_n(buffer.begin(), made, 'x');
    left_ -= made;
    return made;
  }

 private:
  std::size_t left_;
};

class FailingSource : public TextSource {
 public:
  Result<std::size_t> Read(std::span<char> buffer) override {
    if (std::exchange(failing_, true)) {
      return Fail(StatusCode::kDataLoss, "the picture is gone");
    }
    return buffer.size();
  }

 private:
  bool failing_ = false;
};

// The methods:
//
// - echo: the params, at once; async: the same, from a thread
// - count: how often it was called
// - stuck: no answer until Unstick(); twice: AnswerAgain() answers again
// - announce: a thread notifies, then the answer is given at once
// - drop: loses its responder; throw: an exception; fail: an error
// - stream: {"data":"<params[0] letters>"}; broken: a source that fails
// - descriptor: {} and a file that says "pixels"
class TestMethods {
 public:
  ~TestMethods() {
    for (std::thread& thread : threads_) thread.join();
  }

  void operator()(RpcRequest request, const Responder& respond) {
    const std::string& method = request.method;
    last_peer = request.peer;
    if (method == "echo") return respond(Echo(request));
    if (method == "count") return respond(Json(std::to_string(++count)));
    if (method == "drop") return;
    if (method == "throw") throw std::runtime_error("out of tea");
    if (method == "stuck") return Keep(respond);
    if (method == "announce") return respond(Announce(request));
    if (method == "async") return OnThread(std::move(request), respond);
    if (method == "descriptor") return respond(WithDescriptor());
    if (method == "stream") {
      const auto bytes =
          std::stoul(std::string(request.params.view().substr(1)));
      return respond(Stream(std::make_unique<LetterSource>(bytes)));
    }
    if (method == "broken") {
      return respond(Stream(std::make_unique<FailingSource>()));
    }
    if (method == "twice") {
      again_ = respond;
      return respond(Json("1"));
    }
    if (method == "fail") {
      return respond(tl::unexpected(RpcError{
          Status(StatusCode::kTooLarge, "too large").With("limit", 7), 0}));
    }
    respond(tl::unexpected(
        RpcError{Status(StatusCode::kNotFound, "Method not found: " + method),
                 kMethodNotFound}));
  }

  // Answers the requests that are stuck, from the caller's thread.
  void Unstick() {
    std::vector<Responder> stuck;
    {
      const std::lock_guard lock(mutex_);
      stuck.swap(stuck_);
    }
    for (const Responder& respond : stuck) respond(Json("\"unstuck\""));
  }

  // Answers the last request for `twice` a second time.
  void AnswerAgain() { again_(Json("2")); }

  std::size_t stuck() {
    const std::lock_guard lock(mutex_);
    return stuck_.size();
  }

  std::atomic<int> count = 0;
  std::shared_ptr<Peer> last_peer;

 private:
  static RpcResult Json(std::string text) {
    return RpcReply{std::move(text), nullptr, 0, {}};
  }

  static RpcResult Echo(const RpcRequest& request) {
    return Json(request.params.empty() ? "null"
                                       : std::string(request.params.view()));
  }

  static RpcResult Announce(const RpcRequest& request) {
    std::thread([&] { request.peer->Notify("news", "[]"); }).join();
    return Json("\"announced\"");
  }

  static RpcResult Stream(std::unique_ptr<TextSource> source) {
    return RpcReply{R"({"data":""})", std::move(source), 9, {}};
  }

  static RpcResult WithDescriptor() {
    UniqueFd file(::memfd_create("goxel_server_test", MFD_CLOEXEC));
    EXPECT_EQ(::write(file.get(), "pixels", 6), 6);
    return RpcReply{"{}", nullptr, 0, std::move(file)};
  }

  void Keep(const Responder& respond) {
    const std::lock_guard lock(mutex_);
    stuck_.push_back(respond);
  }

  void OnThread(RpcRequest request, const Responder& respond) {
    request.params.Keep();
    threads_.emplace_back(
        [request = std::move(request), respond] { respond(Echo(request)); });
  }

  std::mutex mutex_;
  std::vector<Responder> stuck_;
  Responder again_;
  std::vector<std::thread> threads_;
};

class TestServer {
 public:
  // Without a `handler` the methods() answer.
  explicit TestServer(ServerOptions options = {}, RequestHandler handler = {}) {
    char directory[] = "/tmp/goxel_server_test_XXXXXX";
    directory_ = ::mkdtemp(directory);
    options.socket_path = path();
    if (!handler) {
      handler = [methods = methods_](RpcRequest request,
                                     const Responder& respond) {
        (*methods)(std::move(request), respond);
      };
    }
    auto server = Server::Listen(std::move(options), std::move(handler));
    if (!server) throw std::runtime_error(server.error().message());
    server_ = std::move(*server);
    thread_ = std::thread([this] { EXPECT_TRUE(server_->Run().ok()); });
  }

  ~TestServer() {
    if (server_) Stop();
    std::filesystem::remove_all(directory_);
  }

  // Stops the server and ends its life; its responders live on in methods().
  void Stop() {
    server_->Stop();
    thread_.join();
    server_.reset();
  }

  std::string path() const { return directory_ + "/daemon.sock"; }
  const std::string& directory() const { return directory_; }
  Server& server() { return *server_; }
  TestMethods& methods() { return *methods_; }

 private:
  std::string directory_;
  std::shared_ptr<TestMethods> methods_ = std::make_shared<TestMethods>();
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

// Waits for what another thread will do soon.
inline bool Eventually(const std::function<bool()>& happened) {
  for (int tries = 0; tries < 3000; ++tries) {
    if (happened()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

inline std::size_t OpenDescriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

// Resident memory of this process, in MiB.
inline std::size_t ResidentMegabytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::size_t>(::getpagesize()) >> 20;
}

// A request for `method` with everything else as given.
inline std::string Request(const std::string& method,
                           const std::string& rest = R"(,"id":1)") {
  return R"({"jsonrpc":"2.0","method":")" + method + "\"" + rest + "}\n";
}

}  // namespace goxel

#endif  // TESTS_TEST_SERVER_H_
