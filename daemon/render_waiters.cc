#include "daemon/render_waiters.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace goxel {
namespace {

std::string NameOf(const RenderWaiters::Target& target) {
  if (const auto* id = std::get_if<RenderId>(&target)) {
    return fmt::format("id {}", FormatRenderId(*id));
  }
  return fmt::format("key {}", FormatContentKey(std::get<ContentKey>(target)));
}

Status Stopping() {
  return Status(StatusCode::kUnavailable,
                "the daemon is shutting down; wait again when it runs");
}

Status TimedOut(const RenderWaiters::Target& target,
                std::chrono::milliseconds timeout) {
  return Status(StatusCode::kTimedOut,
                fmt::format("no render with the {} came within {} ms; wait "
                            "again, or order it with goxel.render_scene",
                            NameOf(target), timeout.count()))
      .With("timeout_ms", timeout.count());
}

}  // namespace

RenderWaiters::RenderWaiters(Find find)
    : find_(std::move(find)), timer_([this] { RunTimer(); }) {}

RenderWaiters::~RenderWaiters() {
  Stop();
  timer_.join();
}

void RenderWaiters::Wait(Target target, std::chrono::milliseconds timeout,
                         const std::shared_ptr<Peer>& peer, Done done) {
  bool unwatched = false;
  {
    std::unique_lock lock(mutex_);
    if (stopping_) {
      lock.unlock();
      return done(Fail(Stopping()));
    }
    waiters_.push_back({.target = target,
                        .timeout = timeout,
                        .deadline = Clock::now() + timeout,
                        .peer = peer.get(),
                        .done = std::move(done)});
    unwatched = watched_.insert(peer.get()).second;
    changed_.notify_one();
  }
  if (unwatched) {
    peer->WhenGone([this, who = peer.get()] { Forget(who); });
  }
  // Only now, so that a commit before it is found here and one after it finds
  // the waiter; who takes the waiter out of the list answers it.
  if (const auto info = find_(target)) Committed(*info);
}

void RenderWaiters::Committed(const RenderInfo& info) {
  std::list<Waiter> served;
  {
    const std::lock_guard lock(mutex_);
    served = Take([&](const Waiter& waiter) { return WaitsFor(waiter, info); });
  }
  for (const Waiter& waiter : served) waiter.done(info);
}

void RenderWaiters::Stop() {
  std::list<Waiter> given_up;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    given_up.swap(waiters_);
    changed_.notify_one();
  }
  for (const Waiter& waiter : given_up) waiter.done(Fail(Stopping()));
}

std::size_t RenderWaiters::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiters_.size();
}

bool RenderWaiters::WaitsFor(const Waiter& waiter, const RenderInfo& info) {
  if (const auto* id = std::get_if<RenderId>(&waiter.target)) {
    return *id == info.id;
  }
  return !info.key.empty() && std::get<ContentKey>(waiter.target) == info.key;
}

template <typename Leaves>
std::list<RenderWaiters::Waiter> RenderWaiters::Take(const Leaves& leaves) {
  std::list<Waiter> taken;
  for (auto it = waiters_.begin(); it != waiters_.end();) {
    const auto here = it++;
    if (leaves(*here)) taken.splice(taken.end(), waiters_, here);
  }
  return taken;
}

// What the dropped requests hold ends outside the lock.
void RenderWaiters::Forget(const Peer* peer) {
  std::list<Waiter> dropped;
  const std::lock_guard lock(mutex_);
  watched_.erase(peer);
  dropped = Take([&](const Waiter& waiter) { return waiter.peer == peer; });
}

void RenderWaiters::RunTimer() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (waiters_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto next =
        std::ranges::min_element(waiters_, {}, &Waiter::deadline)->deadline;
    if (Clock::now() < next) {
      changed_.wait_until(lock, next);
      continue;
    }
    const std::list<Waiter> late =
        Take([&](const Waiter& waiter) { return waiter.deadline <= next; });
    lock.unlock();
    for (const Waiter& waiter : late) {
      waiter.done(Fail(TimedOut(waiter.target, waiter.timeout)));
    }
    lock.lock();
  }
}

RenderWaiters::Find FindInStore(const RenderStore* store) {
  return [store](const RenderWaiters::Target& target) {
    if (const auto* id = std::get_if<RenderId>(&target)) {
      return store->Find(*id);
    }
    return store->FindByKey(std::get<ContentKey>(target));
  };
}

}  // namespace goxel
