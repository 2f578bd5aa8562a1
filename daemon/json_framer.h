// Cuts a byte stream into JSON messages by counting brackets outside strings.
//
// A message starts with { or [ and ends where its brackets close, so a line
// break after it is allowed and not needed, and one inside it (pretty-printed
// JSON) is nothing special. The framer looks at brackets, strings and what
// stands before an opening bracket; whether the text is JSON is for its reader
// to find out.
//
// Recovery: after malformed text the framer goes on at the next line; after a
// message over a limit it goes on behind that message, in constant memory.
//
// Every byte is looked at once, however the stream is split.
//
// Thread safety: none; one framer per connection.

#ifndef DAEMON_JSON_FRAMER_H_
#define DAEMON_JSON_FRAMER_H_

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/message_text.h"
#include "ipc/status.h"

namespace goxel {

struct FramingLimits {
  std::size_t max_message_bytes = std::size_t{64} << 20;
  std::size_t max_nesting = 64;
};

class JsonFramer {
 public:
  // Readable bytes behind every message that Next() returns.
  static constexpr std::size_t kPadding = MessageText::kPadding;

  explicit JsonFramer(FramingLimits limits);

  // Free space for at least `bytes` (and often more) of the stream. Fill its
  // start, then call Append() with how much. Ends the life of earlier messages.
  std::span<char> Room(std::size_t bytes);
  void Append(std::size_t bytes);

  // Says that nothing follows: a message that is not complete now is malformed.
  void End() { ended_ = true; }

  // The next message, or why it is none (kInvalidArgument, a text for the
  // client), or nothing when more bytes are needed. The text lives until the
  // next call of Room() or Next(), or with what Detach() returns.
  std::optional<Result<std::string_view>> Next();

  // The memory of the message that Next() returned last, given away; bytes that
  // no message has used up yet are copied.
  std::shared_ptr<const void> Detach();

  // Bytes appended that no message has used up yet.
  std::size_t unread_bytes() const { return end_ - begin_; }

 private:
  enum class State { kBetween, kMessage, kDiscardMessage, kDiscardLine };
  enum class Finding {
    kNeedMore,
    kComplete,
    kTooDeep,
    kMismatch,      // A closing bracket of the wrong kind.
    kStrayOpening,  // An opening bracket where only a comma or } may stand.
    kRawNewline,    // A line break inside a string.
  };

  Result<std::string_view> StartMessage();
  std::optional<Result<std::string_view>> FinishMessage(Finding finding);
  std::optional<Result<std::string_view>> Unfinished();
  Finding Scan();
  Finding ScanString();
  void ScanPlain();
  void Pass(char c);
  Finding Bracket(char bracket);
  Finding Open(char bracket);
  Finding Close(char bracket);
  void Recover(Finding finding);
  std::string Describe(Finding finding) const;
  void SkipBlanks();
  void SkipLine();
  void Forget();

  // Grows by realloc(), which moves pages where it can and copies nothing.
  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };

  void Reserve(std::size_t bytes);

  const FramingLimits limits_;
  std::unique_ptr<char[], Free> buffer_;
  std::size_t capacity_ = 0;  // Without padding.
  std::size_t begin_ = 0;     // Of the current message or of unread bytes.
  std::size_t scan_ = 0;      // Bytes before it have been looked at.
  std::size_t end_ = 0;       // Of the bytes appended.

  State state_ = State::kBetween;
  std::string closers_;    // The brackets that must close, innermost last.
  std::size_t depth_ = 0;  // Open brackets, also while discarding.
  bool in_string_ = false;
  bool escaped_ = false;     // The last byte was a backslash in a string.
  char previous_ = ',';      // Last byte that is not blank, outside strings.
  bool fresh_line_ = false;  // Only blanks since the last line break.
  bool ended_ = false;
};

}  // namespace goxel

#endif  // DAEMON_JSON_FRAMER_H_
