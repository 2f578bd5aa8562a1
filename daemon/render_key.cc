#include "daemon/render_key.h"

#include <xxhash.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

namespace goxel {
namespace {

// Bytes to be hashed, one field after the other.
class KeyBytes {
 public:
  template <typename T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void Add(T value) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    text_.append(bytes, sizeof(T));
  }

  // -0.0 and 0.0 are one view.
  void Add(const glm::dmat4& matrix) {
    for (int i = 0; i < 16; ++i) Add(matrix[i / 4][i % 4] + 0.0);
  }

  void Add(Color color) {
    for (const auto channel : {color.r, color.g, color.b, color.a}) {
      Add(channel);
    }
  }

  void Add(std::string_view text) {
    Add(text.size());
    text_ += text;
  }

  ContentKey Hash() const {
    const auto hash = XXH3_128bits(text_.data(), text_.size());
    const ContentKey key{.high = hash.high64, .low = hash.low64};
    return key.empty() ? ContentKey{.high = 0, .low = 1} : key;
  }

 private:
  std::string text_;
};

}  // namespace

ContentKey MakeContentKey(const SceneRenderRequest& request,
                          const Hash128& volume_hash, const Camera& camera,
                          std::string_view build_id) {
  const RenderSettings& settings = request.settings;
  KeyBytes bytes;
  bytes.Add(volume_hash.high);
  bytes.Add(volume_hash.low);
  bytes.Add(camera.camera_to_world);
  bytes.Add(camera.projection);
  bytes.Add(request.width);
  bytes.Add(request.height);
  bytes.Add(settings.transparent ? Color{} : settings.background);
  bytes.Add(settings.transparent);
  bytes.Add(settings.shading);
  bytes.Add(request.format);
  if (request.format == RenderFormat::kPng) bytes.Add(request.compression);
  bytes.Add(build_id);
  return bytes.Hash();
}

}  // namespace goxel
