// How many clients this process may have connected: each takes a descriptor.

#ifndef DAEMON_DESCRIPTOR_LIMIT_H_
#define DAEMON_DESCRIPTOR_LIMIT_H_

#include <cstddef>

namespace goxel {

// Descriptors that the daemon may need besides its connections: render files,
// scripts, the log.
inline constexpr std::size_t kReservedDescriptors = 256;

// Raises the soft limit on open files (RLIMIT_NOFILE) to the hard one. Returns
// `wanted`, or as many connections as the hard limit leaves room for; at least
// 1. Thread safety: to be called from one thread at a time.
std::size_t AffordConnections(std::size_t wanted);

}  // namespace goxel

#endif  // DAEMON_DESCRIPTOR_LIMIT_H_
