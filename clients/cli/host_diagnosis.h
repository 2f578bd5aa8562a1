// Checks of goxelctl doctor that look at the host: limits of processes and of
// memory, and the daemon behind its socket.

#ifndef CLIENTS_CLI_HOST_DIAGNOSIS_H_
#define CLIENTS_CLI_HOST_DIAGNOSIS_H_

#include <cstdint>
#include <filesystem>

#include "clients/cli/command.h"
#include "clients/cli/finding.h"

namespace goxel {

// RLIMIT_NOFILE, vm.max_map_count and the memory limit of the cgroup against a
// cache of `max_cache_bytes` in `directory`.
void DiagnoseLimits(const std::filesystem::path& directory,
                    std::uint64_t max_cache_bytes, Findings& findings);

// Whether the socket is there, accepts, and answers with our version.
void DiagnoseSocket(const Invocation& invocation, Findings& findings);

}  // namespace goxel

#endif  // CLIENTS_CLI_HOST_DIAGNOSIS_H_
