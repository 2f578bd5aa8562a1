// The text of a message, or of a part of one: without a copy where the bytes
// that came over the socket can serve.
//
// Thread safety: one thread at a time; a text that was kept, and its parts, may
// go to other threads.

#ifndef DAEMON_MESSAGE_TEXT_H_
#define DAEMON_MESSAGE_TEXT_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace goxel {

class MessageText {
 public:
  // Readable bytes behind every text, as simdjson needs them.
  static constexpr std::size_t kPadding = 64;

  MessageText() = default;

  // A copy of `text`.
  explicit MessageText(std::string_view text) {
    auto copy = std::make_shared<std::string>();
    copy->reserve(text.size() + kPadding);
    copy->append(text).append(kPadding, ' ');
    text_ = std::string_view(*copy).substr(0, text.size());
    memory_ = std::move(copy);
  }

  // `text` itself, which lies in `memory`. Without that somebody else owns the
  // bytes and says how long they live.
  // REQUIRES: kPadding readable bytes behind it.
  static MessageText Within(std::string_view text,
                            std::shared_ptr<const void> memory) {
    MessageText within;
    within.text_ = text;
    within.memory_ = std::move(memory);
    return within;
  }

  // REQUIRES: `part` lies in this text.
  MessageText Part(std::string_view part) const {
    return Within(part, memory_);
  }

  std::string_view view() const { return text_; }
  bool empty() const { return text_.empty(); }

  // Makes the text live as long as this or a copy of it: by a copy of its bytes
  // if somebody else owns them.
  void Keep() {
    if (!memory_ && !empty()) *this = MessageText(text_);
  }

 private:
  std::string_view text_;
  std::shared_ptr<const void> memory_;
};

}  // namespace goxel

#endif  // DAEMON_MESSAGE_TEXT_H_
