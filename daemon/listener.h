// The socket that clients connect to: its file made, guarded and removed, or
// taken over from a service manager.

#ifndef DAEMON_LISTENER_H_
#define DAEMON_LISTENER_H_

#include <sys/socket.h>
#include <sys/types.h>

#include <string>

#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {

// A listening Unix socket and its file, which is removed with it unless another
// daemon has put its own in its place.
//
// Two daemons that start on one path at the same moment cannot both win: each
// looks, removes and binds while it holds a lock on the directory.
class Listener {
 public:
  // Errors as Server::Listen().
  static Result<Listener> Open(const std::string& path);

  // Takes over a listening Unix socket. Its file is somebody else's, and stays.
  static Result<Listener> Adopt(UniqueFd socket);

  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  int fd() const { return socket_.get(); }

  // Gives the socket away; the file stays this object's concern.
  UniqueFd TakeSocket() { return std::move(socket_); }

  // Removes the file now. Further calls do nothing.
  void RemoveFile();

 private:
  Listener() = default;

  UniqueFd socket_;
  std::string path_;  // Empty when there is no file to remove.
  dev_t device_ = 0;  // With inode_, which file is ours.
  ino_t inode_ = 0;
};

// Who is at the other end of a connected Unix socket.
Result<ucred> PeerCredentials(int socket);

}  // namespace goxel

#endif  // DAEMON_LISTENER_H_
