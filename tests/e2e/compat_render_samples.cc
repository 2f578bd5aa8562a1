// Samples of the calls that make pictures and keep their files.

#include <fmt/format.h>

#include "tests/e2e/compat_samples.h"

namespace goxel {
namespace {

CompatSample OneVoxel() {
  return Ok("goxel.add_voxel", "[0,0,0,200,100,50]",
            R"({"success":true,"...":0})");
}

// A legacy call: a path, and the file in the size that is asked for.
CompatSample Drawn(std::string_view params, int width, int height,
                   std::string_view path) {
  return Ok("goxel.render_scene", params,
            fmt::format(R"({{"success":true,"width":{},"height":{},)"
                        R"("format":"png","output_path":"{}","...":0}})",
                        width, height, path));
}

// The eight members that clients know of a render's file.
constexpr std::string_view kFile =
    R"({"path":"*has /render_","size":"*integer","format":"png",)"
    R"("dimensions":{"width":20,"height":10},"checksum":"*has sha256:",)"
    R"("created_at":"*integer","expires_at":"*integer"})";

CompatGroup RendersWithoutAProject() {
  return {
      .name = "RendersWithoutAProject",
      .samples =
          {No("goxel.render_scene", R"(["/tmp/example/a.png",9,9])", -1015,
              "Failed to render scene: error code -1"),
           Ok("goxel.list_renders", "[]",
              R"({"success":true,"count":0,"renders":[],"total_size":0})"),
           No("goxel.get_render_info", R"(["/tmp/example/a.png"])", -1020,
              "Render not found: File not found"),
           No("goxel.get_render_info", R"({"path":"../../etc/passwd"})", -1020,
              "Render not found: File not found"),
           No("goxel.get_render_info", "[]", -32602,
              "Must specify path parameter"),
           No("goxel.cleanup_render", R"({"path":"/etc/passwd"})", -1021,
              "Failed to cleanup render: File not found"),
           No("goxel.cleanup_render", "[]", -32602,
              "Must specify path parameter"),
           Ok("goxel.get_render_stats", "[]",
              R"({"success":true,"stats":{"active_renders":0,)"
              R"("total_renders":0,"total_cleanups":0,"current_cache_size":0,)"
              R"("max_cache_size":"*integer","cache_usage_percent":0,)"
              R"("files_cleaned":0,"bytes_freed":0,"security_violations":0,)"
              R"("cleanup_thread_active":true,"last_cleanup":"*integer",)"
              R"("next_cleanup":"*integer","...":0}})")},
      .independent = true};
}

CompatGroup LegacyCalls() {
  return {
      .name = "LegacyRenders",
      .samples = {
          NewProject(), OneVoxel(),
          Drawn(R"(["/tmp/example/a.png",20,10])", 20, 10,
                "/tmp/example/a.png"),
          Drawn(R"(["/tmp/example/a.png"])", 512, 512, "/tmp/example/a.png"),
          Drawn(R"(["/tmp/example/a.png",0,-5])", 512, 512,
                "/tmp/example/a.png"),
          Drawn(R"(["/tmp/example/a.png","20",10.5])", 512, 512,
                "/tmp/example/a.png"),
          Drawn(R"({"output_path":"/tmp/example/b.png","width":20,)"
                R"("height":10,"camera_preset":"front",)"
                R"("options":{"background_color":[1,2,3,255]}})",
                20, 10, "/tmp/example/b.png"),
          // No success without the bytes, no size without a limit.
          No("goxel.render_scene", R"(["/tmp/example/none/a.png",9,9])", -1015,
             "*string"),
          No("goxel.render_scene", R"(["/tmp/example/a.png",100000,100000])",
             -32004, "*has width is 100000"),
          No("goxel.render_scene",
             R"({"output_path":"/tmp/example/b.png","camera_preset":"nowhere"})",
             -32602, "*has camera_preset is"),
          // No path at all: the picture itself.
          Ok("goxel.render_scene", R"({"width":20,"height":10})",
             R"({"success":true,"width":20,"height":10,"format":"png",)"
             R"("image":"*string","...":0})"),
          Ok("goxel.render_scene",
             R"({"width":20,"height":10,"camera_position":[30,30,30],)"
             R"("camera_target":[0,0,0]})",
             R"({"success":true,"image":"*string","...":0})")}};
}

CompatGroup FilePaths() {
  return {
      .name = "RenderFiles",
      .samples = {
          NewProject(), OneVoxel(),
          Ok("goxel.render_scene",
             R"({"width":20,"height":10,)"
             R"("options":{"return_mode":"file_path"}})",
             fmt::format(R"({{"success":true,"file":{},"...":0}})", kFile)),
          // It wins over output_path.
          Ok("goxel.render_scene",
             R"({"width":20,"height":10,"output_path":"/tmp/example/n.png",)"
             R"("options":{"return_mode":"file_path"}})",
             fmt::format(R"({{"success":true,"file":{},"...":0}})", kFile)),
          Ok("goxel.render_scene",
             R"({"width":20,"height":10,"options":{"return_mode":"base64"}})",
             R"({"success":true,"image":"*","...":0})"),
          Ok("goxel.list_renders", "[]",
             R"({"success":true,"count":1,"renders":[{"path":"*string",)"
             R"("size":"*integer","format":"png",)"
             R"("dimensions":{"width":20,"height":10},)"
             R"("checksum":"*has sha256:","created_at":"*integer",)"
             R"("expires_at":"*integer","session_id":"*string",)"
             R"("ttl_remaining":"*integer","...":0}],)"
             R"("total_size":"*integer"})"),
          Ok("goxel.get_render_stats", "[]",
             R"({"success":true,"stats":{"active_renders":1,)"
             R"("total_renders":1,"...":0}})"),
          No("goxel.render_scene", R"({"options":{"return_mode":"telepathy"}})",
             -32602, "*has telepathy")}};
}

}  // namespace

std::vector<CompatGroup> RenderSamples() {
  return {RendersWithoutAProject(), LegacyCalls(), FilePaths()};
}

}  // namespace goxel
