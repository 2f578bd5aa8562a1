// Samples of the messages themselves: framing, JSON-RPC, MCP, and the methods
// without a prefix.

#include "tests/e2e/compat_samples.h"

#include <fmt/format.h>

namespace goxel {
namespace {

CompatSample Raw(std::string_view request, std::string_view reply) {
  return {std::string(request), std::string(reply)};
}

// A message that is refused before any method sees it.
CompatSample Refused(std::string_view request, int code,
                     std::string_view id = "null") {
  return {std::string(request),
          fmt::format(R"({{"jsonrpc":"2.0","error":{{"code":{},)"
                      R"("message":"*string","...":0}},"id":{}}})",
                      code, id)};
}

std::string Pong(std::string_view id) {
  return fmt::format(
      R"({{"jsonrpc":"2.0","result":{{"pong":true,"timestamp":"*integer"}},)"
      R"("id":{}}})",
      id);
}

std::string Echoed(std::string_view result, std::string_view id) {
  return fmt::format(R"({{"jsonrpc":"2.0","result":{},"id":{}}})", result, id);
}

CompatGroup Framing() {
  return {
      .name = "Framing",
      .samples =
          {Raw(R"( 	{"jsonrpc":"2.0","method":"ping","id":1})", Pong("1")),
           Raw("{\r\n  \"jsonrpc\": \"2.0\",\n  \"method\": \"ping\",\n"
               "  \"params\": {\n  },\n  \"id\": 2\n}",
               Pong("2")),
           Raw(R"({"method":"echo","params":["}{][","\"}"],"id":3})",
               Echoed(R"(["}{][","\"}"])", "3")),
           Raw(R"({"method":"echo","params":[[[[[[[[[[[[7]]]]]]]]]]]],"id":4})",
               Echoed("[[[[[[[[[[[[7]]]]]]]]]]]]", "4"))},
      .independent = true};
}

CompatGroup Ids() {
  std::vector<CompatSample> samples;
  for (const char* id : {"1", "-7", "0", "9223372036854775807", "1.5",
                         "\"abc\"", "\"\"", "\"\\u00e4\"", "null"}) {
    samples.push_back(
        Raw(fmt::format(R"({{"jsonrpc":"2.0","method":"ping","id":{}}})", id),
            Pong(id)));
  }
  for (const char* id : {"true", "{}", "[1]"}) {
    samples.push_back(Refused(
        fmt::format(R"({{"jsonrpc":"2.0","method":"ping","id":{}}})", id),
        -32600));
  }
  return {.name = "Ids", .samples = samples, .independent = true};
}

CompatGroup Requests() {
  return {
      .name = "Requests",
      .samples =
          {Raw(R"({"method":"ping","id":1})", Pong("1")),
           Raw(R"({"method":"ping"})", Pong("null")),
           Raw(R"({"jsonrpc":"2.0","method":"ping"})", ""),
           Raw(R"({"jsonrpc":"2.0","method":"no.such.method"})", ""),
           Raw(R"({"jsonrpc":"2.0","method":"ping","id":2,"extra":{"a":[]}})",
               Pong("2")),
           Raw(R"({"method":"version","id":8,"method":"ping","id":3})",
               Pong("3")),
           Refused(R"({"jsonrpc":"1.0","method":"ping","id":4})", -32600, "4"),
           Refused(R"({"jsonrpc":2,"method":"ping","id":5})", -32600, "5"),
           Refused(R"({"jsonrpc":"2.0","id":6})", -32600, "6"),
           Refused(R"({"jsonrpc":"2.0","method":7,"id":7})", -32600, "7"),
           Refused(R"({"jsonrpc":"2.0","method":null,"id":"a"})", -32600,
                   "\"a\""),
           Refused("{}", -32600),
           Refused(R"({"method":"echo","params":"text","id":8})", -32602, "8"),
           Refused(R"({"method":"echo","params":3,"id":9})", -32602, "9"),
           Refused(R"({"method":"echo","params":true,"id":10})", -32602, "10"),
           Raw(R"({"method":"echo","params":null,"id":11})",
               Echoed("{}", "11")),
           No("goxel.nothing", "[]", -32601, "Method not found: goxel.nothing"),
           No("", "[]", -32601, "Method not found: "),
           No("rpc.x", "{}", -32601, "Method not found: rpc.x"),
           No("Ping", "{}", -32601, "Method not found: Ping")},
      .independent = true};
}

