// Requests that their client can take back by a name of its own: the
// `request_id` of a request, which goxel.cancel names.
//
// The requests of one connection are handled one after the other, so a client
// cancels over a second connection. Names belong to users: no other user's
// client can cancel. They need not be unique; all of a name are cancelled.
//
// Thread safety: all functions may be called from any thread.

#ifndef DAEMON_CANCELLATION_H_
#define DAEMON_CANCELLATION_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "ipc/status.h"

namespace goxel {

class Cancellation {
 public:
  Cancellation(std::uint32_t uid, std::string request_id)
      : uid_(uid), request_id_(std::move(request_id)) {}

  const std::string& request_id() const { return request_id_; }
  bool Names(std::uint32_t uid, std::string_view request_id) const {
    return uid_ == uid && request_id_ == request_id;
  }

  void Request() { requested_ = true; }
  bool requested() const { return requested_; }

  // What a request is answered with that was cancelled: kCancelled.
  Status Answer() const;

 private:
  const std::uint32_t uid_;
  const std::string request_id_;
  std::atomic<bool> requested_ = false;
};

class Cancellations {
 public:
  // Makes a request cancellable for as long as somebody holds the result. Null
  // for an empty name.
  std::shared_ptr<Cancellation> Begin(std::uint32_t uid,
                                      std::string_view request_id);

  // Asks every request of that name to end. Returns how many there are that
  // were not asked before.
  std::size_t Cancel(std::uint32_t uid, std::string_view request_id);

 private:
  std::mutex mutex_;
  std::list<std::weak_ptr<Cancellation>> running_;
};

}  // namespace goxel

#endif  // DAEMON_CANCELLATION_H_
