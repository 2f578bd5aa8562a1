#include "clients/cpp/json_text.h"

#include <algorithm>

namespace goxel {
namespace {

// Most replies fit; longer ones double it.
constexpr std::size_t kFirstCapacity = 16 * 1024;

}  // namespace

std::span<char> ReceiveBuffer::Room() {
  if (size_ == capacity_) {
    const std::size_t grown = std::max(kFirstCapacity, capacity_ * 2);
    // realloc() moves large blocks by remapping their pages.
    void* moved = std::realloc(bytes_.get(), grown + kJsonPaddingBytes);
    if (moved == nullptr) return {};
    static_cast<void>(bytes_.release());
    bytes_.reset(static_cast<char*>(moved));
    capacity_ = grown;
  }
  return {bytes_.get() + size_, capacity_ - size_};
}

bool ReceiveBuffer::Append(std::string_view text) {
  while (!text.empty()) {
    const std::span<char> room = Room();
    if (room.empty()) return false;
    const std::string_view piece = text.substr(0, room.size());
    std::copy(piece.begin(), piece.end(), room.begin());
    Advance(piece.size());
    text.remove_prefix(piece.size());
  }
  return true;
}

}  // namespace goxel
