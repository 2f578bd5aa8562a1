// A Unix stream socket that carries one line per message, with deadlines, and
// descriptors beside the lines.
//
// Thread safety: none; one thread at a time.

#ifndef CLIENTS_CPP_SOCKET_STREAM_H_
#define CLIENTS_CPP_SOCKET_STREAM_H_

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string_view>

#include "clients/cpp/json_text.h"
#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {

using Deadline = std::chrono::steady_clock::time_point;

enum class SendResult {
  kSent,
  kPeerGone,  // The other end had closed before a byte was sent.
};

struct ReceivedLine {
  ReceiveBuffer text;   // Without the newline.
  UniqueFd descriptor;  // The first that came with the line, if any.
};

class SocketStream {
 public:
  // kUnavailable when nobody listens on `path`, kInvalidArgument when the path
  // is longer than a socket address holds.
  static Result<SocketStream> Connect(const std::filesystem::path& path,
                                      Deadline deadline);

  // Sends all of `text`. kTimedOut, or kUnavailable when the other end closes
  // midway.
  Result<SendResult> Send(std::string_view text, Deadline deadline);

  // The next line. kTimedOut; kUnavailable when the other end closes first;
  // kTooLarge when it is longer than `max_bytes`. What came of the line is lost
  // then: close the stream.
  Result<ReceivedLine> ReadLine(std::size_t max_bytes, Deadline deadline);

 private:
  explicit SocketStream(UniqueFd fd) : fd_(std::move(fd)) {}

  Status Wait(short events, Deadline deadline) const;
  // Appends what is there to `line`; 0 at the end of the stream.
  Result<std::size_t> ReceiveInto(ReceivedLine& line, Deadline deadline);

  UniqueFd fd_;
  ReceiveBuffer rest_;  // Received behind the last line.
};

}  // namespace goxel

#endif  // CLIENTS_CPP_SOCKET_STREAM_H_