CompatGroup Batches() {
  return {
      .name = "Batches",
      .samples =
          {Raw(R"([{"jsonrpc":"2.0","method":"ping","id":1}])",
               fmt::format("[{}]", Pong("1"))),
           Raw(R"( [ {"jsonrpc":"2.0","method":"echo","params":[5],"id":"a"},)"
               R"( {"jsonrpc":"2.0","method":"ping"},)"
               R"( {"method":"ping","id":2} ] )",
               fmt::format("[{},{}]", Echoed("[5]", "\"a\""), Pong("2"))),
           Raw(R"([{"jsonrpc":"2.0","method":"ping"}])", ""),
           Refused("[]", -32600),
           Raw("[1]", R"([{"jsonrpc":"2.0","error":{"code":-32600,)"
                      R"("message":"*has Invalid Request"},"id":null}])"),
           Raw(R"([{"method":"none","id":3},{"tool":"version"},[]])",
               R"([{"jsonrpc":"2.0","error":{"code":-32601,)"
               R"("message":"Method not found: none","...":0},"id":3},)"
               R"({"success":true,"content":{"...":0}},)"
               R"({"jsonrpc":"2.0","error":{"code":-32600,)"
               R"("message":"*has Invalid Request"},"id":null}])")},
      .independent = true};
}

// Each is refused, and what follows on the next line is answered.
CompatGroup NoJson() {
  std::vector<CompatSample> samples;
  for (const char* text :
       {R"({"method":"ping","id":})", R"({"method":"ping","id":1,})",
        R"({"method":"ping",/* why */"id":1})", R"({"method":"ping","id":NaN})",
        R"({'method':'ping','id':1})", R"({"method" "ping"})",
        R"({"method":"ping","id":1]})", R"(["method":"ping"])", "{nonsense}",
        "hello", "GET / HTTP/1.1", "\x01\x02\xff", "}"}) {
    samples.push_back(Refused(text, -32700));
    samples.push_back(Raw(R"({"method":"ping","id":1})", Pong("1")));
  }
  return {.name = "NoJson",
          .samples = samples,
          .independent = true,
          .needs_lines = true};
}

CompatGroup Unprefixed() {
  return {
      .name = "Unprefixed",
      .samples =
          {Ok("ping", "[]", R"({"pong":true,"timestamp":"*integer"})"),
           Ok("ping", R"({"whatever":1})",
              R"({"pong":true,"timestamp":"*integer"})"),
           Ok("goxel.ping", "[]", R"({"pong":true,"timestamp":"*integer"})"),
           Ok("version", "{}",
              R"({"version":"*string","type":"daemon",)"
              R"("protocol":"JSON-RPC 2.0"})"),
           Ok("status", "[]",
              R"({"status":"running","pid":"*integer",)"
              R"("current_time":"*string","hostname":"*string",)"
              R"("goxel_initialized":true,"methods_available":"*integer",)"
              R"("memory_allocated":"*integer","uptime_seconds":"*integer"})"),
           Ok("echo", "[]", "[]"), Ok("echo", "{}", "{}"),
           Ok("echo", "[1,2.5,-3,true,null,\"x\",{},[]]",
              "[1,2.5,-3,true,null,\"x\",{},[]]"),
           Ok("echo", R"({"a":{"b":[1e300,1e-20]}})",
              R"({"a":{"b":[1e300,1e-20]}})"),
           Ok("echo", R"(["\u0001\u001f\b\f\n\r\t\"\\/","a\u0000b","\u00e9"])",
              R"(["\u0001\u001f\b\f\n\r\t\"\\/","a\u0000b","\u00e9"])"),
           Ok("echo",
              R"([9223372036854775807,"gr)"
              "\xc3\xbc"
              R"(n"])",
              R"([9223372036854775807,"gr)"
              "\xc3\xbc"
              R"(n"])"),
           Ok("goxel.get_version", "[]", R"({"version":"*string","...":0})"),
           Ok("goxel.get_status", "[]",
              R"({"version":"*string","layer_count":0,"read_only":false,)"
              R"("width":0,"height":0,"depth":0})")},
      .independent = true};
}

