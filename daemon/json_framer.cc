#include "daemon/json_framer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <utility>

namespace goxel {
namespace {

// A larger buffer is given back as soon as it is empty.
constexpr std::size_t kKeptCapacity = std::size_t{1} << 20;

enum class Kind : unsigned char { kPlain, kBlank, kQuote, kOpening, kClosing };

constexpr std::array<Kind, 256> MakeKinds() {
  std::array<Kind, 256> kinds{};
  for (char c : {' ', '\t', '\r', '\n'}) {
    kinds[static_cast<unsigned char>(c)] = Kind::kBlank;
  }
  kinds['"'] = Kind::kQuote;
  kinds['{'] = kinds['['] = Kind::kOpening;
  kinds['}'] = kinds[']'] = Kind::kClosing;
  return kinds;
}
constexpr std::array<Kind, 256> kKinds = MakeKinds();

// The bytes of a string that need a closer look.
constexpr std::array<bool, 256> MakeStringStops() {
  std::array<bool, 256> stops{};
  stops['"'] = stops['\\'] = stops['\n'] = true;
  return stops;
}
constexpr std::array<bool, 256> kStringStops = MakeStringStops();

Kind KindOf(char c) { return kKinds[static_cast<unsigned char>(c)]; }

// Where from `at` on, within a string, something is to be decided.
std::size_t StringStop(const char* bytes, std::size_t at, std::size_t end) {
  while (at < end && !kStringStops[static_cast<unsigned char>(bytes[at])]) ++at;
  return at;
}

tl::unexpected<Status> Malformed(std::string_view why) {
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("Parse error: {}", why));
}

std::string Quoted(char c) {
  const bool printable = c > ' ' && c < '\x7f';
  return printable
             ? fmt::format("'{}'", c)
             : fmt::format("byte 0x{:02x}", static_cast<unsigned char>(c));
}

}  // namespace

JsonFramer::JsonFramer(FramingLimits limits) : limits_(limits) {}

std::span<char> JsonFramer::Room(std::size_t bytes) {
  const std::size_t unread = end_ - begin_;
  if (capacity_ - end_ < bytes) {
    if (unread > 0) {
      std::memmove(buffer_.get(), buffer_.get() + begin_, unread);
    }
    scan_ -= begin_;
    end_ = unread;
    begin_ = 0;
    // Twice what is kept, so that moving it costs O(1) per byte of the stream.
    Reserve(unread + std::max(bytes, unread));
  }
  return {buffer_.get() + end_, capacity_ - end_};
}

void JsonFramer::Reserve(std::size_t bytes) {
  if (capacity_ >= bytes) return;
  void* larger = std::realloc(buffer_.get(), bytes + kPadding);
  if (larger == nullptr) throw std::bad_alloc();
  // The old buffer went with the call.
  static_cast<void>(buffer_.release());
  buffer_.reset(static_cast<char*>(larger));
  capacity_ = bytes;
}

std::shared_ptr<const void> JsonFramer::Detach() {
  const std::shared_ptr<const char[]> given(std::move(buffer_));
  const std::size_t unread = end_ - begin_;
  const char* const rest = given.get() + begin_;
  capacity_ = 0;
  scan_ -= begin_;
  begin_ = 0;
  end_ = unread;
  if (unread > 0) {
    Reserve(unread);
    std::memcpy(buffer_.get(), rest, unread);
  }
  return given;
}

void JsonFramer::Append(std::size_t bytes) { end_ += bytes; }

std::optional<Result<std::string_view>> JsonFramer::Next() {
  for (;;) {
    if (state_ == State::kDiscardLine) SkipLine();
    if (state_ == State::kBetween) {
      SkipBlanks();
      if (scan_ < end_) {
        if (auto started = StartMessage(); !started) return started;
      }
    }
    if (scan_ == end_) {
      if (ended_) return Unfinished();
      if (state_ != State::kMessage) Forget();
      return std::nullopt;
    }
    if (auto outcome = FinishMessage(Scan())) return outcome;
  }
}

// Enters the message at scan_, or refuses the line.
Result<std::string_view> JsonFramer::StartMessage() {
  begin_ = scan_;
  const char first = buffer_[scan_];
  if (KindOf(first) != Kind::kOpening) {
    state_ = State::kDiscardLine;
    return Malformed(fmt::format(
        "a message starts with '{{' or '[', not with {}", Quoted(first)));
  }
  state_ = State::kMessage;
  closers_.clear();
  depth_ = 0;
  in_string_ = escaped_ = fresh_line_ = false;
  previous_ = ',';  // An opening bracket may follow it.
  return std::string_view();
}

// What Next() returns after a scan; nothing when it has to look further.
std::optional<Result<std::string_view>> JsonFramer::FinishMessage(
    Finding finding) {
  const bool discarding = state_ == State::kDiscardMessage;
  if (!discarding && scan_ - begin_ > limits_.max_message_bytes) {
    state_ = State::kDiscardMessage;
    if (finding != Finding::kNeedMore) Recover(finding);
    return Malformed("JSON message too large");
  }
  if (finding == Finding::kNeedMore) return std::nullopt;
  if (finding == Finding::kComplete) {
    const std::string_view text(buffer_.get() + begin_, scan_ - begin_);
    state_ = State::kBetween;
    begin_ = scan_;
    if (discarding) return std::nullopt;
    return text;
  }
  const std::string why = Describe(finding);
  Recover(finding);
  if (discarding) return std::nullopt;
  return Malformed(why);
}

