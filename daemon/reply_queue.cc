#include "daemon/reply_queue.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace goxel {
namespace {

constexpr std::size_t kSourcePieceBytes = std::size_t{64} << 10;
// Texts up to here are copied behind each other, longer ones are kept.
constexpr std::size_t kJoinedBytes = std::size_t{64} << 10;
constexpr std::size_t kBytesPerFlush = std::size_t{1} << 20;
constexpr std::size_t kPiecesPerSend = 16;

// Room for one descriptor in a control message.
struct alignas(cmsghdr) ControlBuffer {
  std::array<char, CMSG_SPACE(sizeof(int))> bytes{};
};

void AttachDescriptor(int descriptor, ControlBuffer* control, msghdr* message) {
  message->msg_control = control->bytes.data();
  message->msg_controllen = control->bytes.size();
  cmsghdr* header = CMSG_FIRSTHDR(message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
}

}  // namespace

bool ReplyQueue::full() const {
  return resources_ > 0 || pending_bytes_ >= limits_.reply_bytes ||
         pending_replies_ >= limits_.replies;
}

void ReplyQueue::AddText(std::string_view text) {
  if (text.empty()) return;
  Append(text);
  ++pieces_.back().replies;
  ++pending_replies_;
}

void ReplyQueue::Append(std::string_view text) {
  if (text.empty()) return;
  const bool joins = !pieces_.empty() && !pieces_.back().source &&
                     pieces_.back().text.size() + text.size() <= kJoinedBytes;
  if (joins) {
    pieces_.back().text.append(text);
  } else {
    pieces_.push_back({.text = std::string(text)});
  }
  pending_bytes_ += text.size();
}

void ReplyQueue::AddReply(std::string_view before, RpcReply reply,
                          std::string_view behind) {
  if (reply.descriptor.valid()) {
    pieces_.push_back({.text = std::string(before),
                       .descriptor = std::move(reply.descriptor)});
    pending_bytes_ += before.size();
    ++resources_;
  } else {
    Append(before);
  }
  std::string_view rest = reply.json;
  if (reply.inserted) {
    const std::size_t split = std::min(reply.insert_at, rest.size());
    Append(rest.substr(0, split));
    pieces_.back().source = std::move(reply.inserted);
    ++resources_;
    rest.remove_prefix(split);
  }
  if (rest.size() == reply.json.size() && rest.size() > kJoinedBytes) {
    pending_bytes_ += rest.size();
    pieces_.push_back({.text = std::move(reply.json)});
  } else {
    Append(rest);
  }
  Append(behind);
  ++pieces_.back().replies;
  ++pending_replies_;
}

ReplyQueue::Outcome ReplyQueue::Flush(int socket) {
  std::size_t flushed = 0;
  while (!pieces_.empty()) {
    if (sent_ == pieces_.front().text.size()) {
      if (!Refill()) return Outcome::kBroken;
      continue;
    }
    if (flushed >= kBytesPerFlush) return Outcome::kRest;
    if (!ReadAhead()) return Outcome::kBroken;
    const ssize_t sent = Send(socket);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      return Outcome::kRest;
    }
    if (sent < 0) return Outcome::kBroken;
    flushed += static_cast<std::size_t>(sent);
    Drop(static_cast<std::size_t>(sent));
  }
  return Outcome::kEmpty;
}

void ReplyQueue::Clear() {
  pieces_.clear();
  sent_ = pending_bytes_ = pending_replies_ = resources_ = 0;
}

// Makes the first piece up to full length, or to the end of its source. So a
// short reply goes out in one write: many clients call recv() once per reply.
// False when the source failed.
bool ReplyQueue::ReadAhead() {
  Piece& piece = pieces_.front();
  while (piece.source && sent_ == 0 && piece.text.size() < kSourcePieceBytes) {
    const std::size_t size = piece.text.size();
    piece.text.resize(size + kSourcePieceBytes);
    const Result<std::size_t> made =
        piece.source->Read({piece.text.data() + size, kSourcePieceBytes});
    if (!made) return false;
    piece.text.resize(size + *made);
    pending_bytes_ += *made;
    if (*made > 0) continue;
    piece.source.reset();
    --resources_;
  }
  return true;
}

// Goes on behind the first piece's text: with more from its source, or with the
// next piece. False when the source failed.
bool ReplyQueue::Refill() {
  Piece& piece = pieces_.front();
  sent_ = 0;
  piece.text.clear();
  if (piece.source) {
    piece.text.resize(kSourcePieceBytes);
    const Result<std::size_t> made =
        piece.source->Read({piece.text.data(), piece.text.size()});
    if (!made) return false;
    piece.text.resize(*made);
    pending_bytes_ += *made;
    if (*made > 0) return true;
    --resources_;
  }
  PopFront();
  return true;
}

void ReplyQueue::PopFront() {
  pending_replies_ -= pieces_.front().replies;
  pieces_.pop_front();
}

// One sendmsg() over as many pieces as may go together.
ssize_t ReplyQueue::Send(int socket) {
  std::array<iovec, kPiecesPerSend> parts;
  std::size_t count = 0;
  for (Piece& piece : pieces_) {
    const std::size_t skipped = count == 0 ? sent_ : 0;
    if (count == parts.size()) break;
    if (count > 0 && piece.descriptor.valid()) break;
    parts[count++] = {piece.text.data() + skipped, piece.text.size() - skipped};
    if (piece.source) break;
  }
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  ControlBuffer control;
  const UniqueFd& descriptor = pieces_.front().descriptor;
  if (descriptor.valid()) {
    AttachDescriptor(descriptor.get(), &control, &message);
  }
  return ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

// Takes sent bytes off the front; a piece with a source stays until Refill().
void ReplyQueue::Drop(std::size_t bytes) {
  pending_bytes_ -= bytes;
  if (pieces_.front().descriptor.valid()) {
    pieces_.front().descriptor.reset();
    --resources_;
  }
  sent_ += bytes;
  while (!pieces_.empty() && sent_ >= pieces_.front().text.size() &&
         !pieces_.front().source) {
    sent_ -= pieces_.front().text.size();
    PopFront();
  }
}

}  // namespace goxel
