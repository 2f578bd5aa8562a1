#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "daemon/json_values.h"
#include "daemon/methods/methods.h"
#include "daemon/paged_text.h"
#include "daemon/param_reader.h"
#include "daemon/result_writer.h"
#include "daemon/voxel_color.h"
#include "daemon/voxel_json.h"
#include "daemon/voxel_reading.h"
#include "renderer/scene/color_count.h"

namespace goxel {
namespace {

constexpr int kAnalysisFailed = -32603;
constexpr std::int64_t kMost = std::int64_t{1} << 53;
constexpr std::int64_t kDefaultMaxResults = 1000;
constexpr std::int64_t kDefaultMergeThreshold = 10;
constexpr std::size_t kPageColors = 1000;

tl::unexpected<RpcError> AnalysisError(Status status) {
  return EditError(kAnalysisFailed, "Color analysis failed", std::move(status));
}

// Where to look, as all three methods read it.
struct Place {
  std::int32_t layer_id = kActiveLayer;
  std::optional<Box> region;
};

Place ReadPlace(const Params& params, ParamReader& read) {
  Place place;
  place.layer_id = read.LayerId(kByName, kActiveLayer);
  auto region = ReadRegion(params);
  if (region) {
    place.region = *region;
  } else {
    read.Note(std::move(region.error()));
  }
  return place;
}

int ReadBinSize(ParamReader& read, std::string_view name,
                std::int64_t fallback) {
  return static_cast<int>(read.Integer(name, kByName, fallback, 0, 255));
}

Result<std::vector<ColorCount>> CountColorsAt(Project& project,
                                              const Place& place,
                                              int bin_size) {
  const auto layer = ReadLayer(project, place.layer_id);
  if (!layer) return Fail(layer.error());
  return CountColors(VoxelSelection(layer->volume, place.region), bin_size);
}

std::uint64_t CountVoxels(std::span<const ColorCount> colors) {
  std::uint64_t voxels = 0;
  for (const ColorCount& one : colors) voxels += one.count;
  return voxels;
}

// The elements that `write` makes of the colours, a thousand to a page.
template <typename Write>
std::unique_ptr<TextSource> ColorElements(std::vector<ColorCount> colors,
                                          Write write) {
  const std::size_t pages = (colors.size() + kPageColors - 1) / kPageColors;
  return std::make_unique<ArrayElements>(
      pages,
      [colors = std::move(colors), write](std::size_t page, std::string& text) {
        const auto rest = std::span(colors).subspan(page * kPageColors);
        for (const ColorCount& one :
             rest.first(std::min(kPageColors, rest.size()))) {
          ResultWriter out;
          out.BeginObject();
          write(out, one);
          out.EndObject();
          text.append(out.Text()).push_back(',');
        }
      });
}

void WriteRgba(ResultWriter& out, Color color) {
  out.Key("rgba");
  WriteColor(out, color);
}

RpcReply HistogramReply(std::vector<ColorCount> colors, std::uint64_t voxels,
                        int bin_size) {
  const bool binned = bin_size > 1;
  const auto shown = static_cast<double>(CountVoxels(colors));
  ResultWriter out;
  out.BeginObject();
  const std::size_t insert_at = WriteOpenArray(out, "histogram");
  out.Field("total_voxels", voxels)
      .Field("unique_colors", colors.size())
      .Key("metadata")
      .BeginObject()
      .Field("binned", binned);
  if (binned) out.Field("bin_size", bin_size);
  out.EndObject().EndObject();
  return ReplyWith(
      out, insert_at,
      ColorElements(std::move(colors), [shown](ResultWriter& element,
                                               const ColorCount& one) {
        element.Field("color", HexColor(one.color));
        WriteRgba(element, one.color);
        element.Field("count", one.count)
            .Field("percentage", static_cast<double>(one.count) * 100 / shown);
      }));
}

RpcResult GetColorHistogram(const MethodCall& call) {
  ParamReader read(call.params);
  const Place place = ReadPlace(call.params, read);
  const int bin_size = ReadBinSize(read, "bin_size", 0);
  const bool by_count = read.Flag("sort_by_count", kByName, true);
  const std::int64_t top = read.Integer("top_n", kByName, 0, -kMost, kMost);
  if (!read.ok()) return RpcFail(read.status());
  auto colors = CountColorsAt(*call.project, place, bin_size);
  if (!colors) return AnalysisError(std::move(colors.error()));
  const std::uint64_t voxels = CountVoxels(*colors);
  SortByCount(*colors);
  if (top > 0) {
    colors->resize(std::min(colors->size(), static_cast<std::size_t>(top)));
  }
  if (!by_count) SortByColor(*colors);
  return HistogramReply(*std::move(colors), voxels, bin_size);
}

RpcResult GetUniqueColors(const MethodCall& call) {
  ParamReader read(call.params);
  const Place place = ReadPlace(call.params, read);
  const bool merge = read.Flag("merge_similar", kByName, false);
  const int threshold =
      ReadBinSize(read, "merge_threshold", kDefaultMergeThreshold);
  const bool by_count = read.Flag("sort_by_count", kByName, false);
  if (!read.ok()) return RpcFail(read.status());
  auto colors = CountColorsAt(*call.project, place, merge ? threshold : 0);
  if (!colors) return AnalysisError(std::move(colors.error()));
  if (by_count) SortByCount(*colors);
  ResultWriter out;
  out.BeginObject();
  const std::size_t insert_at = WriteOpenArray(out, "colors");
  out.Field("count", colors->size())
      .Key("metadata")
      .BeginObject()
      .Field("layer_id", place.layer_id)
      .Field("sorted_by_count", by_count)
      .EndObject()
      .EndObject();
  return ReplyWith(out, insert_at,
                   ColorElements(*std::move(colors), [](ResultWriter& element,
                                                        const ColorCount& one) {
                     element.Field("hex", HexColor(one.color));
                     WriteRgba(element, one.color);
                   }));
}

// The colour to look for, and how far each channel may be from it.
struct ColorTarget {
  Color color;
  Color tolerance;
};

Result<ColorTarget> ReadColorTarget(const Params& params) {
  ColorTarget target;
  const auto color = params.Find("color");
  simdjson::dom::array array;
  if (!color || color->get_array().get(array) != simdjson::SUCCESS ||
      (array.size() != 3 && array.size() != 4)) {
    return Fail(StatusCode::kInvalidArgument,
                "Color parameter must be an array of [r,g,b] or [r,g,b,a]");
  }
  auto channels = ReadChannels(*color, "color");
  if (!channels) return Fail(std::move(channels.error()));
  target.color = *channels;
  const auto tolerance = params.Find("tolerance");
  if (!tolerance) return target;
  if (tolerance->is_array()) {
    auto each = ReadChannels(*tolerance, "tolerance", 0);
    if (!each) return Fail(std::move(each.error()));
    target.tolerance = *each;
    return target;
  }
  const auto all = ReadInteger(*tolerance, "tolerance", 0, 255);
  if (!all) return Fail(all.error());
  const auto channel = static_cast<std::uint8_t>(*all);
  target.tolerance = {channel, channel, channel, channel};
  return target;
}

ColorRange ColorsNear(const ColorTarget& target) {
  const auto lowest = [](std::uint8_t channel, std::uint8_t tolerance) {
    return static_cast<std::uint8_t>(std::max(channel - tolerance, 0));
  };
  const auto highest = [](std::uint8_t channel, std::uint8_t tolerance) {
    return static_cast<std::uint8_t>(std::min(channel + tolerance, 255));
  };
  const auto& [color, tolerance] = target;
  return {
      .low = {lowest(color.r, tolerance.r), lowest(color.g, tolerance.g),
              lowest(color.b, tolerance.b), lowest(color.a, tolerance.a)},
      .high = {highest(color.r, tolerance.r), highest(color.g, tolerance.g),
               highest(color.b, tolerance.b), highest(color.a, tolerance.a)}};
}

// The places of voxels, each followed by the layer it is in.
std::unique_ptr<TextSource> LocationElements(VoxelSelection voxels,
                                             const std::string& layer_name,
                                             std::int32_t layer_id) {
  ResultWriter layer;
  layer.BeginObject();
  if (!layer_name.empty()) layer.Field("layer", layer_name);
  layer.Field("layer_id", layer_id).EndObject();
  const std::size_t tiles = voxels.tiles();
  return std::make_unique<ArrayElements>(
      tiles, [voxels = std::move(voxels), ending = layer.Text().substr(1)](
                 std::size_t tile, std::string& text) {
        voxels.ForEachIn(tile, [&](Cell cell, Color) {
          AppendCell(text, cell);
          text.append(",").append(ending).push_back(',');
        });
      });
}

RpcResult FindVoxelsByColor(const MethodCall& call) {
  ParamReader read(call.params);
  const auto target = ReadColorTarget(call.params);
  if (!target) return RpcFail(target.error());
  const Place place = ReadPlace(call.params, read);
  const std::int64_t most =
      read.Integer("max_results", kByName, kDefaultMaxResults, -kMost, kMost);
  const bool locations = read.Flag("include_locations", kByName, true);
  if (!read.ok()) return RpcFail(read.status());
  auto layer = ReadLayer(*call.project, place.layer_id);
  if (!layer) return AnalysisError(std::move(layer.error()));
  VoxelSelection voxels(layer->volume, place.region, ColorsNear(*target));
  if (most > 0) voxels.Cut(0, static_cast<std::uint64_t>(most));
  const std::uint64_t matches = voxels.count();
  ResultWriter out;
  out.BeginObject()
      .Field("target_color", HexColor(target->color))
      .Field("match_count", matches)
      .Field("truncated",
             most > 0 && matches == static_cast<std::uint64_t>(most));
  const std::size_t insert_at =
      locations ? WriteOpenArray(out, "locations") : 0;
  out.Key("metadata").BeginObject().Key("tolerance");
  WriteColor(out, target->tolerance);
  out.EndObject().EndObject();
  if (!locations) return out.Reply();
  return ReplyWith(
      out, insert_at,
      LocationElements(std::move(voxels), layer->name, place.layer_id));
}

}  // namespace

void AddColorMethods(MethodTable& table) {
  table.Add("goxel.get_color_histogram", "Generate color distribution analysis",
            RunsOn::kWorker, GetColorHistogram);
  table.Add("goxel.find_voxels_by_color", "Find all voxels matching a color",
            RunsOn::kWorker, FindVoxelsByColor);
  table.Add("goxel.get_unique_colors", "List all unique colors used",
            RunsOn::kWorker, GetUniqueColors);
}

}  // namespace goxel
