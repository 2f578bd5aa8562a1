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
// defaults that it has. A preset is its azimuth and elevation.
struct KeyCamera {
  std::optional<double> azimuth{};    // Degrees.
  std::optional<double> elevation{};  // Degrees.
  double roll = 0;                    // Degrees.
  std::optional<double> distance{};
  std::optional<std::array<double, 3>> target{};
  std::optional<std::array<double, 3>> eye{};
  double fov = 20;  // Degrees.
  bool orthographic = false;
  std::optional<double> ortho_height{};
  std::optional<std::array<double, 16>> matrix{};  // Column-major.
  double margin = 0.08;
};

// Everything that decides the pixels of a render.
struct KeyFields {
  SceneHash scene{};
  std::uint64_t build_hash = 0;  // Of the renderer, as in the index's header.
  std::uint32_t width = 512;     // Pixels.
  std::uint32_t height = 512;    // Pixels.
  KeyCamera camera{};
  std::string shading = "lit";  // As in options.shading.
  std::array<std::uint8_t, 4> background = {240, 240, 240, 255};  // R, G, B, A.
  bool transparent = false;      // Then the background does not count.
  std::optional<int> quality{};  // Of a JPEG, unless it is the default.
};

// The text that is hashed. Parameters that the others make meaningless are left
// out, so that they do not tell equal pictures apart; angles that differ by a
// full turn are told apart.
std::string KeyText(const KeyFields& fields);

// Never the empty key, nor any that WithVariant() would make empty; but where
// OpenSSL gives no digest, the key is empty, and the render shared with nobody.
ContentKey MakeContentKey(const KeyFields& fields, KeyVariant variant);

// The key of the same picture in another file format. Of the empty key it is
// the empty key.
ContentKey WithVariant(ContentKey key, KeyVariant variant);

}  // namespace goxel

#endif  // IPC_CONTENT_KEY_H_
