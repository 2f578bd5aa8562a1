#include "clients/cpp/socket_path.h"

#include <system_error>
#include <vector>

#include "clients/cpp/environment.h"
#include "ipc/protocol.h"

namespace goxel {

std::filesystem::path FindSocketPath() {
  if (const auto named = Environment("GOXEL_SOCKET"); !named.empty()) {
    return named;
  }
  std::vector<std::filesystem::path> candidates;
  if (const auto runtime = Environment("XDG_RUNTIME_DIR"); !runtime.empty()) {
    candidates.push_back(std::filesystem::path(runtime) / "goxel/goxel.sock");
  }
  candidates.emplace_back("/run/goxel/goxel.sock");
  for (const auto& candidate : candidates) {
    std::error_code unreachable;
    if (std::filesystem::exists(candidate, unreachable)) return candidate;
  }
  return kDefaultSocketPath;
}

}  // namespace goxel
