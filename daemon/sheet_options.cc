#include "daemon/sheet_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "daemon/json_values.h"
#include "daemon/option_reader.h"
#include "daemon/voxel_color.h"

namespace goxel {
namespace {

constexpr std::uint32_t kDefaultGap = 8;  // Pixels.
constexpr std::int64_t kMaxGap = 1024;    // Pixels.
constexpr Color kDefaultLabelColor = {48, 48, 52, 255};

auto ColorInto(Color& target) {
  return [&target](Json value, std::string_view name) -> Status {
    const auto color = ReadChannels(value, name);
    if (!color) return color.error();
    target = *color;
    return {};
  };
}

// true, false, or a text for each view.
Status ReadLabels(Json value, std::string_view name, SheetOptions& options) {
  SheetRequest& sheet = options.sheet;
  if (value.get_bool().get(sheet.shape.labels) == simdjson::SUCCESS) return {};
  simdjson::dom::array texts;
  if (value.get_array().get(texts) != simdjson::SUCCESS ||
      texts.size() != sheet.cells.size()) {
    return BadValue(
        name, value,
        fmt::format("true, false or an array of a text for each of the {} "
                    "views",
                    sheet.cells.size()));
  }
  options.own_labels = true;
  std::size_t cell = 0;
  for (const Json text : texts) {
    auto label = ReadString(text, fmt::format("{}[{}]", name, cell));
    if (!label) return label.error();
    sheet.cells[cell++].label = *label;
  }
  return {};
}

// A number from `min` on.
template <typename Number>
auto CountInto(Number& target, std::int64_t min, std::int64_t max) {
  return [&target, min, max](Json value, std::string_view name) -> Status {
    auto number = ReadInteger(value, name, min, max);
    if (!number) return number.error();
    target = static_cast<Number>(*number);
    return {};
  };
}

}  // namespace

Result<SheetOptions> ReadSheetOptions(Json value,
                                      const SceneRenderRequest& frame,
                                      std::size_t views) {
  SheetOptions options;
  SheetRequest& sheet = options.sheet;
  sheet.cells.resize(views);
  sheet.shape = {.cells = views,
                 .cell_width = frame.width,
                 .cell_height = frame.height,
                 .gap = kDefaultGap};
  sheet.label_color = kDefaultLabelColor;
  sheet.background =
      frame.settings.transparent
          ? Color{0, 0, 0, 0}
          : frame.settings.background.value_or(kDefaultBackground);
  if (value.is_bool()) return options;
  if (!value.is_object()) {
    return BadValue("sheet", value, "true, false or an object");
  }
  OptionReader members(value, "sheet");
  members.Read("columns", CountInto(sheet.shape.columns, 1,
                                    static_cast<std::int64_t>(views)));
  members.Read("gap", CountInto(sheet.shape.gap, 0, kMaxGap));
  members.Read("labels", [&](Json labels, std::string_view name) {
    return ReadLabels(labels, name, options);
  });
  members.Read("label_color", ColorInto(sheet.label_color));
  members.Read("background_color", ColorInto(sheet.background));
  members.Read("frames", FlagInto(options.frames));
  if (!members.status().ok()) return Fail(members.status());
  return options;
}

Status CheckSheetSize(const SheetLayout& layout,
                      const SceneRenderRequest& frame,
                      const RenderLimits& limits) {
  const auto check = [&](std::string_view what, std::uint64_t requested,
                         std::uint64_t limit,
                         std::string_view option) -> Status {
    if (requested <= limit) return {};
    return Status(StatusCode::kTooLarge,
                  fmt::format("the sheet of {} x {} pixels has {} {}; {} "
                              "allows {}",
                              layout.width(), layout.height(), requested, what,
                              option, limit))
        .With("requested", static_cast<std::int64_t>(requested))
        .With("limit", static_cast<std::int64_t>(limit))
        .With("hint", "make the views smaller, or choose other columns");
  };
  Status status =
      check("columns of pixels", layout.width(), limits.max_width, "max_width");
  if (status.ok()) {
    status = check("rows of pixels", layout.height(), limits.max_height,
                   "max_height");
  }
  if (!status.ok()) return status;
  const std::uint64_t bytes = layout.width() * layout.height() * 4;
  const bool raw_text =
      frame.mode == ReturnMode::kBase64 && frame.format == RenderFormat::kPam;
  if (raw_text && limits.max_inline_bytes < limits.max_render_bytes) {
    return check("bytes", bytes, limits.max_inline_bytes, "max_inline_size");
  }
  return check("bytes", bytes, limits.max_render_bytes, "max_render_size");
}

}  // namespace goxel
