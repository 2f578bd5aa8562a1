// Writes what the client sends: JSON-RPC 2.0 requests, one line each, and the
// parameters of the methods that the client calls by name.

#ifndef CLIENTS_CPP_REQUEST_H_
#define CLIENTS_CPP_REQUEST_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "clients/cpp/client.h"
#include "ipc/status.h"

namespace goxel {

// `params` is a JSON array or object, or empty for none; kInvalidArgument for
// anything that does not begin like one.
Result<std::string> WriteRequestLine(std::uint64_t id, std::string_view method,
                                     std::string_view params);

// {"key":"value"}, escaped; without members whose value is empty.
struct StringParam {
  const char* key;
  std::string_view value;
};
std::string WriteStringParams(std::initializer_list<StringParam> params);

// Parameters of goxel.create_project, for a project that is closed when the
// connection ends.
std::string WriteEphemeralProjectParams(std::string_view project_id);

// Parameters of goxel.render_scene. `return_mode` as on the wire.
// kInvalidArgument for a number that is not finite.
Result<std::string> WriteRenderParams(const RenderRequest& request,
                                      std::string_view return_mode);

// Many views of a scene in one request.
struct ViewsOrder {
  // Of every view, but for its camera and its progress.
  RenderRequest frame{};
  // Which views: the members `turntable`, `presets`, `cameras` and `sheet` of
  // the params, as JSON.
  struct Choice {
    const char* key;
    std::string json;
  };
  std::vector<Choice> choices{};
  // Where the files are to be; empty: in the render directory.
  std::string output_directory{};
};

// Parameters of goxel.render_views with return_mode file_path, and a
// notification for each view. kInvalidArgument as above.
Result<std::string> WriteViewsParams(const ViewsOrder& order);

}  // namespace goxel

#endif  // CLIENTS_CPP_REQUEST_H_
