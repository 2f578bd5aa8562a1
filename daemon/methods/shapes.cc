#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "daemon/json_values.h"
#include "daemon/layer_params.h"
#include "daemon/methods/methods.h"
#include "daemon/methods/scene_edits.h"
#include "daemon/param_reader.h"
#include "daemon/voxel_color.h"
#include "renderer/scene/volume_edits.h"

namespace goxel {
namespace {

constexpr std::int64_t kMinCoordinate =
    std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t kMaxCoordinate =
    std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kDefaultSize = 10;
constexpr int kNoSuchShape = -1011;

enum class ShapeType {
  kCube,
  kSphere,
  kEllipsoid,
  kCylinder,
  kPyramid,
  kLine,
  kPlane
};
// In the order of ShapeType.
constexpr auto kShapeNames = std::to_array<std::string_view>(
    {"cube", "sphere", "ellipsoid", "cylinder", "pyramid", "line", "plane"});
// In the order of ShapeMode, and what replies call the voxels of each.
constexpr auto kModeNames =
    std::to_array<std::string_view>({"add", "subtract", "paint"});
constexpr auto kCountNames = std::to_array<std::string_view>(
    {"voxels_created", "voxels_removed", "voxels_painted"});
constexpr auto kAxisNames = std::to_array<std::string_view>({"x", "y", "z"});

ShapeKind KindOf(ShapeType type) {
  switch (type) {
    case ShapeType::kSphere:
    case ShapeType::kEllipsoid:
      return ShapeKind::kEllipsoid;
    case ShapeType::kCylinder:
      return ShapeKind::kCylinder;
    case ShapeType::kPyramid:
      return ShapeKind::kPyramid;
    case ShapeType::kCube:
    case ShapeType::kLine:
    case ShapeType::kPlane:
      break;
  }
  return ShapeKind::kBox;
}

struct ShapeRequest {
  ShapeType type = ShapeType::kCube;
  Shape shape;
  Cell from, to;  // Of a line.
  ShapeMode mode = ShapeMode::kAdd;
  Color color;
  LayerChoice layer;
};

// size cells from centre - size / 2 on.
Box ReadBox(ShapeType type, ParamReader& read) {
  Box box;
  std::int64_t fallback = kDefaultSize;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::string size_name = fmt::format("size_{}", kAxisNames[axis]);
    const std::string center_name = fmt::format("center_{}", kAxisNames[axis]);
    const std::int64_t size =
        read.Integer(size_name, 1 + axis, fallback, 1, kMaxCoordinate);
    const std::int64_t center = read.Coordinate(center_name, 4 + axis);
    if (type == ShapeType::kSphere && axis == 0) fallback = size;
    if (type == ShapeType::kSphere && size != fallback) {
      read.Note({StatusCode::kInvalidArgument,
                 fmt::format("{} is {} and size_x {}; a sphere is as wide one "
                             "way as another, \"ellipsoid\" need not be",
                             size_name, size, fallback)});
    }
    box.min[axis] = center - size / 2;
    box.max[axis] = box.min[axis] + size;
    if (box.min[axis] < kMinCoordinate || box.max[axis] > kMaxCoordinate + 1) {
      read.Note({StatusCode::kInvalidArgument,
                 fmt::format("{} is {}, so that with {} {} the shape would "
                             "leave -2147483648 to 2147483647",
                             center_name, center, size_name, size)});
    }
  }
  return box;
}

// The ends of a line: `from` and `to`, else two corners of the box.
void ReadEnds(const Params& params, ParamReader& read, ShapeRequest& request) {
  const auto corner = [](const std::array<std::int64_t, 3>& at, int inwards) {
    return Cell{static_cast<std::int32_t>(at[0] - inwards),
                static_cast<std::int32_t>(at[1] - inwards),
                static_cast<std::int32_t>(at[2] - inwards)};
  };
  const auto end = [&](const char* name, Cell fallback) {
    const auto given = params.Find(name);
    if (!given) return fallback;
    auto cell = ReadCell(*given, name);
    if (!cell) read.Note(std::move(cell.error()));
    return cell.value_or(fallback);
  };
  const Box& box = request.shape.box;
  request.from = end("from", corner(box.min, 0));
  request.to = end("to", corner(box.max, 1));
}

void ReadGeometry(const Params& params, ParamReader& read,
                  ShapeRequest& request) {
  Shape& shape = request.shape;
  shape.kind = KindOf(request.type);
  shape.box = ReadBox(request.type, read);
  shape.axis = read.Word("axis", kByName, 2, kAxisNames);
  const std::int64_t thickness =
      read.Integer("thickness", kByName, 1, 1, kMaxCoordinate);
  const bool thickness_given = params.Find("thickness").has_value();
  if (read.Flag("hollow", kByName, thickness_given)) shape.wall = thickness;
  if (request.type == ShapeType::kLine) ReadEnds(params, read, request);
  if (request.type == ShapeType::kPlane) {
    Box& box = shape.box;
    box.min[shape.axis] += (box.max[shape.axis] - box.min[shape.axis]) / 2;
    box.max[shape.axis] = box.min[shape.axis] + 1;
  }
}

Result<ShapeType> ReadShapeType(const Params& params) {
  const auto value = params.Find("shape_type", 0);
  if (!value) return ShapeType::kCube;
  const auto name = ReadString(*value, "shape_type");
  if (!name) return Fail(name.error());
  const auto found = std::ranges::find(kShapeNames, *name);
  if (found == kShapeNames.end()) {
    return Fail(StatusCode::kNotFound,
                fmt::format("there is no shape '{}'; expected {}",
                            name->substr(0, 64), Enumerate(kShapeNames)));
  }
  return static_cast<ShapeType>(found - kShapeNames.begin());
}

std::uint64_t CountVoxels(const ShapeRequest& request, std::uint64_t limit) {
  if (request.type != ShapeType::kLine) {
    return CountCells(request.shape, limit);
  }
  const auto way = [](std::int32_t from, std::int32_t to) {
    return static_cast<std::uint64_t>(std::abs(std::int64_t{to} - from));
  };
  const auto& [from, to] = std::pair(request.from, request.to);
  return 1 +
         std::max({way(from.x, to.x), way(from.y, to.y), way(from.z, to.z)});
}

// kTooLarge for what would fill a project, or take as long.
Status CheckSize(const ShapeRequest& request, const ProjectLimits& limits) {
  const bool visits_cells =
      request.mode == ShapeMode::kAdd || request.type == ShapeType::kLine;
  if (!visits_cells) return Status();
  const std::uint64_t limit = std::min<std::uint64_t>(
      limits.max_voxels, std::numeric_limits<std::int32_t>::max());
  if (CountVoxels(request, limit) <= limit) return Status();
  return Status(StatusCode::kTooLarge,
                fmt::format(
                    "this {} would be of more than {} voxels, as many as "
                    "a project may have",
                    kShapeNames[static_cast<std::size_t>(request.type)], limit))
      .With("limit", static_cast<std::int64_t>(limit));
}

Status MakeShape(const ShapeRequest& request, std::size_t max_tiles,
                 Scene& scene, ResultWriter& reply) {
  const auto layer = LayerToEdit(scene, request.layer);
  if (!layer) return layer.error();
  Volume volume = (*layer)->volume;
  const auto made = request.type == ShapeType::kLine
                        ? ApplyLine(request.from, request.to, request.mode,
                                    request.color, volume, max_tiles)
                        : ApplyShape(request.shape, request.mode, request.color,
                                     volume, max_tiles);
  if (!made) return TooLarge("tiles of 16^3", max_tiles + 1, max_tiles);
  (*layer)->volume = volume;
  const std::uint64_t count = *made;
  const bool adds = request.mode == ShapeMode::kAdd;
  reply.Field("shape_type", kShapeNames[static_cast<std::size_t>(request.type)])
      .Field("voxels_created", adds ? count : 0);
  if (!adds) {
    reply.Field(kCountNames[static_cast<std::size_t>(request.mode)], count);
  }
  return Status();
}

Status MakeFill(const FloodFill& fill, LayerChoice choice, Scene& scene,
                ResultWriter& reply) {
  const Layer* found = FindLayer(scene, choice);
  if (found == nullptr) return NoSuchLayer(scene, choice.id);
  Volume volume = found->volume;
  const auto filled = Fill(fill, volume);
  if (!filled) {
    return Status(StatusCode::kTooLarge,
                  fmt::format("more than max_voxels = {} voxels are connected; "
                              "none was filled",
                              fill.max_voxels))
        .With("limit", static_cast<std::int64_t>(fill.max_voxels));
  }
  if (*filled > 0) LayerToEdit(scene, choice).value()->volume = volume;
  reply.Field("voxels_filled", *filled);
  return Status();
}

RpcResult ProceduralShape(const MethodCall& call, const ProjectLimits& limits) {
  const auto edit = ReadProceduralShape(call.params, limits);
  if (!edit) {
    // What existing clients hear of a shape that is not there.
    return EditError(kNoSuchShape, "Shape type not implemented yet",
                     edit.error());
  }
  return MakeEdit(call, *edit);
}

}  // namespace

