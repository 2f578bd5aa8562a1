#include "clients/cpp/socket_path.h"

#include <system_error>

#include "clients/cpp/daemon_places.h"
#include "ipc/protocol.h"

namespace goxel {

std::filesystem::path FindSocketPath() {
  const auto places =
      DaemonPlaces("GOXEL_SOCKET", "goxel.sock", kDefaultSocketPath);
  for (const auto& place : places) {
    std::error_code unreachable;
    if (std::filesystem::exists(place, unreachable)) return place;
  }
  return places.back();
}

}  // namespace goxel