std::optional<Result<std::string_view>> JsonFramer::Unfinished() {
  const bool owed = state_ == State::kMessage;
  state_ = State::kBetween;
  Forget();
  if (!owed) return std::nullopt;
  return Malformed("the connection ended inside a message");
}

// Looks at bytes up to the first that decides something.
JsonFramer::Finding JsonFramer::Scan() {
  while (scan_ < end_) {
    if (in_string_) {
      const Finding finding = ScanString();
      if (finding != Finding::kNeedMore) return finding;
      continue;
    }
    ScanPlain();
    if (scan_ == end_) break;
    const char c = buffer_[scan_];
    if (KindOf(c) == Kind::kQuote) {
      in_string_ = true;
      Pass(c);
      continue;
    }
    const Finding finding = Bracket(c);
    if (finding != Finding::kNeedMore) return finding;
  }
  return Finding::kNeedMore;
}

// Goes behind `c`, the byte at scan_.
void JsonFramer::Pass(char c) {
  ++scan_;
  previous_ = c;
  fresh_line_ = false;
}

// Goes on to a bracket, or to a string that needs a closer look: it holds an
// escape or a line break, or is not complete. Most of a long message is passed
// here, so everything is kept at hand.
void JsonFramer::ScanPlain() {
  const char* const bytes = buffer_.get();
  const std::size_t end = end_;
  std::size_t at = scan_;
  char previous = previous_;
  bool fresh_line = fresh_line_;
  for (; at < end; ++at) {
    const Kind kind = KindOf(bytes[at]);
    if (kind == Kind::kOpening || kind == Kind::kClosing) break;
    if (kind == Kind::kBlank) {
      fresh_line |= bytes[at] == '\n';
      continue;
    }
    if (kind == Kind::kQuote) {
      const std::size_t close = StringStop(bytes, at + 1, end);
      if (close == end || bytes[close] != '"') break;
      at = close;
    }
    previous = bytes[at];
    fresh_line = false;
  }
  scan_ = at;
  previous_ = previous;
  fresh_line_ = fresh_line;
}

JsonFramer::Finding JsonFramer::ScanString() {
  if (escaped_) {
    escaped_ = false;
    // An escaped line break is none either.
    if (buffer_[scan_] != '\n') ++scan_;
  }
  const std::size_t at = StringStop(buffer_.get(), scan_, end_);
  scan_ = at;
  if (at == end_) return Finding::kNeedMore;
  ++scan_;
  if (buffer_[at] == '\n') return Finding::kRawNewline;
  if (buffer_[at] == '"') in_string_ = false;
  if (buffer_[at] == '\\') escaped_ = true;
  return Finding::kNeedMore;
}

JsonFramer::Finding JsonFramer::Bracket(char bracket) {
  return KindOf(bracket) == Kind::kOpening ? Open(bracket) : Close(bracket);
}

JsonFramer::Finding JsonFramer::Open(char bracket) {
  if (previous_ != ',' && previous_ != ':' && previous_ != '[') {
    return Finding::kStrayOpening;
  }
  Pass(bracket);
  ++depth_;
  if (state_ == State::kDiscardMessage) return Finding::kNeedMore;
  if (depth_ > limits_.max_nesting) return Finding::kTooDeep;
  closers_.push_back(bracket == '{' ? '}' : ']');
  return Finding::kNeedMore;
}

JsonFramer::Finding JsonFramer::Close(char bracket) {
  Pass(bracket);
  if (state_ == State::kMessage) {
    if (closers_.back() != bracket) return Finding::kMismatch;
    closers_.pop_back();
  }
  return --depth_ == 0 ? Finding::kComplete : Finding::kNeedMore;
}

// Chooses where the next message is looked for.
void JsonFramer::Recover(Finding finding) {
  switch (finding) {
    case Finding::kTooDeep:
      state_ = State::kDiscardMessage;
      break;
    case Finding::kStrayOpening:
      // A line that starts with a bracket is itself the next line: the message
      // before it lacks its end.
      state_ = fresh_line_ ? State::kBetween : State::kDiscardLine;
      break;
    case Finding::kMismatch:
      state_ = State::kDiscardLine;
      break;
    default:  // The line is over, or the message.
      state_ = State::kBetween;
      break;
  }
  begin_ = scan_;
}

std::string JsonFramer::Describe(Finding finding) const {
  switch (finding) {
    case Finding::kTooDeep:
      return fmt::format("brackets are nested deeper than {}",
                         limits_.max_nesting);
    case Finding::kMismatch:
      return fmt::format("{} stands where '{}' must close",
                         Quoted(buffer_[scan_ - 1]), closers_.back());
    case Finding::kStrayOpening:
      return fmt::format("{} follows {} without ',' or ':'",
                         Quoted(buffer_[scan_]), Quoted(previous_));
    default:
      return "line break inside a string; write \\n";
  }
}

void JsonFramer::SkipBlanks() {
  while (scan_ < end_ && KindOf(buffer_[scan_]) == Kind::kBlank) ++scan_;
  begin_ = scan_;
}

void JsonFramer::SkipLine() {
  const std::string_view rest(buffer_.get() + scan_, end_ - scan_);
  const std::size_t newline = rest.find('\n');
  if (newline == std::string_view::npos) {
    scan_ = end_;
  } else {
    scan_ += newline + 1;
    state_ = State::kBetween;
  }
  begin_ = scan_;
}

// Drops the bytes: nothing of them is needed any more.
void JsonFramer::Forget() {
  begin_ = scan_ = end_ = 0;
  if (capacity_ > kKeptCapacity) {
    buffer_.reset();
    capacity_ = 0;
  }
}

}  // namespace goxel
