#include "clients/cpp/daemon_places.h"

#include "clients/cpp/environment.h"

namespace goxel {

std::vector<std::filesystem::path> DaemonPlaces(
    const char* variable, std::string_view name,
    std::string_view without_service) {
  using Path = std::filesystem::path;
  if (const auto named = Environment(variable); !named.empty()) return {named};
  std::vector<Path> places;
  if (const auto runtime = Environment("XDG_RUNTIME_DIR"); !runtime.empty()) {
    places.push_back(Path(runtime) / "goxel" / name);
  }
  places.push_back(Path("/run/goxel") / name);
  places.emplace_back(without_service);
  return places;
}

}  // namespace goxel