CompatGroup ListMethods() {
  constexpr std::pair<const char*, const char*> kMethods[] = {
      {"echo", "Echo back the input parameters"},
      {"version", "Get Goxel version information"},
      {"status", "Get daemon status information"},
      {"ping", "Simple health check"},
      {"list_methods", "List all available methods"},
      {"add_voxels", "Add multiple voxels in batch"},
      {"goxel.create_project", "Create a new voxel project"},
      {"goxel.load_project", "Load a project from file"},
      {"goxel.save_project", "Save project to file"},
      {"goxel.export_model", "Export model to specified format"},
      {"goxel.render_scene", "Render scene to image"},
      {"goxel.add_voxel", "Add a voxel at specified position"},
      {"goxel.remove_voxel", "Remove a voxel at specified position"},
      {"goxel.get_voxel", "Get voxel information at specified position"},
      {"goxel.paint_voxels", "Paint existing voxels with new color"},
      {"goxel.flood_fill", "Fill connected voxels of same color"},
      {"goxel.procedural_shape", "Generate procedural shapes"},
      {"goxel.batch_operations",
       "Perform multiple voxel operations efficiently"},
      {"goxel.list_layers", "List all layers in current project"},
      {"goxel.create_layer", "Create a new layer"},
      {"goxel.delete_layer", "Delete specified layer"},
      {"goxel.merge_layers", "Merge two or more layers"},
      {"goxel.set_layer_visibility", "Show or hide layer"},
      {"goxel.get_status", "Get current Goxel status and info"},
      {"goxel.execute_script", "Execute JavaScript code asynchronously"},
      {"goxel.get_voxels_region", "Get all voxels in a box region"},
      {"goxel.get_layer_voxels", "Get all voxels in a layer"},
      {"goxel.get_bounding_box", "Get bounding box of voxels"},
      {"goxel.get_color_histogram", "Generate color distribution analysis"},
      {"goxel.find_voxels_by_color", "Find all voxels matching a color"},
      {"goxel.get_unique_colors", "List all unique colors used"},
      {"goxel.get_render_info", "Get information about a specific render file"},
      {"goxel.cleanup_render", "Manually cleanup a specific render file"},
      {"goxel.list_renders", "List all active renders with their metadata"}};
  std::string list;
  for (const auto& [method, description] : kMethods) {
    list += fmt::format(R"({{"method":"{}","description":"{}"}},)", method,
                        description);
  }
  return {.name = "ListMethods",
          .samples = {Ok(
              "list_methods", "[]",
              R"({"count":"*integer","methods":[)" + list + R"("..."]})")},
          .independent = true};
}

CompatSample Tool(std::string_view tool, std::string_view arguments,
                  std::string_view content) {
  return {fmt::format(R"({{"tool":"{}","arguments":{}}})", tool, arguments),
          fmt::format(R"({{"success":true,"content":{}}})", content)};
}

CompatSample ToolFails(std::string_view message, int code,
                       std::string_view words) {
  return {std::string(message),
          fmt::format(R"({{"success":false,"error_code":{},)"
                      R"("error_message":"*has {}",)"
                      R"("error_data":{{"reason":"*string","...":0}}}})",
                      code, words)};
}

