// Samples of the calls for projects, layers, files and scripts, and of those
// that read much of a scene.

#include "tests/e2e/compat_samples.h"

namespace goxel {
namespace {

// Four voxels, three colours.
CompatSample FourVoxels() {
  return Ok("add_voxels",
            R"([[{"x":-3,"y":-4,"z":0,"r":255,"g":0,"b":0},)"
            R"({"x":2,"y":5,"z":20,"r":255,"g":0,"b":0},)"
            R"({"x":0,"y":0,"z":0,"r":0,"g":255,"b":0},)"
            R"({"x":1,"y":0,"z":0,"r":0,"g":0,"b":255,"a":100}]])",
            R"({"success":true,"added":4,"failed":0})");
}

CompatGroup ScenesWithoutAProject() {
  return {
      .name = "ScenesWithoutAProject",
      .samples =
          {No("goxel.save_project", R"(["/tmp/example/a.gox"])", -1003,
              "Failed to save project '/tmp/example/a.gox': error code -1"),
           No("goxel.export_model", R"(["/tmp/example/a.obj"])", -1007,
              "Failed to export model '/tmp/example/a.obj': error code -1"),
           No("goxel.delete_layer", "[1]", -1012,
              "Failed to delete layer: error code -1"),
           No("goxel.merge_layers", "[1,2]", -1013,
              "Failed to merge layers: error code -1"),
           No("goxel.set_layer_visibility", "[1,true]", -1014,
              "Failed to set layer visibility: error code -1"),
           No("goxel.get_layer_voxels", "{}", -32603, "Bulk operation failed"),
           No("goxel.get_voxels_region", R"({"min":[0,0,0],"max":[1,1,1]})",
              -32603, "Bulk operation failed"),
           No("goxel.get_bounding_box", "{}", -32603,
              "Failed to get bounding box"),
           No("goxel.get_color_histogram", "{}", -32603,
              "Color analysis failed"),
           No("goxel.find_voxels_by_color", R"({"color":[1,2,3]})", -32603,
              "Color analysis failed"),
           No("goxel.get_unique_colors", "{}", -32603, "Color analysis failed"),
           Ok("goxel.list_layers", "[]", R"({"count":0,"layers":[]})"),
           Ok("goxel.get_status", "[]",
              R"({"version":"*string","layer_count":0,"read_only":false,)"
              R"("width":0,"height":0,"depth":0})")},
      .independent = true};
}

CompatGroup Projects() {
  return {.name = "Projects",
          .samples = {
              NewProject(),
              Ok("goxel.create_project", R"(["P",10,20,30])",
                 R"({"success":true,"name":"P","width":10,"height":20,)"
                 R"("depth":30})"),
              Ok("goxel.create_project",
                 R"({"name":"Q","width":5,"height":-1,"depth":"x"})",
                 R"({"success":true,"name":"Q","width":5,"height":64,)"
                 R"("depth":64})"),
              Ok("goxel.create_project", R"([7,0])",
                 R"({"success":true,"name":"New Project","width":64,)"
                 R"("height":64,"depth":64})"),
              Ok("goxel.get_status", "[]",
                 R"({"version":"*string","layer_count":1,"read_only":false,)"
                 R"("width":64,"height":64,"depth":64})"),
              FourVoxels(),
              // A new project replaces the old one.
              NewProject(),
              Ok("goxel.get_bounding_box", "{}", R"({"empty":true})")}};
}

CompatGroup Layers() {
  return {
      .name = "Layers",
      .samples = {
          NewProject(),
          Ok("goxel.list_layers", "[]",
             R"({"count":1,"layers":[{"id":1,"name":"Layer.1",)"
             R"("visible":true,"...":0}]})"),
          Ok("goxel.create_layer", R"(["L1",10,20,30,true])",
             R"({"success":true,"name":"L1","visible":true,)"
             R"("color":[10,20,30],"...":0})"),
          Ok("goxel.create_layer", "{}",
             R"({"success":true,"name":"New Layer","visible":true,)"
             R"("color":[255,255,255],"...":0})"),
          Ok("goxel.create_layer", R"({"name":"Hidden","visible":false})",
             R"({"success":true,"name":"Hidden","visible":false,)"
             R"("color":[255,255,255],"...":0})"),
          No("goxel.create_layer", R"({"name":"Bad","r":256})", -32602,
             "Invalid color values (must be 0-255)"),
          No("goxel.create_layer", R"(["Bad",-1])", -32602,
             "Invalid color values (must be 0-255)"),
          Ok("goxel.list_layers", "[]",
             R"({"count":4,"layers":[{"id":1,"name":"Layer.1",)"
             R"("visible":true,"...":0},{"id":2,"name":"L1","visible":true,)"
             R"("...":0},{"id":3,"name":"New Layer","visible":true,"...":0},)"
             R"({"id":4,"name":"Hidden","visible":false,"...":0}]})"),
          // The new layer is the active one.
          Ok("goxel.add_voxel", "[1,1,1,9,9,9]", R"({"success":true,"...":0})"),
          Ok("goxel.get_layer_voxels", R"({"layer_id":4})",
             R"({"voxels":[{"x":1,"y":1,"z":1,"color":[9,9,9,255]}],)"
             R"("count":1,"truncated":false,"bbox":{"min":[1,1,1],)"
             R"("max":[1,1,1]}})"),
          Ok("goxel.set_layer_visibility", "[4]",
             R"({"success":true,"visible":true})"),
          Ok("goxel.set_layer_visibility", R"({"layer_id":2,"visible":false})",
             R"({"success":true,"visible":false})"),
          No("goxel.set_layer_visibility", "[]", -32602,
             "Must specify valid layer_id"),
          No("goxel.set_layer_visibility", "[0,true]", -32602,
             "Must specify valid layer_id"),
          No("goxel.set_layer_visibility", "[99,true]", -1014,
             "Failed to set layer visibility: error code -1"),
          Ok("goxel.merge_layers", "[4,1]", R"({"success":true,"...":0})"),
          Ok("goxel.get_layer_voxels", R"({"layer_id":1})",
             R"({"voxels":[{"x":1,"y":1,"z":1,"color":[9,9,9,255]}],)"
             R"("count":1,"truncated":false,"bbox":{"...":0}})"),
          No("goxel.merge_layers", "[1,1]", -1013,
             "Failed to merge layers: error code -1"),
          No("goxel.merge_layers", "[1,99]", -1013,
             "Failed to merge layers: error code -1"),
          No("goxel.merge_layers", "[1]", -32602,
             "Must specify valid source_layer_id and target_layer_id"),
          No("goxel.merge_layers", "[0,1]", -32602,
             "Must specify valid source_layer_id and target_layer_id"),
          Ok("goxel.delete_layer", "[3]", R"({"success":true,"...":0})"),
          Ok("goxel.delete_layer", R"({"layer_name":"L1"})",
             R"({"success":true,"...":0})"),
          No("goxel.delete_layer", "[3]", -1012,
             "Failed to delete layer: error code -1"),
          No("goxel.delete_layer", R"({"layer_name":"nobody"})", -1012,
             "Failed to delete layer: error code -1"),
          No("goxel.delete_layer", "[]", -32602,
             "Must specify either layer_id or layer_name"),
          // The last one makes room for a fresh one.
          Ok("goxel.delete_layer", "[1]", R"({"success":true,"...":0})"),
          Ok("goxel.list_layers", "[]",
             R"({"count":1,"layers":[{"id":1,"name":"*string",)"
             R"("visible":true,"...":0}]})"),
          Ok("goxel.get_bounding_box", R"({"layer_id":-2})",
             R"({"empty":true})")}};
}

CompatGroup BulkReads() {
  return {
      .name = "BulkReads",
      .samples = {
          NewProject(),
          Ok("goxel.get_layer_voxels", "{}",
             R"({"voxels":[],"count":0,"truncated":false})"),
          FourVoxels(),
          Ok("goxel.get_layer_voxels", "[]",
             R"({"voxels":[{"...":0},{"...":0},{"...":0},{"...":0}],)"
             R"("count":4,"truncated":false,)"
             R"("bbox":{"min":[-3,-4,0],"max":[2,5,20]}})"),
          Ok("goxel.get_layer_voxels", R"({"limit":2})",
             R"({"voxels":[{"...":0},{"...":0}],"count":2,"truncated":true,)"
             R"("bbox":{"...":0}})"),
          Ok("goxel.get_layer_voxels", R"({"offset":3,"limit":0})",
             R"({"voxels":[{"...":0}],"count":1,"truncated":false,)"
             R"("bbox":{"...":0}})"),
          Ok("goxel.get_layer_voxels",
             R"({"layer_id":-1,"color_filter":[255,0,0]})",
             R"({"voxels":["..."],"count":2,"truncated":false,)"
             R"("bbox":{"...":0}})"),
          Ok("goxel.get_layer_voxels", R"({"color_filter":[0,0,255]})",
             R"({"voxels":[{"x":1,"y":0,"z":0,"color":[0,0,255,100]}],)"
             R"("count":1,"truncated":false,)"
             R"("bbox":{"min":[1,0,0],"max":[1,0,0]}})"),
          Ok("goxel.get_layer_voxels", R"({"color_filter":[0,0,255,99]})",
             R"({"voxels":[],"count":0,"truncated":false})"),
          Ok("goxel.get_layer_voxels", R"({"color_filter":[9,9,9,0]})",
             R"({"voxels":["..."],"count":4,"truncated":false,)"
             R"("bbox":{"...":0}})"),
          No("goxel.get_layer_voxels", R"({"layer_id":44})", -32603,
             "Bulk operation failed"),
          // Both corners are within, x goes fastest.
          Ok("goxel.get_voxels_region", R"({"min":[0,0,0],"max":[2,5,20]})",
             R"({"voxels":[{"x":0,"y":0,"z":0,"color":[0,255,0,255]},)"
             R"({"x":1,"y":0,"z":0,"color":[0,0,255,100]},)"
             R"({"x":2,"y":5,"z":20,"color":[255,0,0,255]}],"count":3,)"
             R"("truncated":false,"bbox":{"min":[0,0,0],"max":[2,5,20]}})"),
          Ok("goxel.get_voxels_region", R"({"min":[5,0,0],"max":[0,9,9]})",
             R"({"voxels":[],"count":0,"truncated":false})"),
          Ok("goxel.get_voxels_region",
             R"({"min":[-2000000000,-2000000000,-2000000000],)"
             R"("max":[2000000000,2000000000,2000000000],"limit":1})",
             R"({"voxels":[{"...":0}],"count":1,"truncated":true,)"
             R"("bbox":{"...":0}})"),
          No("goxel.get_voxels_region", R"({"max":[1,1,1]})", -32602,
             "Parameter 'min' must be an array of 3 integers"),
          No("goxel.get_voxels_region", R"({"min":[1,1,1],"max":[1,1]})",
             -32602, "Parameter 'max' must be an array of 3 integers"),
          No("goxel.get_voxels_region", R"({"min":[1,1,"1"],"max":[1,1,1]})",
             -32602, "Min/max arrays must contain integers"),
          // max is one past the last voxel, dimensions one more than it says.
          Ok("goxel.get_bounding_box", "{}",
             R"({"empty":false,"min":[-3,-4,0],"max":[3,6,21],)"
             R"("dimensions":[7,11,22],"...":0})"),
          Ok("goxel.get_bounding_box", R"({"layer_id":-2,"exact":true})",
             R"({"empty":false,"min":[-3,-4,0],"max":[3,6,21],)"
             R"("dimensions":[7,11,22],"...":0})"),
          Ok("goxel.get_bounding_box", R"({"exact":false})",
             R"({"empty":false,"min":[-16,-16,0],"max":[16,16,32],)"
             R"("dimensions":"*array","...":0})"),
          No("goxel.get_bounding_box", R"({"layer_id":44})", -32603,
             "Failed to get bounding box")}};
}

CompatGroup Colors() {
  return {
      .name = "Colors",
      .samples = {
          NewProject(), FourVoxels(),
          Ok("goxel.get_color_histogram", "{}",
             R"({"histogram":[{"color":"#FF0000FF","rgba":[255,0,0,255],)"
             R"("count":2,"percentage":50},{"color":"*string",)"
             R"("rgba":"*array","count":1,"percentage":25},{"...":0}],)"
             R"("total_voxels":4,"unique_colors":3,)"
             R"("metadata":{"binned":false}})"),
          Ok("goxel.get_color_histogram", R"({"top_n":1})",
             R"({"histogram":[{"color":"#FF0000FF","rgba":[255,0,0,255],)"
             R"("count":2,"percentage":100}],"total_voxels":4,)"
             R"("unique_colors":1,"metadata":{"binned":false}})"),
          Ok("goxel.get_color_histogram", R"({"bin_size":32,"top_n":1})",
             R"({"histogram":[{"color":"#F01010FF","rgba":[240,16,16,255],)"
             R"("count":2,"percentage":100}],"total_voxels":4,)"
             R"("unique_colors":1,"metadata":{"binned":true,"bin_size":32}})"),
          Ok("goxel.get_color_histogram",
             R"({"region":{"min":[0,0,0],"max":[0,0,0]}})",
             R"({"histogram":[{"color":"#00FF00FF","rgba":[0,255,0,255],)"
             R"("count":1,"percentage":100}],"total_voxels":1,)"
             R"("unique_colors":1,"metadata":{"binned":false}})"),
          No("goxel.get_color_histogram", R"({"layer_id":44})", -32603,
             "Color analysis failed"),
          Ok("goxel.find_voxels_by_color", R"({"color":[255,0,0]})",
             R"({"target_color":"#FF0000FF","match_count":2,)"
             R"("truncated":false,"locations":[{"x":-3,"y":-4,"z":0,)"
             R"("layer_id":-1},{"x":2,"y":5,"z":20,"layer_id":-1}],)"
             R"("metadata":{"tolerance":[0,0,0,0]}})"),
          Ok("goxel.find_voxels_by_color",
             R"({"color":[255,0,0],"layer_id":1,"max_results":1})",
             R"({"target_color":"#FF0000FF","match_count":1,)"
             R"("truncated":true,"locations":[{"x":"*integer","y":"*integer",)"
             R"("z":"*integer","layer":"Layer.1","layer_id":1}],)"
             R"("metadata":{"tolerance":[0,0,0,0]}})"),
          Ok("goxel.find_voxels_by_color",
             R"({"color":[0,0,250,100],"tolerance":5,)"
             R"("include_locations":false})",
             R"({"target_color":"#0000FA64","match_count":1,)"
             R"("truncated":false,"metadata":{"tolerance":[5,5,5,5]}})"),
          Ok("goxel.find_voxels_by_color",
             R"({"color":[0,0,250],"tolerance":[0,0,5,155],)"
             R"("include_locations":false})",
             R"({"target_color":"#0000FAFF","match_count":1,)"
             R"("truncated":false,"metadata":{"tolerance":[0,0,5,155]}})"),
          No("goxel.find_voxels_by_color", "{}", -32602,
             "Color parameter must be an array of [r,g,b] or [r,g,b,a]"),
          No("goxel.find_voxels_by_color", R"({"color":"#ff0000"})", -32602,
             "Color parameter must be an array of [r,g,b] or [r,g,b,a]"),
          No("goxel.find_voxels_by_color", R"({"color":[1,2,3],"layer_id":44})",
             -32603, "Color analysis failed"),
          Ok("goxel.get_unique_colors", "{}",
             R"({"colors":[{"hex":"#0000FF64","rgba":[0,0,255,100]},)"
             R"({"hex":"#00FF00FF","rgba":[0,255,0,255]},)"
             R"({"hex":"#FF0000FF","rgba":[255,0,0,255]}],"count":3,)"
             R"("metadata":{"layer_id":-1,"sorted_by_count":false}})"),
          Ok("goxel.get_unique_colors", R"({"sort_by_count":true})",
             R"({"colors":[{"hex":"#FF0000FF","rgba":[255,0,0,255]},"..."],)"
             R"("count":3,"metadata":{"layer_id":-1,)"
             R"("sorted_by_count":true}})"),
          Ok("goxel.get_unique_colors",
             R"({"merge_similar":true,"merge_threshold":128})",
             R"({"colors":["..."],"count":3,)"
             R"("metadata":{"layer_id":-1,"sorted_by_count":false}})"),
          No("goxel.get_unique_colors", R"({"layer_id":44})", -32603,
             "Color analysis failed")}};
}

CompatGroup Files() {
  return {
      .name = "Files",
      .samples = {
          No("goxel.load_project", "[]", -32602,
             "Missing required parameter: path"),
          No("goxel.load_project", "[7]", -32602,
             "Missing required parameter: path"),
          No("goxel.load_project", R"(["/tmp/example/none.gox"])", -1002,
             "*has Failed to load project '/tmp/example/none.gox'"),
          NewProject(), FourVoxels(),
          Ok("goxel.save_project", R"(["/tmp/example/a.gox"])",
             R"({"success":true,"path":"/tmp/example/a.gox","...":0})"),
          // Whatever it is called, it is a .gox file.
          Ok("goxel.save_project", R"({"path":"/tmp/example/../example/b.x"})",
             R"({"success":true,"path":"/tmp/example/../example/b.x",)"
             R"("...":0})"),
          No("goxel.save_project", "{}", -32602,
             "Missing required parameter: path"),
          // No success without the bytes.
          No("goxel.save_project", R"(["/tmp/example/none/a.gox"])", -1003,
             "*has Failed to save project '/tmp/example/none/a.gox'"),
          No("goxel.save_project", R"([""])", -1003,
             "*has Failed to save project ''"),
          Ok("goxel.export_model", R"(["/tmp/example/m.obj"])",
             R"({"success":true,"path":"/tmp/example/m.obj","size":"*integer",)"
             R"("files":"*array","warnings":"*array"})"),
          Ok("goxel.export_model",
             R"({"path":"/tmp/example/m","format":"PLY"})",
             R"({"success":true,"path":"/tmp/example/m","format":"PLY",)"
             R"("...":0})"),
          Ok("goxel.export_model", R"(["/tmp/example/m.v","vox"])",
             R"({"success":true,"path":"/tmp/example/m.v","format":"vox",)"
             R"("...":0})"),
          Ok("goxel.export_model", R"(["/tmp/example/m.txt"])",
             R"({"success":true,"path":"/tmp/example/m.txt","...":0})"),
          Ok("goxel.export_model", R"(["/tmp/example/m.gox","gox"])",
             R"({"success":true,"path":"/tmp/example/m.gox","format":"gox",)"
             R"("...":0})"),
          Ok("goxel.export_model", R"(["/tmp/example/m.t","text"])",
             R"({"success":true,"path":"/tmp/example/m.t","format":"text",)"
             R"("...":0})"),
          Ok("goxel.export_model", R"(["/tmp/example/m.qb","qubicle"])",
             R"({"success":true,"path":"/tmp/example/m.qb",)"
             R"("format":"qubicle","...":0})"),
          Ok("goxel.export_model", R"(["/tmp/example/m.pov","povray"])",
             R"({"success":true,"path":"/tmp/example/m.pov",)"
             R"("format":"povray","...":0})"),
          Ok("goxel.export_model", R"(["/tmp/example/m.gltf"])",
             R"({"success":true,"path":"/tmp/example/m.gltf","...":0})"),
          Ok("goxel.export_model", R"(["/tmp/example/s.png","png slices"])",
             R"({"success":true,"path":"/tmp/example/s.png",)"
             R"("format":"png slices","...":0})"),
          Ok("goxel.export_model", R"(["/tmp/example/m.png"])",
             R"({"success":true,"path":"/tmp/example/m.png","...":0})"),
          No("goxel.export_model", R"(["/tmp/example/m.stl"])", -1007,
             "*has Failed to export model '/tmp/example/m.stl'"),
          No("goxel.export_model", R"(["/tmp/example/m","kv6"])", -1007,
             "*has Failed to export model '/tmp/example/m'"),
          No("goxel.export_model", R"(["/tmp/example/none/x.obj"])", -1007,
             "*has Failed to export model '/tmp/example/none/x.obj'"),
          No("goxel.export_model", "[]", -32602,
             "Missing required parameter: path"),
          NewProject(),
          Ok("goxel.load_project", R"(["/tmp/example/a.gox"])",
             R"({"success":true,"path":"/tmp/example/a.gox","...":0})"),
          Ok("goxel.get_bounding_box", "{}",
             R"({"empty":false,"min":[-3,-4,0],"max":[3,6,21],"...":0})"),
          Ok("goxel.load_project", R"({"path":"/tmp/example/m.txt"})",
             R"({"success":true,"path":"/tmp/example/m.txt","...":0})"),
          // A failure leaves the project alone.
          No("goxel.load_project", R"(["/tmp/example/s.png"])", -1002,
             "*has Failed to load project '/tmp/example/s.png'"),
          Ok("goxel.get_status", "[]",
             R"({"version":"*string","layer_count":1,"...":0})")}};
}

CompatGroup Scripts() {
  return {
      .name = "Scripts",
      .samples = {
          NewProject(),
          Ok("goxel.execute_script", R"({"script":"1+1"})",
             R"({"success":true,"code":0,)"
             R"("message":"Script executed successfully","result":2,)"
             R"("...":0})"),
          Ok("goxel.execute_script",
             R"_({"script":"throw new Error('no')","name":"x.js"})_",
             R"({"success":false,"code":-1,)"
             R"("message":"Script execution failed with code -1","...":0})"),
          Ok("goxel.execute_script", R"({"script":"var = ;"})",
             R"({"success":false,"code":-1,)"
             R"("message":"Script execution failed with code -1","...":0})"),
          Ok("goxel.execute_script", R"({"script":7})",
             R"({"success":false,"code":-1,)"
             R"("message":"Script execution failed with code -1","...":0})"),
          Ok("goxel.execute_script", R"({"path":"/tmp/example/none.js"})",
             R"({"success":false,"code":-1,)"
             R"("message":"Script execution failed with code -1","...":0})"),
          No("goxel.execute_script", "{}", -32602,
             "Must specify either 'script' (code) or 'path' parameter"),
          No("goxel.execute_script", R"(["1+1"])", -32602,
             "Must specify either 'script' (code) or 'path' parameter"),
          No("goxel.execute_script",
             R"({"script":"while(1){}","timeout_ms":50})", -32603,
             "Script execution timeout"),
          // It works on the project.
          Ok("goxel.execute_script",
             R"_({"script":"goxel.add_voxel({x:3,y:4,z:5,color:[1,2,3]})"})_",
             R"({"success":true,"code":0,"...":0})"),
          Ok("goxel.get_voxel", "[3,4,5]",
             R"({"x":3,"y":4,"z":5,"exists":true,"color":[1,2,3,255]})")}};
}

}  // namespace

std::vector<CompatGroup> SceneSamples() {
  return {ScenesWithoutAProject(),
          Projects(),
          Layers(),
          BulkReads(),
          Colors(),
          Files(),
          Scripts()};
}

}  // namespace goxel
