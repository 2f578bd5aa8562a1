#include "daemon/plane_key.h"

#include <fmt/format.h>

#include <iterator>
#include <string>

#include "daemon/render_key.h"
#include "ipc/content_key.h"

namespace goxel {
namespace {

void AddLine(std::string_view words, const Hash128& hash, std::string& text) {
  fmt::format_to(std::back_inserter(text), "{} {:016x}{:016x}\n", words,
                 hash.high, hash.low);
}

// All that decides which object a voxel is of, and its id.
std::string LayersText(const Scene& scene) {
  std::string text;
  for (const Layer& layer : scene.layers) {
    if (!layer.visible) continue;
    AddLine(fmt::format("layer {} {}", layer.id, static_cast<int>(layer.mode)),
            HashVolume(layer.volume), text);
    if (layer.objects != nullptr) {
      AddLine("objects", layer.objects->Hash(), text);
    }
  }
  return text;
}

std::string PaletteText(const Scene& scene) {
  std::string text = "palette ";
  for (const PaletteEntry& entry : scene.palette) {
    fmt::format_to(std::back_inserter(text), "{:02x}{:02x}{:02x}",
                   entry.color.r, entry.color.g, entry.color.b);
  }
  return text + "\n";
}

// The request for the plainest picture of the same view.
SceneRenderRequest PlainRequest(const SceneRenderRequest& request) {
  SceneRenderRequest plain;
  plain.width = request.width;
  plain.height = request.height;
  plain.camera = request.camera;
  plain.settings.style = Style::kFlat;
  return plain;
}

}  // namespace

std::vector<ContentKey> MakePlaneKeys(const SceneRenderRequest& request,
                                      const SceneSnapshot& snapshot,
                                      std::string_view build_id) {
  const std::string view = KeyText(
      KeyFieldsOf(PlainRequest(request), snapshot.view().scene.hash, build_id));
  std::vector<ContentKey> keys;
  for (const Plane plane : request.planes) {
    std::string text =
        fmt::format("goxel-plane 1\nplane {}\n", ToString(plane));
    if (plane == Plane::kObjectId) text += LayersText(snapshot.scene());
    if (plane == Plane::kPaletteIndex) text += PaletteText(snapshot.scene());
    keys.push_back(HashKeyText(text + view, KeyVariant::kPam));
  }
  return keys;
}

ContentKey CombineKeys(const std::vector<ContentKey>& keys) {
  std::string text = "goxel-planes 1\n";
  for (const ContentKey& key : keys) {
    if (key.empty()) return {};
    text += FormatContentKey(key) + "\n";
  }
  return HashKeyText(text, KeyVariant::kPam);
}

}  // namespace goxel