CompatGroup McpFailures() {
  return {
      .name = "McpFailures",
      .samples =
          {Raw(R"({ "tool" : "ping" , "id" : "a" })",
               R"({"success":true,"content":{"pong":true,)"
               R"("timestamp":"*integer"},"id":"a"})"),
           Raw(R"({"id":7,"arguments":{},"tool":"version"})",
               R"({"success":true,"content":{"...":0},"id":7})"),
           Tool("list_methods", "{}",
                R"({"count":"*integer","methods":[{"method":"echo","...":0},)"
                R"("..."]})"),
           ToolFails(R"({"tool":"goxel_fly","arguments":{}})", -1001,
                     "Tool not found: goxel_fly"),
           ToolFails(R"({"tool":5})", -1002, "tool is 5"),
           ToolFails(R"({"tool":"ping","arguments":[1]})", -1002,
                     "arguments is [1]"),
           ToolFails(R"({"tool":"ping","arguments":{"x":}})", -1002, "JSON"),
           ToolFails(R"({"tool":"goxel_batch_voxel_operations"})", -1002,
                     "Must specify operations array"),
           ToolFails(R"({"tool":"goxel_open_file","arguments":{}})", -1002,
                     "Missing required parameter: path"),
           ToolFails(R"({"tool":"goxel_get_voxel","arguments":{"x":1}})", -1003,
                     "Failed to get voxel: error code -1")},
      .independent = true};
}

