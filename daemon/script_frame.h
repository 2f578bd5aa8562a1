// A frame of script_protocol.h on its way out, for writev(2) and sendmsg(2),
// which may take it in several pieces. Allocates nothing.
//
// Thread safety: none.

#ifndef DAEMON_SCRIPT_FRAME_H_
#define DAEMON_SCRIPT_FRAME_H_

#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "daemon/script_protocol.h"

namespace goxel {

class OutgoingFrame {
 public:
  // `body` must outlive the frame.
  OutgoingFrame(ScriptFrame type, std::string_view body)
      : header_{type, static_cast<std::uint32_t>(body.size())},
        parts_{{{&header_, sizeof(header_)},
                {const_cast<char*>(body.data()), body.size()}}} {}
  OutgoingFrame(const OutgoingFrame&) = delete;
  OutgoingFrame& operator=(const OutgoingFrame&) = delete;

  // What has not been sent yet.
  std::array<iovec, 2>& parts() { return parts_; }
  bool sent() const { return parts_[0].iov_len + parts_[1].iov_len == 0; }

  // So many bytes more have been sent.
  void Advance(std::size_t bytes) {
    for (iovec& part : parts_) {
      const std::size_t of_part = std::min(bytes, part.iov_len);
      part.iov_base = static_cast<char*>(part.iov_base) + of_part;
      part.iov_len -= of_part;
      bytes -= of_part;
    }
  }

 private:
  ScriptFrameHeader header_;
  std::array<iovec, 2> parts_;
};

}  // namespace goxel

#endif  // DAEMON_SCRIPT_FRAME_H_
