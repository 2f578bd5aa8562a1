#include "daemon/cancellation.h"

#include <fmt/format.h>

#include <utility>

namespace goxel {

Status Cancellation::Answer() const {
  return {StatusCode::kCancelled,
          fmt::format("the request \"{}\" was cancelled by goxel.cancel",
                      request_id_)};
}

std::shared_ptr<Cancellation> Cancellations::Begin(
    std::uint32_t uid, std::string_view request_id) {
  if (request_id.empty()) return nullptr;
  auto begun = std::make_shared<Cancellation>(uid, std::string(request_id));
  const std::lock_guard lock(mutex_);
  std::erase_if(running_, [](const auto& weak) { return weak.expired(); });
  running_.push_back(begun);
  return begun;
}

std::size_t Cancellations::Cancel(std::uint32_t uid,
                                  std::string_view request_id) {
  const std::lock_guard lock(mutex_);
  std::size_t cancelled = 0;
  for (const auto& weak : running_) {
    const auto running = weak.lock();
    if (!running || !running->Names(uid, request_id)) continue;
    if (running->requested()) continue;
    running->Request();
    ++cancelled;
  }
  return cancelled;
}

}  // namespace goxel