Result<SceneEdit> ReadProceduralShape(const Params& params,
                                      const ProjectLimits& limits) {
  const auto type = ReadShapeType(params);
  if (!type) return Fail(type.error());
  ShapeRequest request;
  request.type = *type;
  ParamReader read(params);
  ReadGeometry(params, read, request);
  request.mode =
      static_cast<ShapeMode>(read.Word("mode", kByName, 0, kModeNames));
  request.layer = LayerOrFirst(read.LayerId(11));
  if (!read.ok()) return Fail(read.status());
  const auto color = ReadPaintColor(params, 7);
  if (!color) return Fail(color.error());
  request.color = *color;
  if (Status fits = CheckSize(request, limits); !fits.ok()) {
    return Fail(std::move(fits));
  }
  return [request, max_tiles = limits.max_tiles](Scene& scene,
                                                 ResultWriter& reply) {
    return MakeShape(request, max_tiles, scene, reply);
  };
}

Result<SceneEdit> ReadFloodFill(const Params& params,
                                const ProjectLimits& limits) {
  ParamReader read(params);
  FloodFill fill;
  fill.start = read.Position();
  fill.tolerance =
      static_cast<int>(read.Integer("tolerance", kByName, 0, 0, 255));
  const std::int64_t neighbours =
      read.Integer("connectivity", kByName, 6, 6, 26);
  if (neighbours != 6 && neighbours != 18 && neighbours != 26) {
    read.Note(
        {StatusCode::kInvalidArgument,
         fmt::format("connectivity is {}; expected 6, 18 or 26", neighbours)});
  }
  fill.connectivity = static_cast<Connectivity>(neighbours);
  const auto limit = static_cast<std::int64_t>(
      std::min<std::uint64_t>(limits.max_voxels, INT64_MAX));
  fill.max_voxels = static_cast<std::uint64_t>(
      read.Integer("max_voxels", kByName, limit, 1, limit));
  const LayerChoice layer = LayerOrFirst(read.LayerId(7));
  if (!read.ok()) return Fail(read.status());
  const auto color = ReadPaintColor(params, 3);
  if (!color) return Fail(color.error());
  fill.color = *color;
  return [fill, layer](Scene& scene, ResultWriter& reply) {
    return MakeFill(fill, layer, scene, reply);
  };
}

void AddShapeMethods(MethodTable& table, const MethodContext& context) {
  const ProjectLimits& limits = context.projects.limits();
  AddEditMethod(table, limits, "goxel.flood_fill",
                "Fill connected voxels of same color", ReadFloodFill,
                {-1010, "Failed to perform flood fill"});
  table.Add("goxel.procedural_shape", "Generate procedural shapes",
            RunsOn::kWorker, [&limits](const MethodCall& call) {
              return ProceduralShape(call, limits);
            });
}

}  // namespace goxel
