// The JSON text of a reply, in the buffer that it was received into: a picture
// of 44 MB of base64 is not copied on its way from the socket to the caller.
//
// Ownership: a JsonText owns its buffer; views into it hold as long as it
// lives and is not moved from.
//
// Thread safety: const methods may run concurrently.

#ifndef CLIENTS_CPP_JSON_TEXT_H_
#define CLIENTS_CPP_JSON_TEXT_H_

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>

namespace goxel {

// Readable bytes behind every buffer, so that a vectorized parser may look past
// the end of the text.
inline constexpr std::size_t kJsonPaddingBytes = 64;

// Bytes on their way in. Grows by moving pages instead of copying them, and
// never writes a byte that the socket will write anyway.
class ReceiveBuffer {
 public:
  std::string_view text() const { return {bytes_.get(), size_}; }
  std::size_t capacity() const { return capacity_; }

  // Room for at least one more byte; empty when there is no memory.
  std::span<char> Room();

  // Copies `text` behind what is there; false when there is no memory.
  bool Append(std::string_view text);

  // Counts `count` bytes written to the start of Room().
  void Advance(std::size_t count) { size_ += count; }

  // Forgets everything from `size` on. REQUIRES: size <= text().size().
  void Truncate(std::size_t size) { size_ = size; }

 private:
  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<char, Free> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;  // Without the padding.
};

class JsonText {
 public:
  JsonText() = default;

  // REQUIRES: `text` lies in `buffer`.
  JsonText(ReceiveBuffer buffer, std::string_view text)
      : buffer_(std::move(buffer)), text_(text) {}

  std::string_view view() const { return text_; }

  // Bytes that may be read from view().data() on, padding included.
  std::size_t readable_bytes() const {
    return static_cast<std::size_t>(buffer_.text().data() - text_.data()) +
           buffer_.capacity() + kJsonPaddingBytes;
  }

 private:
  ReceiveBuffer buffer_;
  std::string_view text_;
};

}  // namespace goxel

#endif  // CLIENTS_CPP_JSON_TEXT_H_
