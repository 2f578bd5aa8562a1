// The `options` of a render request that say how the picture looks, and the
// `light` of goxel.set_light.

#ifndef DAEMON_LOOK_OPTIONS_H_
#define DAEMON_LOOK_OPTIONS_H_

#include <string_view>

#include "daemon/params.h"
#include "ipc/status.h"
#include "renderer/render_settings.h"

namespace goxel {

// Reads what the object `options` says of the look. kInvalidArgument naming the
// option.
Status ReadLookOptions(Json options, RenderSettings& settings);

// Reads the object `light`; `name` is what messages call it. Members that are
// missing keep what `settings` holds.
Status ReadLight(Json light, std::string_view name, LightSettings& settings);

}  // namespace goxel

#endif  // DAEMON_LOOK_OPTIONS_H_
