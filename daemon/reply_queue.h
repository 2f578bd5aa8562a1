// Replies on their way to one client: text, descriptors, and text that is made
// while it is sent.
//
// Small texts are joined, so that a client that pipelines gets its replies in
// few writes; a reply never takes more than one write that the socket could
// have taken whole. A TextSource is read in pieces of 64 KiB, each when the
// socket has taken the one before.
//
// Thread safety: none; one queue per connection.

#ifndef DAEMON_REPLY_QUEUE_H_
#define DAEMON_REPLY_QUEUE_H_

#include <sys/types.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/pending_limits.h"
#include "daemon/rpc.h"
#include "ipc/unique_fd.h"

namespace goxel {

class ReplyQueue {
 public:
  enum class Outcome {
    kEmpty,   // Everything is sent.
    kRest,    // Flush() again when the socket is writable.
    kBroken,  // The client has left, or a TextSource failed in mid-reply.
  };

  explicit ReplyQueue(PendingLimits limits = {}) : limits_(limits) {}

  // Adds a whole reply, or what counts as one.
  void AddText(std::string_view text);

  // Adds `reply`, `before` in front of it and `behind` at its end. Its
  // descriptor travels with the first byte of `before`.
  // REQUIRES: `before` is not empty.
  void AddReply(std::string_view before, RpcReply reply,
                std::string_view behind);

  // Sends what `socket` takes without blocking, and stops after a while so that
  // one long reply does not hold up everybody else.
  Outcome Flush(int socket);

  // Drops everything.
  void Clear();

  bool empty() const { return pieces_.empty(); }

  // True when the next request has to wait: a limit is reached (a client that
  // writes all its requests before it reads needs such room), or a reply that
  // holds a descriptor or a picture is unsent.
  bool full() const;

  // Text in memory that is not sent.
  std::size_t pending_bytes() const { return pending_bytes_; }

 private:
  struct Piece {
    std::string text;
    UniqueFd descriptor{};  // Goes with the first byte of `text`.
    std::unique_ptr<TextSource> source{};  // Goes behind `text`.
    std::size_t replies = 0;               // That end in this piece.
  };

  void Append(std::string_view text);
  void PopFront();

  bool ReadAhead();
  bool Refill();
  ssize_t Send(int socket);
  void Drop(std::size_t bytes);

  const PendingLimits limits_;
  std::deque<Piece> pieces_;
  std::size_t sent_ = 0;  // Of the first piece's text.
  std::size_t pending_bytes_ = 0;
  std::size_t pending_replies_ = 0;
  std::size_t resources_ = 0;  // Descriptors and sources in pieces_.
};

}  // namespace goxel

#endif  // DAEMON_REPLY_QUEUE_H_
