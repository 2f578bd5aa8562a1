#include "daemon/peer.h"

#include <fmt/format.h>

#include <utility>

namespace goxel {

void Peer::Notify(std::string_view method, std::string_view params_json) {
  std::function<void()> wake;
  {
    const std::lock_guard lock(mutex_);
    if (!wake_) return;
    // Those that wait have woken the server already.
    if (notifications_.empty()) wake = wake_;
    if (notifications_.size() == kMaxNotifications) {
      notifications_.erase(notifications_.begin());
    }
    notifications_.push_back(
        fmt::format("{{\"jsonrpc\":\"2.0\",\"method\":\"{}\",\"params\":{}}}\n",
                    method, params_json));
  }
  if (wake) wake();
}

void Peer::WhenGone(std::function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    if (!left_) return when_gone_.push_back(std::move(callback));
  }
  callback();
}

void Peer::Connect(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

std::vector<std::string> Peer::TakeNotifications() {
  const std::lock_guard lock(mutex_);
  return std::exchange(notifications_, {});
}

void Peer::Leave() {
  gone = true;
  std::vector<std::function<void()>> callbacks;
  {
    const std::lock_guard lock(mutex_);
    left_ = true;
    wake_ = nullptr;
    notifications_.clear();
    callbacks.swap(when_gone_);
  }
  for (const auto& callback : callbacks) callback();
}

}  // namespace goxel
