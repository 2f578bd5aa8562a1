#include "clients/cpp/render_directory.h"

#include <unistd.h>

#include "clients/cpp/environment.h"
#include "ipc/index_layout.h"
#include "ipc/protocol.h"

namespace goxel {

std::vector<std::filesystem::path> RenderDirectoryPlaces() {
  if (const auto named = Environment("GOXEL_RENDER_DIR"); !named.empty()) {
    return {named};
  }
  std::vector<std::filesystem::path> places;
  if (const auto runtime = Environment("XDG_RUNTIME_DIR"); !runtime.empty()) {
    places.push_back(std::filesystem::path(runtime) / "goxel/renders");
  }
  places.emplace_back("/run/goxel/renders");
  places.emplace_back(kDefaultRenderDirectory);
  return places;
}

std::filesystem::path FindRenderDirectory() {
  const auto places = RenderDirectoryPlaces();
  for (const auto& place : places) {
    if (::access((place / kIndexFileName).c_str(), R_OK) == 0) return place;
  }
  return places.back();
}

}  // namespace goxel
