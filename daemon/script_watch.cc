#include "daemon/script_watch.h"

#include <algorithm>

namespace goxel {

Status ScriptWatch::Check() const {
  if (stopping_) {
    return {StatusCode::kUnavailable,
            "the daemon is shutting down; run the script again when it runs"};
  }
  if (peer_->gone) {
    return {StatusCode::kCancelled, "the client that ran the script has left"};
  }
  if (Clock::now() >= begin_ + timeout_) {
    // The words that existing clients know.
    return Status(StatusCode::kTimedOut, "Script execution timeout")
        .With("timeout_ms", timeout_.count());
  }
  return Status();
}

std::chrono::milliseconds ScriptWatch::Patience() const {
  constexpr std::chrono::milliseconds kBetweenLooks(100);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(
      begin_ + timeout_ - Clock::now());
  return std::clamp(left, std::chrono::milliseconds(0), kBetweenLooks);
}

std::chrono::duration<double, std::milli> ScriptWatch::Elapsed() const {
  return Clock::now() - begin_;
}

}  // namespace goxel
