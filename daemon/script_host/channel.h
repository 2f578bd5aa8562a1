// goxel-script's end of the socket to the daemon. Allocates nothing.
//
// Thread safety: none.

#ifndef DAEMON_SCRIPT_HOST_CHANNEL_H_
#define DAEMON_SCRIPT_HOST_CHANNEL_H_

#include <cstddef>
#include <string_view>

#include "daemon/script_protocol.h"

namespace goxel {

// All return false when the daemon is gone.
class Channel {
 public:
  explicit Channel(int descriptor) : descriptor_(descriptor) {}

  bool Write(ScriptFrame type, std::string_view body);

  // The header of the next frame, and then its body_bytes.
  bool ReadHeader(ScriptFrameHeader* header);
  bool ReadBody(void* body, std::size_t bytes);
  bool SkipBody(std::size_t bytes);

 private:
  const int descriptor_;
};

}  // namespace goxel

#endif  // DAEMON_SCRIPT_HOST_CHANNEL_H_
