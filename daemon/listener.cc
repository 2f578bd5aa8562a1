#include "daemon/listener.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

namespace goxel {
namespace {

constexpr mode_t kSocketMode = 0600;

Result<sockaddr_un> SocketAddress(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty()) {
    return Fail(StatusCode::kInvalidArgument,
                "the socket path is empty; give a file name");
  }
  if (path.size() >= sizeof(address.sun_path)) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("the socket path {} has {} bytes; give one of at "
                            "most {}",
                            path, path.size(), sizeof(address.sun_path) - 1));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Result<UniqueFd> MakeSocket() {
  UniqueFd socket(
      ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.valid()) return Fail(Status::FromErrno("socket AF_UNIX", errno));
  return socket;
}

// Locks the directory of `path` against other daemons that start or stop. The
// wait is bounded, because in a shared directory anybody may hold such a lock;
// without it two daemons that start at the same instant are merely not kept
// apart.
Result<UniqueFd> LockDirectory(const std::string& path) {
  std::string directory = std::filesystem::path(path).parent_path().string();
  if (directory.empty()) directory.push_back('.');
  UniqueFd lock(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock.valid()) {
    return Fail(Status::FromErrno(
        fmt::format("open {}, the directory of the socket", directory), errno));
  }
  for (int tries = 0; tries < 20; ++tries) {
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return lock;
}

// The error for a live daemon, which `probe` is connected to.
Status RefusePeer(const std::string& path, int probe) {
  const Result<ucred> peer = PeerCredentials(probe);
  if (!peer) return peer.error();
  return Status(StatusCode::kFailedPrecondition,
                fmt::format("a daemon with pid {} listens on {}; stop it or "
                            "give another socket path",
                            peer->pid, path))
      .With("pid", peer->pid);
}

// OK when `path` is free: nothing there, or a socket file that nobody listens
// on, which is then removed.
Status MakeWay(const std::string& path, const sockaddr_un& address) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return Status();
    return Status::FromErrno("look at " + path, errno);
  }
  if (!S_ISSOCK(info.st_mode)) {
    return Fail(StatusCode::kFailedPrecondition,
                path + " is not a socket; remove it or give another path");
  }
  Result<UniqueFd> probe = MakeSocket();
  if (!probe) return probe.error();
  const int connected =
      ::connect(probe->get(), reinterpret_cast<const sockaddr*>(&address),
                sizeof(address));
  if (connected == 0) return RefusePeer(path, probe->get());
  if (errno == EAGAIN) {
    return Fail(StatusCode::kFailedPrecondition,
                fmt::format("a daemon with a full queue of connections listens "
                            "on {}; stop it or give another socket path",
                            path));
  }
  if (errno != ECONNREFUSED && errno != ENOENT) {
    return Status::FromErrno("connect to " + path, errno);
  }
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return Status::FromErrno("remove the stale socket " + path, errno);
  }
  return Status();
}

}  // namespace

Result<Listener> Listener::Open(const std::string& path) {
  const Result<sockaddr_un> address = SocketAddress(path);
  if (!address) return Fail(address.error());
  const Result<UniqueFd> lock = LockDirectory(path);
  if (!lock) return Fail(lock.error());
  if (Status free = MakeWay(path, *address); !free.ok()) return Fail(free);
  Result<UniqueFd> socket = MakeSocket();
  if (!socket) return Fail(socket.error());
  // Linux gives the file the mode of the unbound socket, less the umask, so it
  // is never open to others, not even between two calls.
  if (::fchmod(socket->get(), kSocketMode) != 0) {
    return Fail(Status::FromErrno("set the mode of the socket", errno));
  }
  if (::bind(socket->get(), reinterpret_cast<const sockaddr*>(&*address),
             sizeof(*address)) != 0) {
    return Fail(Status::FromErrno("bind " + path, errno));
  }
  struct stat info {};
  Listener listener;
  listener.path_ = path;
  if (::lstat(path.c_str(), &info) != 0) {
    return Fail(Status::FromErrno("look at " + path, errno));
  }
  listener.device_ = info.st_dev;
  listener.inode_ = info.st_ino;
  if (::listen(socket->get(), SOMAXCONN) != 0) {
    return Fail(Status::FromErrno("listen on " + path, errno));
  }
  listener.socket_ = std::move(*socket);
  return listener;
}

Result<Listener> Listener::Adopt(UniqueFd socket) {
  const int flags = ::fcntl(socket.get(), F_GETFL);
  if (flags < 0 || ::fcntl(socket.get(), F_SETFL, flags | O_NONBLOCK) != 0) {
    return Fail(Status::FromErrno("set up the passed socket", errno));
  }
  // Once more, so that clients that ask who listens learn of this process and
  // not of the one that made the socket.
  if (::listen(socket.get(), SOMAXCONN) != 0) {
    return Fail(Status::FromErrno("listen on the passed socket", errno));
  }
  Listener listener;
  listener.socket_ = std::move(socket);
  return listener;
}

Listener::Listener(Listener&& other) noexcept
    : socket_(std::move(other.socket_)),
      path_(std::exchange(other.path_, {})),
      device_(other.device_),
      inode_(other.inode_) {}

Listener::~Listener() { RemoveFile(); }

void Listener::RemoveFile() {
  if (path_.empty()) return;
  const Result<UniqueFd> lock = LockDirectory(path_);
  struct stat info {};
  const bool ours = ::lstat(path_.c_str(), &info) == 0 &&
                    info.st_dev == device_ && info.st_ino == inode_;
  if (ours) ::unlink(path_.c_str());
  path_.clear();
}

Result<ucred> PeerCredentials(int socket) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return Fail(Status::FromErrno("ask who is connected", errno));
  }
  return peer;
}

}  // namespace goxel
