// The content key of a render: SHA-256 over a text that says what the picture
// shows. docs/content-keys.md defines the text with a worked example, so that
// any client that knows a scene's hash can tell the key of a picture of it, and
// find the picture in the index, without asking the daemon.

#ifndef IPC_CONTENT_KEY_H_
#define IPC_CONTENT_KEY_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ipc/render_record.h"

namespace goxel {

// Which file a picture was made into: the low 4 bits of its key. Stored in
// files and in shared memory: values are never renumbered.
enum class KeyVariant : std::uint32_t {
  kPam = 0,  // Raw pixels.
  kPngFast = 1,
  kPngBalanced = 2,
  kPngSmallest = 3,
  kPpm = 4,
  kJpg = 5,
  kBmp = 6,
  kQoi = 7,
};

// `compression` is the request's word: "fast", "balanced" or "smallest". It
// counts for PNG only; any other word is taken for "fast". An encrypted render
// has no key and so no variant; kPam stands for it.
KeyVariant VariantOf(RenderFormat format, std::string_view compression = {});

// Of all that a scene shows: the hash of its visible voxels.
struct SceneHash {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const SceneHash&) const = default;
  bool known() const { return high != 0 || low != 0; }
};

// From where: the parameters of goxel.render_scene as they were given, with the
// defaults that it has. A preset is what it stands for (docs/cameras.md).
struct KeyCamera {
  std::optional<double> azimuth{};    // Degrees.
  std::optional<double> elevation{};  // Degrees.
  double roll = 0;                    // Degrees.
  std::optional<double> distance{};
  std::optional<std::array<double, 3>> target{};
  std::optional<std::array<double, 3>> eye{};
  std::optional<std::array<double, 3>> up{};  // Of an eye.
  double fov = 20;                            // Degrees.
  // fx, fy, cx and cy in pixels; then fov does not count.
  std::optional<std::array<double, 4>> intrinsics{};
  bool orthographic = false;
  std::optional<double> ortho_height{};
  std::optional<double> ortho_width{};  // Where ortho_height is unset.
  std::optional<double> near_plane{};
  std::optional<double> far_plane{};
  // Camera to world in the OpenGL convention, column-major.
  std::optional<std::array<double, 16>> matrix{};
  double margin = 0.08;
};

// R, G, B, A.
using KeyColor = std::array<std::uint8_t, 4>;

// As options.light.
struct KeyLight {
  std::optional<double> azimuth{};    // Degrees.
  std::optional<double> elevation{};  // Degrees.
  std::optional<bool> follows_camera{};
  double intensity = 1;
  double ambient = 1;
  double shadow = 1;
};

// As options.outline.
struct KeyOutline {
  double width = 1;  // Pixels.
  KeyColor color = {20, 20, 24, 255};
};

// Everything that decides the pixels of a render. What is unset is as in a
// request that does not say it; a default may be spelled out.
struct KeyFields {
  SceneHash scene{};
  std::uint64_t build_hash = 0;  // Of the renderer, as in the index's header.
  std::uint32_t width = 512;     // Pixels.
  std::uint32_t height = 512;    // Pixels.
  KeyCamera camera{};
  std::string style = "default";  // As in options.style.
  std::optional<int> samples{};   // 1, 4 or 9.
  std::optional<KeyColor> background{};
  std::optional<KeyColor> background_bottom{};
  bool transparent = false;              // Then the background does not count.
  std::optional<std::string> shadows{};  // "off", "fast" or "smooth".
  std::optional<bool> ambient_occlusion{};
  std::optional<KeyOutline> outline{};
  bool ground = false;
  KeyLight light{};
  std::optional<int> quality{};  // Of a JPEG, unless it is the default.
};

// The text that is hashed. Parameters that the others make meaningless are left
// out, so that they do not tell equal pictures apart; angles that differ by a
// full turn are told apart.
std::string KeyText(const KeyFields& fields);

// Never the empty key, nor any that WithVariant() would make empty; but where
// OpenSSL gives no digest, the key is empty, and the render shared with nobody.
ContentKey MakeContentKey(const KeyFields& fields, KeyVariant variant);

// The same for a text of another kind, whose first line says which.
ContentKey HashKeyText(std::string_view text, KeyVariant variant);

// The key of the same picture in another file format. Of the empty key it is
// the empty key.
ContentKey WithVariant(ContentKey key, KeyVariant variant);

}  // namespace goxel

#endif  // IPC_CONTENT_KEY_H_
