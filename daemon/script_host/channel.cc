#include "daemon/script_host/channel.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "daemon/script_frame.h"

namespace goxel {

bool Channel::Write(ScriptFrame type, std::string_view body) {
  OutgoingFrame frame(type, body);
  while (!frame.sent()) {
    const ssize_t written = ::writev(descriptor_, frame.parts().data(),
                                     static_cast<int>(frame.parts().size()));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    frame.Advance(static_cast<std::size_t>(written));
  }
  return true;
}

bool Channel::ReadHeader(ScriptFrameHeader* header) {
  return ReadBody(header, sizeof(*header));
}

bool Channel::ReadBody(void* body, std::size_t bytes) {
  auto* next = static_cast<char*>(body);
  while (bytes > 0) {
    const ssize_t got = ::read(descriptor_, next, bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    next += got;
    bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

bool Channel::SkipBody(std::size_t bytes) {
  std::array<char, 4096> unwanted;
  while (bytes > 0) {
    const std::size_t piece = std::min(bytes, unwanted.size());
    if (!ReadBody(unwanted.data(), piece)) return false;
    bytes -= piece;
  }
  return true;
}

}  // namespace goxel
