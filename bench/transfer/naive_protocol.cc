#include "bench/transfer/naive_protocol.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <utility>

namespace goxel {

Result<sockaddr_un> NaiveAddress(const std::filesystem::path& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& path = socket.native();
  if (path.size() >= sizeof(address.sun_path)) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("socket path '{}' has {} bytes; give one of at "
                            "most {}",
                            path, path.size(), sizeof(address.sun_path) - 1));
  }
  path.copy(address.sun_path, path.size());
  return address;
}

bool LineStream::Send(std::string_view line) {
  while (!line.empty()) {
    const ssize_t sent = ::send(fd_, line.data(), line.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    line.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string LineStream::Receive() {
  static constexpr std::size_t kPieceBytes = 64 * 1024;
  std::array<char, kPieceBytes> piece;
  std::size_t searched = 0;
  for (;;) {
    const auto end = received_.find('\n', searched);
    if (end != std::string::npos) {
      std::string rest = received_.substr(end + 1);
      std::string line = std::exchange(received_, std::move(rest));
      line.resize(end);
      return line;
    }
    searched = received_.size();
    const ssize_t count = ::recv(fd_, piece.data(), piece.size(), 0);
    if (count <= 0) return {};
    received_.append(piece.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace goxel
