// Which layer the params of a request mean, by the rules that existing clients
// know: an id that is not positive names none.
//
// Thread safety: all functions may be called from any thread.

#ifndef DAEMON_LAYER_PARAMS_H_
#define DAEMON_LAYER_PARAMS_H_

#include <cstdint>

#include "renderer/scene/layer_stack.h"

namespace goxel {

// Layer `layer_id`, else the active one.
inline LayerChoice LayerOrActive(std::int32_t layer_id) {
  return layer_id > 0 ? layer_id : 0;
}

// Layer `layer_id`; without one layer 1, or the active one where there is no
// layer 1.
inline LayerChoice LayerOrFirst(std::int32_t layer_id) {
  return layer_id > 0 ? LayerChoice(layer_id) : LayerChoice(1, true);
}

}  // namespace goxel

#endif  // DAEMON_LAYER_PARAMS_H_
