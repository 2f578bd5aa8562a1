// Samples of the calls that change voxels, and of those that read one.

#include <fmt/format.h>

#include "tests/e2e/compat_samples.h"

namespace goxel {
namespace {

CompatSample Added(std::string_view params, std::string_view cell,
                   std::string_view color, int layer_id = 0) {
  return Ok("goxel.add_voxel", params,
            fmt::format(R"({{"success":true,{},"layer_id":{},"color":{}}})",
                        cell, layer_id, color));
}

// What goxel.get_voxel says of a cell.
CompatSample Holds(std::string_view cell, std::string_view color) {
  return Ok("goxel.get_voxel", fmt::format("{{{}}}", cell),
            fmt::format(R"({{{},"exists":{},"color":{}}})", cell,
                        color != "[0,0,0,0]", color));
}

CompatGroup VoxelsWithoutAProject() {
  CompatGroup group{.name = "VoxelsWithoutAProject", .samples = {}};
  group.independent = true;
  struct Refusal {
    const char* method;
    const char* params;
    int code;
    const char* message;
  };
  for (const Refusal& r :
       std::initializer_list<Refusal>{{"goxel.add_voxel", "[1,2,3]", -1004,
                                       "Failed to add voxel: error code -1"},
                                      {"goxel.remove_voxel", "[1,2,3]", -1005,
                                       "Failed to remove voxel: error code -1"},
                                      {"goxel.get_voxel", "[1,2,3]", -1006,
                                       "Failed to get voxel: error code -1"},
                                      {"goxel.paint_voxels", "[1,2,3]", -1009,
                                       "Failed to paint voxel: error code -1"},
                                      {"goxel.flood_fill", "[1,2,3]", -1010,
                                       "Failed to perform flood fill"}}) {
    group.samples.push_back(No(r.method, r.params, r.code, r.message));
  }
  group.samples.push_back(Ok("add_voxels",
                             R"([[{"x":1,"y":2,"z":3,"r":1,"g":1,"b":1}]])",
                             R"({"success":false,"added":0,"failed":1})"));
  group.samples.push_back(Ok("add_voxels", R"({"voxels":[]})",
                             R"({"success":true,"added":0,"failed":0})"));
  return group;
}

CompatGroup BulkVoxels() {
  return {
      .name = "AddVoxels",
      .samples = {
          NewProject(),
          Ok("add_voxels",
             R"({"voxels":[{"x":1,"y":2,"z":3,"r":10,"g":20,"b":30},)"
             R"({"x":-4,"y":5,"z":-6,"r":0,"g":255,"b":7,"a":128}]})",
             R"({"success":true,"added":2,"failed":0})"),
          Holds(R"("x":1,"y":2,"z":3)", "[10,20,30,255]"),
          Holds(R"("x":-4,"y":5,"z":-6)", "[0,255,7,128]"),
          Ok("add_voxels", R"([[{"x":9,"y":9,"z":9,"r":1,"g":2,"b":3}]])",
             R"({"success":true,"added":1,"failed":0})"),
          Ok("add_voxels",
             R"({"voxels":[{"x":7,"y":7,"z":7,"r":1,"g":2,"b":3,"a":"no"}]})",
             R"({"success":true,"added":1,"failed":0})"),
          Holds(R"("x":7,"y":7,"z":7)", "[1,2,3,255]"),
          Ok("add_voxels",
             R"({"voxels":[{"x":1,"y":1,"z":1,"r":256,"g":0,"b":0},)"
             R"({"x":1,"y":1,"z":1,"r":-1,"g":0,"b":0},)"
             R"({"x":1,"y":1,"z":1,"r":1,"g":0},{"x":1,"y":1},7,null,)"
             R"({"x":"1","y":1,"z":1,"r":1,"g":1,"b":1},)"
             R"({"x":1,"y":1,"z":1,"r":1,"g":1,"b":1,"a":300},)"
             R"({"x":3,"y":1,"z":1,"r":1,"g":1,"b":1}]})",
             R"({"success":false,"added":1,"failed":8})"),
          Holds(R"("x":1,"y":1,"z":1)", "[0,0,0,0]"),
          Ok("add_voxels", R"({"voxels":[]})",
             R"({"success":true,"added":0,"failed":0})"),
          Ok("add_voxels", "[[]]", R"({"success":true,"added":0,"failed":0})"),
          No("add_voxels", "null", -32602, "Missing voxels parameter"),
          No("add_voxels", R"({"voxels":"many"})", -32602,
             "Invalid voxels parameter (must be array)"),
          No("add_voxels", R"({"voxels":{"x":1}})", -32602,
             "Invalid voxels parameter (must be array)")}};
}

// An array of params.
CompatGroup AddByPosition() {
  return {
      .name = "AddVoxelByPosition",
      .samples = {
          NewProject(),
          Added("[1,2,3,255,0,0]", R"("x":1,"y":2,"z":3)", "[255,0,0,255]"),
          Added("[1,2,3,1,2,3,4]", R"("x":1,"y":2,"z":3)", "[1,2,3,4]"),
          Added("[1,2,3,1,2,3,4,1]", R"("x":1,"y":2,"z":3)", "[1,2,3,4]", 1),
          Added("[1,2,3]", R"("x":1,"y":2,"z":3)", "[0,0,0,255]"),
          Added("[]", R"("x":0,"y":0,"z":0)", "[0,0,0,255]"),
          Added("[4,5,6,300,-5,1000,999]", R"("x":4,"y":5,"z":6)",
                "[255,0,255,255]"),
          Added("[4,5,6,0.5,1.0,0.0,0.25]", R"("x":4,"y":5,"z":6)",
                "[127,255,0,63]"),
          Added("[4,5,6,2.5,-3.5,400.5]", R"("x":4,"y":5,"z":6)",
                "[2,0,255,255]"),
          Added(R"([7,8,9,"#0a0b0c"])", R"("x":7,"y":8,"z":9)",
                "[10,11,12,255]"),
          Added(R"([7,8,9,"#0A0B0C0D"])", R"("x":7,"y":8,"z":9)",
                "[10,11,12,13]"),
          Added(R"([7,8,9,"#0a0b0c",0,0,0,1])", R"("x":7,"y":8,"z":9)",
                "[10,11,12,255]", 1),
          Added("[99999999,-99999999,5,1,1,1]",
                R"("x":99999999,"y":-99999999,"z":5)", "[1,1,1,255]"),
          Added("[2147483647,-2147483648,0,1,1,1]",
                R"("x":2147483647,"y":-2147483648,"z":0)", "[1,1,1,255]"),
          Added("[-0.5,1.5,2.0,1,1,1]", R"("x":-1,"y":1,"z":2)", "[1,1,1,255]"),
          No("goxel.add_voxel", R"([1,2,3,"red"])", -32602,
             "Invalid hex color in array"),
          No("goxel.add_voxel", R"([1,2,3,"#12345"])", -32602,
             "Invalid hex color in array"),
          No("goxel.add_voxel", "[2147483648,0,0,1,1,1]", -32602,
             "*has x is 2147483648"),
          No("goxel.add_voxel", "[4294967297,0,0]", -32602,
             "*has x is 4294967297"),
          No("goxel.add_voxel", R"(["1",0,0])", -32602, "*has x is"),
          Holds(R"("x":1,"y":2,"z":3)", "[0,0,0,255]")}};
}

CompatGroup AddByName() {
  return {
      .name = "AddVoxelByName",
      .samples = {
          NewProject(),
          Added(R"({"x":1,"y":2,"z":3,"color":[255,0,0]})",
                R"("x":1,"y":2,"z":3)", "[255,0,0,255]"),
          Added(R"({"x":1,"y":2,"z":3,"color":[1,2,3,4],"layer_id":1})",
                R"("x":1,"y":2,"z":3)", "[1,2,3,4]", 1),
          Added(R"({"x":1,"y":2,"z":3,"color":[0.5,1.0,0.0]})",
                R"("x":1,"y":2,"z":3)", "[127,255,0,255]"),
          Added(R"({"x":1,"y":2,"z":3,"color":[300,-1,9]})",
                R"("x":1,"y":2,"z":3)", "[255,0,9,255]"),
          Added(R"({"x":1,"y":2,"z":3,"color":"#102030"})",
                R"("x":1,"y":2,"z":3)", "[16,32,48,255]"),
          Added(R"({"x":1,"y":2,"z":3,"color":"#10203040"})",
                R"("x":1,"y":2,"z":3)", "[16,32,48,64]"),
          Added(R"({"x":1,"y":2,"z":3,"color":{"r":5,"g":6,"b":7}})",
                R"("x":1,"y":2,"z":3)", "[5,6,7,255]"),
          Added(R"({"x":1,"y":2,"z":3,"color":{"r":257,"g":6,"b":7,"a":8}})",
                R"("x":1,"y":2,"z":3)", "[1,6,7,8]"),
          Added(R"({"x":1,"y":2,"z":3,"color":[1,2]})", R"("x":1,"y":2,"z":3)",
                "[255,255,255,255]"),
          Added(R"({"x":1,"y":2,"z":3})", R"("x":1,"y":2,"z":3)",
                "[255,255,255,255]"),
          Added("{}", R"("x":0,"y":0,"z":0)", "[255,255,255,255]"),
          Added("null", R"("x":0,"y":0,"z":0)", "[255,255,255,255]"),
          // What its own clients send in vain.
          Added(R"({"position":{"x":4,"y":5,"z":6},"color":{"r":1,"g":2,)"
                R"("b":3,"a":255}})",
                R"("x":4,"y":5,"z":6)", "[1,2,3,255]"),
          Added(R"({"x":-0.5,"y":0.5,"z":1.5,"r":9,"g":8,"b":7,"a":255})",
                R"("x":-1,"y":0,"z":1)", "[9,8,7,255]"),
          Added(R"({"x":1,"rgba":[9,8,7,6]})", R"("x":1,"y":0,"z":0)",
                "[9,8,7,6]"),
          // An unknown layer means the active one; the id is given back.
          Added(R"({"x":8,"layer_id":77})", R"("x":8,"y":0,"z":0)",
                "[255,255,255,255]", 77),
          Added(R"({"x":8,"layer_id":-3})", R"("x":8,"y":0,"z":0)",
                "[255,255,255,255]", -3),
          No("goxel.add_voxel", R"({"x":1,"color":"red"})", -32602,
             "Invalid hex color format"),
          No("goxel.add_voxel", R"({"x":1,"color":{"r":1,"g":2}})", -32602,
             "Color object missing r, g, b fields"),
          No("goxel.add_voxel", R"({"x":"1"})", -32602, "*has x is"),
          No("goxel.add_voxel", R"({"x":1e40})", -32602, "*has x is"),
          No("goxel.add_voxel", R"({"layer_id":1.5})", -32602,
             "*has layer_id is 1.5")}};
}

CompatGroup RemoveGetPaint() {
  return {.name = "RemoveGetPaint",
          .samples = {
              NewProject(),
              Added("[1,2,3,4,5,6]", R"("x":1,"y":2,"z":3)", "[4,5,6,255]"),
              Ok("goxel.get_voxel", "[1,2,3]",
                 R"({"x":1,"y":2,"z":3,"exists":true,"color":[4,5,6,255]})"),
              Ok("goxel.get_voxel", "[]",
                 R"({"x":0,"y":0,"z":0,"exists":false,"color":[0,0,0,0]})"),
              Ok("goxel.paint_voxels", "[1,2,3,7,8,9]",
                 R"({"success":true,"painted":1})"),
              Holds(R"("x":1,"y":2,"z":3)", "[7,8,9,255]"),
              Ok("goxel.paint_voxels", R"({"x":1,"y":2,"z":3,"r":257,"a":0})",
                 R"({"success":true,"painted":1})"),
              Holds(R"("x":1,"y":2,"z":3)", "[1,0,0,255]"),
              Ok("goxel.paint_voxels",
                 R"({"position":{"x":1,"y":2,"z":3},"color":[3,2,1,128]})",
                 R"({"success":true,"painted":1})"),
              Holds(R"("x":1,"y":2,"z":3)", "[3,2,1,128]"),
              No("goxel.paint_voxels", "[5,5,5,1,1,1]", -1009,
                 "Failed to paint voxel: error code -1"),
              No("goxel.paint_voxels", "[1,2,3,1,1,1,255,44]", -1009,
                 "Failed to paint voxel: error code -1"),
              Ok("goxel.remove_voxel", "[1,2,3]",
                 R"({"success":true,"x":1,"y":2,"z":3,"layer_id":0})"),
              Holds(R"("x":1,"y":2,"z":3)", "[0,0,0,0]"),
              Ok("goxel.remove_voxel", R"({"x":1,"y":2,"z":3,"layer_id":1})",
                 R"({"success":true,"x":1,"y":2,"z":3,"layer_id":1})"),
              No("goxel.remove_voxel", "[1,2,3,44]", -1005,
                 "Failed to remove voxel: error code -1"),
              No("goxel.get_voxel", R"([1,2,"3"])", -32602, "*has z is")}};
}

CompatGroup FloodFill() {
  return {
      .name = "FloodFill",
      .samples = {
          NewProject(),
          Ok("goxel.procedural_shape", R"(["cube",4,4,4,0,0,0,10,10,10,255,1])",
             R"({"success":true,"shape_type":"cube","voxels_created":64,)"
             R"("...":0})"),
          Added("[20,0,0,10,10,10]", R"("x":20,"y":0,"z":0)", "[10,10,10,255]"),
          // All voxels of that colour that hang together, and no others.
          Ok("goxel.flood_fill", "[0,0,0,1,2,3]",
             R"({"success":true,"voxels_filled":64})"),
          Holds(R"("x":-2,"y":-2,"z":-2)", "[1,2,3,255]"),
          Holds(R"("x":1,"y":1,"z":1)", "[1,2,3,255]"),
          Holds(R"("x":20,"y":0,"z":0)", "[10,10,10,255]"),
          // Where there is no voxel, nothing hangs together.
          Ok("goxel.flood_fill", R"({"x":50,"y":50,"z":50,"r":9})",
             R"({"success":true,"voxels_filled":0})"),
          Holds(R"("x":50,"y":50,"z":50)", "[0,0,0,0]")}};
}

CompatSample Shape(std::string_view params, std::string_view type, int voxels) {
  return Ok("goxel.procedural_shape", params,
            fmt::format(R"({{"success":true,"shape_type":"{}",)"
                        R"("voxels_created":{},"...":0}})",
                        type, voxels));
}

CompatGroup Shapes() {
  return {
      .name = "Shapes",
      .samples = {
          NewProject(),
          // centre - size/2 to centre + size/2 - 1
          Shape(R"(["cube",4,2,6,10,20,30,1,2,3])", "cube", 48),
          Holds(R"("x":8,"y":19,"z":27)", "[1,2,3,255]"),
          Holds(R"("x":11,"y":20,"z":32)", "[1,2,3,255]"),
          Holds(R"("x":7,"y":19,"z":27)", "[0,0,0,0]"),
          Holds(R"("x":12,"y":20,"z":32)", "[0,0,0,0]"),
          Holds(R"("x":11,"y":20,"z":33)", "[0,0,0,0]"),
          Shape("{}", "cube", 1000),
          Holds(R"("x":-5,"y":-5,"z":-5)", "[0,0,0,255]"),
          Holds(R"("x":4,"y":4,"z":4)", "[0,0,0,255]"),
          // Odd sizes lose nothing.
          Shape(R"({"shape_type":"cube","size_x":3,"size_y":3,"size_z":3,)"
                R"("center_x":100})",
                "cube", 27),
          Shape(R"({"shape_type":"cube","size_x":1,"size_y":1,"size_z":1,)"
                R"("center_x":200,"r":5,"layer_id":1})",
                "cube", 1),
          Holds(R"("x":200,"y":0,"z":0)", "[5,0,0,255]"),
          Shape(R"({"shape_type":"sphere","size_x":1,"size_y":1,"size_z":1,)"
                R"("center_x":300})",
                "sphere", 1),
          Shape(R"({"shape_type":"line","size_x":5,"size_y":1,"size_z":1,)"
                R"("center_x":400})",
                "line", 5),
          Shape(R"({"shape_type":"plane","size_x":4,"size_y":5,)"
                R"("center_x":500})",
                "plane", 20),
          Shape(R"({"shape_type":"cube","size_x":4,"size_y":4,"size_z":4,)"
                R"("center_x":600,"hollow":true})",
                "cube", 56),
          No("goxel.procedural_shape", R"(["teapot",4,4,4])", -1011,
             "Shape type not implemented yet"),
          No("goxel.procedural_shape", R"({"size_x":2.5})", -32602,
             "*has size_x is 2.5"),
          No("goxel.procedural_shape",
             R"({"size_x":2000000000,"size_y":2000000000,)"
             R"("size_z":2000000000})",
             -32004, "*string")}};
}

CompatGroup Batch() {
  return {
      .name = "BatchOperations",
      .samples = {
          NewProject(),
          Ok("goxel.batch_operations",
             R"({"operations":[)"
             R"({"type":"add_voxel","x":1,"y":0,"z":0,"r":1,"g":2,"b":3},)"
             R"({"type":"add_voxel","x":2,"y":0,"z":0,"r":1,"g":2,"b":3,)"
             R"("a":9}]})",
             R"({"success":true,"total_operations":2,)"
             R"("successful_operations":2,"...":0})"),
          Holds(R"("x":1,"y":0,"z":0)", "[1,2,3,255]"),
          Holds(R"("x":2,"y":0,"z":0)", "[1,2,3,9]"),
          Ok("goxel.batch_operations", R"({"operations":[]})",
             R"({"success":true,"total_operations":0,)"
             R"("successful_operations":0,"...":0})"),
          Ok("goxel.batch_operations",
             R"([{"operations":[{"type":"remove_voxel","x":2,"y":0,"z":0},)"
             R"({"type":"paint_voxels","x":1,"y":0,"z":0,"r":7}]}])",
             R"({"success":true,"total_operations":2,)"
             R"("successful_operations":2,"...":0})"),
          Holds(R"("x":1,"y":0,"z":0)", "[7,0,0,255]"),
          Holds(R"("x":2,"y":0,"z":0)", "[0,0,0,0]"),
          // What fails is counted, and success is not claimed.
          Ok("goxel.batch_operations",
             R"({"operations":[{"type":"dance"},{"type":"add_voxel","x":1},)"
             R"({"type":"add_voxel","x":"1","y":2,"z":3,"r":1,"g":1,"b":1},)"
             R"({"type":"add_voxel","x":5,"y":5,"z":5,"r":1,"g":1,"b":1}]})",
             R"({"success":false,"total_operations":4,)"
             R"("successful_operations":1,"...":0})"),
          Holds(R"("x":5,"y":5,"z":5)", "[1,1,1,255]"),
          No("goxel.batch_operations", "{}", -32602,
             "Must specify operations array"),
          No("goxel.batch_operations", R"({"operations":7})", -32602,
             "Must specify operations array"),
          No("goxel.batch_operations", "[]", -32602,
             "Must specify operations array")}};
}

}  // namespace

std::vector<CompatGroup> VoxelSamples() {
  return {VoxelsWithoutAProject(), BulkVoxels(), AddByPosition(), AddByName(),
          RemoveGetPaint(),        FloodFill(),  Shapes(),        Batch()};
}

}  // namespace goxel