CompatGroup McpTools() {
  return {
      .name = "McpTools",
      .samples = {
          Tool("goxel_create_project", R"({"name":"M","width":8})",
               R"({"success":true,"name":"M","width":8,"height":64,)"
               R"("depth":64})"),
          Tool("goxel_add_voxels",
               R"({"position":{"x":1,"y":2,"z":3},)"
               R"("color":{"r":10,"g":20,"b":30}})",
               R"({"success":true,"x":1,"y":2,"z":3,"layer_id":0,)"
               R"("color":[10,20,30,255]})"),
          Tool("goxel_add_voxels",
               R"({"position":{"x":2,"y":2,"z":3},"color":{"g":9}})",
               R"({"success":true,"x":2,"y":2,"z":3,"layer_id":0,)"
               R"("color":[255,9,255,255]})"),
          Tool("goxel_get_voxel", R"({"position":{"x":1,"y":2,"z":3}})",
               R"({"x":1,"y":2,"z":3,"exists":true,"color":[10,20,30,255]})"),
          Tool("goxel_paint_voxels",
               R"({"position":{"x":1,"y":2,"z":3},)"
               R"("color":{"r":1,"g":2,"b":3,"a":255}})",
               R"({"success":true,"painted":1})"),
          Tool("goxel_get_voxel", R"({"x":1,"y":2,"z":3})",
               R"({"x":1,"y":2,"z":3,"exists":true,"color":[1,2,3,255]})"),
          Tool("goxel_remove_voxels", R"({"position":{"x":2,"y":2,"z":3}})",
               R"({"success":true,"x":2,"y":2,"z":3,"layer_id":0})"),
          Tool(
              "goxel_flood_fill",
              R"({"position":{"x":1,"y":2,"z":3},"color":{"r":4,"g":5,"b":6}})",
              R"({"success":true,"voxels_filled":1,"...":0})"),
          Tool("goxel_procedural_shape",
               R"({"shape_type":"cube","size_x":2,"size_y":2,"size_z":2,)"
               R"("center_x":20,"r":7})",
               R"({"success":true,"shape_type":"cube","voxels_created":8,)"
               R"("...":0})"),
          Tool("goxel_batch_voxel_operations",
               R"({"operations":[{"type":"add_voxel",)"
               R"("position":{"x":5,"y":5,"z":5},"color":{"r":8,"g":9}},)"
               R"({"type":"add_voxel","x":6,"y":5,"z":5,"r":1,"g":2,"b":3}]})",
               R"({"success":true,"total_operations":2,)"
               R"("successful_operations":2,"...":0})"),
          Tool("goxel_get_voxel", R"({"x":5,"y":5,"z":5})",
               R"({"x":5,"y":5,"z":5,"exists":true,"color":[8,9,255,255]})"),
          Tool("goxel_new_layer", R"({"name":"Top"})",
               R"({"success":true,"name":"Top","visible":true,)"
               R"("color":[255,255,255],"...":0})"),
          Tool("goxel_list_layers", "{}",
               R"({"count":2,"layers":[{"id":1,"name":"Layer.1",)"
               R"("visible":true,"...":0},{"id":2,"name":"Top",)"
               R"("visible":true,"...":0}],"...":0})"),
          Tool("goxel_set_layer_visibility",
               R"({"layer_id":2,"visible":false})",
               R"({"success":true,"visible":false,"...":0})"),
          Tool("goxel_merge_layers",
               R"({"source_layer_id":2,"target_layer_id":1})",
               R"({"success":true,"...":0})"),
          Tool("goxel_save_file", R"({"path":"/tmp/example/m.gox"})",
               R"({"success":true,"path":"/tmp/example/m.gox","...":0})"),
          Tool("goxel_export_file",
               R"({"path":"/tmp/example/m.txt","format":"text"})",
               R"({"success":true,"path":"/tmp/example/m.txt",)"
               R"("format":"text","...":0})"),
          Tool("goxel_open_file", R"({"path":"/tmp/example/m.gox"})",
               R"({"success":true,"path":"/tmp/example/m.gox","...":0})"),
          Tool("goxel_delete_layer", R"({"layer_id":1})",
               R"({"success":true,"...":0})"),
          Tool("goxel_render_scene",
               R"({"width":16,"height":16,)"
               R"("options":{"return_mode":"file_path",)"
               R"("background_color":[1,2,3]}})",
               R"({"success":true,"file":{"format":"png",)"
               R"("dimensions":{"width":16,"height":16},"...":0},"...":0})"),
          Tool("goxel_render_scene",
               R"({"width":16,"height":16,"options":{"return_mode":"base64"}})",
               R"({"success":true,"image":{"data":"*string","...":0},)"
               R"("...":0})"),
          ToolFails(R"({"tool":"goxel_delete_layer","arguments":{}})", -1002,
                    "Must specify either layer_id or layer_name"),
          ToolFails(R"({"tool":"goxel_delete_layer",)"
                    R"("arguments":{"layer_id":99}})",
                    -1003, "Failed to delete layer: error code -1"),
          Ok("ping", "[]", R"({"pong":true,"timestamp":"*integer"})")}};
}

}  // namespace

CompatSample Ok(std::string_view method, std::string_view params,
                std::string_view result) {
  return {
      fmt::format(R"({{"jsonrpc":"2.0","method":"{}","params":{},"id":"#"}})",
                  method, params),
      fmt::format(R"({{"jsonrpc":"2.0","result":{},"id":"#"}})", result)};
}

CompatSample NewProject() {
  return Ok("goxel.create_project", "[]",
            R"({"success":true,"name":"New Project","width":64,"height":64,)"
            R"("depth":64})");
}

CompatSample No(std::string_view method, std::string_view params, int code,
                std::string_view message) {
  return {
      fmt::format(R"({{"jsonrpc":"2.0","method":"{}","params":{},"id":"#"}})",
                  method, params),
      fmt::format(R"({{"jsonrpc":"2.0","error":{{"code":{},)"
                  R"("message":"{}","data":{{"reason":"*string",)"
                  R"("...":0}}}},"id":"#"}})",
                  code, message)};
}

std::vector<CompatGroup> EnvelopeSamples() {
  return {Framing(),    Ids(),         Requests(),    Batches(), NoJson(),
          Unprefixed(), ListMethods(), McpFailures(), McpTools()};
}

}  // namespace goxel
