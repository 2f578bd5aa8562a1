// Gives up, for good, what a script must not have: files, processes, sockets,
// more memory and other processes' memory.

#ifndef DAEMON_SCRIPT_HOST_SANDBOX_H_
#define DAEMON_SCRIPT_HOST_SANDBOX_H_

namespace goxel {

// From here on this process can read from and write to the descriptor
// `channel`, look at the clock, use the memory that it has, and exit. Any other
// system call kills it with SIGSYS. After `cpu_seconds` of work the system
// kills it too, so that it ends even where nobody watches.
//
// False when the system does not have what this needs (seccomp filters); the
// process is then not to be trusted with a script.
// REQUIRES: one thread.
bool EnterSandbox(int channel, unsigned cpu_seconds);

}  // namespace goxel

#endif  // DAEMON_SCRIPT_HOST_SANDBOX_H_
