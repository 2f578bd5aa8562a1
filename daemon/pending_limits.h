// How much may wait for one client. What is over a limit waits on the client's
// side of the socket, and costs nobody else anything.

#ifndef DAEMON_PENDING_LIMITS_H_
#define DAEMON_PENDING_LIMITS_H_

#include <cstddef>

namespace goxel {

struct PendingLimits {
  // Of replies that the client has not read. At a limit its next request is not
  // started until it reads.
  std::size_t replies = 1'000'000;
  std::size_t reply_bytes = std::size_t{64} << 20;
  // Of requests behind one in work. At the limit no more is read from the
  // socket until that one is answered.
  std::size_t input_bytes = std::size_t{4} << 20;
};

}  // namespace goxel

#endif  // DAEMON_PENDING_LIMITS_H_
