// Finding layers in the stack, and edits of it. None of them updates clones
// (UpdateClones).
//
// Errors: kNotFound for a layer that is not there. The scene is then, as after
// any error, what it was.
//
// Thread safety: as of the Scene.

#ifndef RENDERER_SCENE_LAYER_STACK_H_
#define RENDERER_SCENE_LAYER_STACK_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "ipc/status.h"
#include "renderer/scene/scene.h"

namespace goxel {

// The error for a layer id that no layer has; it names those there are.
Status NoSuchLayer(const Scene& scene, std::int32_t id);

// Which layer a request means.
struct LayerChoice {
  LayerChoice() = default;
  // NOLINTNEXTLINE(google-explicit-constructor)
  LayerChoice(std::int32_t layer_id, bool or_active = false)
      : id(layer_id), else_active(or_active) {}

  std::int32_t id = 0;       // 0: the active layer.
  bool else_active = false;  // The active one when there is no layer `id`.
};

// nullptr when there is no such layer.
const Layer* FindLayer(const Scene& scene, LayerChoice choice);

// The layer to change voxels of. A clone becomes an ordinary layer, since it
// would lose the change to its base otherwise. kNotFound when there is none.
Result<Layer*> LayerToEdit(Scene& scene, LayerChoice choice);

// Removes the layer. The one below takes over if it was the active one, and a
// scene that would have none gets a fresh one, as NewScene() does.
Status RemoveLayer(Scene& scene, std::int32_t id);

// Blends layer `source` onto layer `target` by the mode of `source`, wherever
// the two are in the stack and whether they are seen or not. The target stays
// what it is otherwise, the source goes. kFailedPrecondition when the two are
// one.
Status MergeLayer(Scene& scene, std::int32_t source, std::int32_t target);

// Blends two or more layers, bottom to top, onto the lowest of them, which
// stays; the others go. Returns its id. kInvalidArgument for fewer than two.
Result<std::int32_t> MergeLayers(Scene& scene,
                                 std::span<const std::int32_t> ids);

// Moves the layer to a place in the stack, 0 being the bottom. kInvalidArgument
// for a place that there is not.
Status MoveLayer(Scene& scene, std::int32_t id, std::size_t place);

}  // namespace goxel

#endif  // RENDERER_SCENE_LAYER_STACK_H_
