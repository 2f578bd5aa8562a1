// A scene: layers of voxels with materials, and the cameras and light that came
// with the file. Plain values; copying a Scene is a snapshot (volumes share
// their tiles), so a render works on a copy while edits go on.

#ifndef RENDERER_SCENE_SCENE_H_
#define RENDERER_SCENE_SCENE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/status.h"
#include "renderer/scene/layer_objects.h"
#include "renderer/scene/volume.h"

namespace goxel {

// 4x4 matrix, column-major, as in .gox files and in OpenGL: translation in
// elements 12 to 14.
using Matrix4 = std::array<float, 16>;
inline constexpr Matrix4 kIdentityMatrix = {1, 0, 0, 0, 0, 1, 0, 0,
                                            0, 0, 1, 0, 0, 0, 0, 1};

// How a layer combines with what is below it. Values as stored in .gox files.
//
// b is the voxel below and a the one above, each with colour (rgb) and alpha
// (.a) from 0 to 255; an empty cell has alpha 0. Divisions round down. The
// lowest visible layer is taken as it is.
enum class BlendMode : std::int32_t {
  // .a = a.a + b.a (255 - a.a) / 255; rgb weighted by 255 a.a and
  // b.a (255 - a.a). An opaque voxel replaces what is below.
  kOver = 0,
  kSubtract = 1,       // rgb of b; .a = max(b.a - a.a, 0)
  kSubtractClamp = 2,  // rgb of b; .a = min(b.a, 255 - a.a)
  kPaint = 3,          // rgb = (a a.a + b (255 - a.a)) / 255; .a = b.a
  kMax = 4,            // rgb of a, or of b where a is empty; .a = max(b.a, a.a)
  kIntersect = 5,      // rgb of b; .a = min(b.a, a.a)
  kIntersectFill = 6,  // rgb of a; .a = min(b.a, a.a)
  kMultiplyAlpha = 7,  // rgb and .a of b, times a.a / 255
  kReplace = 8,        // a everywhere; nothing that is below shows
};

// glTF-style parameters; colour factors are linear.
struct Material {
  std::string name;
  std::array<float, 4> color = {1, 1, 1, 1};
  float metallic = 0.2f;
  float roughness = 0.5f;
  std::array<float, 3> emission = {0, 0, 0};
  bool operator==(const Material&) const = default;
};

struct Layer {
  std::int32_t id = 0;  // From 1; unique in a scene, its objects included.
  std::string name;
  bool visible = true;
  BlendMode mode = BlendMode::kOver;
  std::int32_t material = -1;  // Index into Scene::materials, or -1.
  std::int32_t base_id = 0;    // Clone layers: the layer cloned; else 0.
  Matrix4 matrix = kIdentityMatrix;
  Volume volume;  // World coordinates.
  // Unset: the layer is one object, which has its id and name.
  std::shared_ptr<const LayerObjects> objects;
};

// A layer's voxel and what it becomes; alpha 0 removes it.
struct VoxelChange {
  Cell cell;
  Color color;
};

// A palette entry of a file that has one (.vox).
struct PaletteEntry {
  Color color;
  std::int32_t material = -1;  // Index into Scene::materials, or -1.
  bool operator==(const PaletteEntry&) const = default;
};

// camera-to-world: the camera looks along its -Z, +Y up.
struct StoredCamera {
  static constexpr float kGoxelsFov = 20;

  std::string name;
  Matrix4 matrix = kIdentityMatrix;
  float distance = 0;      // To the orbit centre, along -Z.
  float fov = kGoxelsFov;  // Degrees from the top to the bottom edge.
  bool orthographic = false;
  // Voxels from the top to the bottom edge when orthographic; 0: twice the
  // distance from left to right, as in Goxel.
  float ortho_height = 0;
  bool active = false;
  bool operator==(const StoredCamera&) const = default;
};

// Direction to the light = Rz(yaw) * Rx(pitch) * (0, 0, 1); radians.
struct StoredLight {
  float pitch = 0.34906585f;  // 20 degrees
  float yaw = 2.0943951f;     // 120 degrees
  float intensity = 2.0f;
  float ambient = 0.3f;
  float shadow = 0.3f;
  bool fixed = false;  // Turns with the camera.
  bool operator==(const StoredLight&) const = default;
};

struct Scene {
  std::vector<Layer> layers;      // Bottom first.
  std::int32_t active_layer = 0;  // Id of the layer that edits go to.
  std::vector<Material> materials;
  std::vector<PaletteEntry> palette;  // 256 entries, or empty.
  std::vector<StoredCamera> cameras;
  std::optional<StoredLight> light;
  std::optional<Box> image_box;

  // The layer with this id; nullptr when there is none.
  Layer* FindLayer(std::int32_t id);
  const Layer* FindLayer(std::int32_t id) const;

  // The name of the layer or of the object of a layer with this id; empty when
  // there is none.
  std::string_view ObjectName(std::int32_t id) const;

  // The layer that edits go to: the one with the id active_layer, else the
  // topmost, else a new one.
  Layer& ActiveLayer();
  // The same for looking; nullptr when there is no layer.
  const Layer* ActiveLayer() const;

  // Appends an empty layer with the next free id, which no object has either,
  // and makes it active.
  Layer& AddLayer(std::string name);

  // Of all layers, seen or not.
  std::uint64_t CountVoxels() const;
  std::uint64_t CountTiles() const;
};

// True when one is a copy of the other and neither was changed since.
bool IsUnchanged(const Scene& before, const Scene& after);

// True when a layer shows the voxels of another (UpdateClones).
bool HasClones(const Scene& scene);

// A scene with one empty layer, "Layer.1", id 1, active.
Scene NewScene();

// Makes the volume of every clone layer anew from the volume of its base, moved
// by the clone's matrix. To be called after an edit of a layer that has clones;
// readers of files have done so. A clone whose base is gone becomes an ordinary
// layer and keeps its voxels.
//
// kDataLoss when clones form a cycle; kTooLarge when matrices spread the clones
// over more cells than `cells_left` (kMaxCloneCells by default), which the
// cells looked at are taken off. On error some clones may be up to date.
inline constexpr std::uint64_t kMaxCloneCells = 256ull << 20;
Status UpdateClones(Scene& scene);
Status UpdateClones(Scene& scene, std::uint64_t& cells_left);

// What is seen: the visible layers combined, bottom to top, by their modes. The
// common case, one visible layer, costs O(1).
Volume Composite(const Scene& scene);

}  // namespace goxel

#endif  // RENDERER_SCENE_SCENE_H_
