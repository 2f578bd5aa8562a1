#include "clients/cpp/render_directory.h"

#include <fmt/format.h>
#include <unistd.h>

#include <string>

#include "clients/cpp/daemon_places.h"
#include "clients/cpp/environment.h"
#include "ipc/index_layout.h"
#include "ipc/protocol.h"

namespace goxel {

Result<std::filesystem::path> FindRenderDirectory() {
  constexpr char kVariable[] = "GOXEL_RENDER_DIR";
  const auto places =
      DaemonPlaces(kVariable, "renders", kDefaultRenderDirectory);
  if (!Environment(kVariable).empty()) return places.front();
  std::string names;
  for (const auto& place : places) {
    if (::access((place / kIndexFileName).c_str(), R_OK) == 0) return place;
    names += (names.empty() ? "'" : ", '") + place.native() + "'";
  }
  return Fail(StatusCode::kUnavailable,
              fmt::format("no daemon has left an index that this user may read "
                          "in any of {}; start one, or name its render "
                          "directory in {}",
                          names, kVariable));
}

}  // namespace goxel
