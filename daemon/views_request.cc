#include "daemon/views_request.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "daemon/camera_request.h"
#include "daemon/json_values.h"
#include "daemon/option_reader.h"
#include "daemon/plane_options.h"
#include "daemon/sheet_options.h"

namespace goxel {
namespace {

constexpr std::array<std::string_view, 3> kReturnModes = {"file_path", "mmap",
                                                          "base64"};
constexpr std::array<std::string_view, 3> kWaysToNameViews = {
    "turntable", "cameras", "presets"};
constexpr double kMaxTurns = 1000;

Status Invalid(std::string message) {
  return {StatusCode::kInvalidArgument, std::move(message)};
}

Status TooMany(std::string_view name, std::uint64_t views, std::size_t limit) {
  if (views <= limit) return {};
  return Status(StatusCode::kTooLarge,
                fmt::format("{} asks for {} views; max_views allows {}", name,
                            views, limit))
      .With("requested", static_cast<std::int64_t>(views))
      .With("limit", static_cast<std::int64_t>(limit));
}

// `text` as the params of a goxel.render_scene request, or a part of them.
template <typename Read>
auto ReadAsParams(const std::string& text, const Read& read)
    -> decltype(read(std::declval<const Params&>())) {
  const auto params = Params::Parse(text);
  if (!params) return Fail(params.error());
  return read(*params);
}

// A camera object or the name of a preset, as goxel.render_scene reads them.
Result<CameraRequest> ReadCamera(Json value, const std::string& name) {
  if (!value.is_object() && !value.is_string()) {
    return BadValue(name, value, "a camera object or the name of a preset");
  }
  const char* key = value.is_object() ? "camera" : "camera_preset";
  auto camera = ReadAsParams(
      fmt::format("{{\"{}\":{}}}", key, simdjson::minify(value)),
      [](const Params& params) { return ParseCameraRequest(params); });
  if (camera) return camera;
  return Fail(camera.error().Retold(
      camera.error().code(),
      fmt::format("{}: {}", name, camera.error().message())));
}

Result<NamedView> ReadView(Json value, std::size_t index,
                           const std::string& name) {
  auto camera = ReadCamera(value, name);
  if (!camera) return Fail(std::move(camera.error()));
  NamedView view{.name = fmt::format("view {}", index),
                 .camera = *std::move(camera)};
  const auto given =
      value.is_object() ? Member(value, "name") : std::optional(value);
  if (!given) return view;
  auto text = ReadString(*given, name + ".name");
  if (!text) return Fail(text.error());
  view.name = *text;
  return view;
}

Status ReadViews(Json list, std::string_view name, std::size_t max_views,
                 std::vector<NamedView>& views) {
  simdjson::dom::array items;
  if (list.get_array().get(items) != simdjson::SUCCESS || items.size() == 0) {
    return BadValue(name, list, "an array of at least one view");
  }
  if (Status few = TooMany(name, items.size(), max_views); !few.ok()) {
    return few;
  }
  for (const Json item : items) {
    auto view =
        ReadView(item, views.size(), fmt::format("{}[{}]", name, views.size()));
    if (!view) return view.error();
    views.push_back(*std::move(view));
  }
  return {};
}

Status ReadPresets(Json value, std::size_t max_views,
                   std::vector<NamedView>& views) {
  std::string_view word;
  if (value.get_string().get(word) != simdjson::SUCCESS) {
    return ReadViews(value, "presets", max_views, views);
  }
  if (word != "all") {
    return BadValue("presets", value, "\"all\" or an array of their names");
  }
  for (const CameraPreset& preset : CameraPresets()) {
    NamedView view{.name = std::string(preset.name), .camera = {}};
    UsePreset(preset, view.camera);
    views.push_back(std::move(view));
  }
  return TooMany("presets", views.size(), max_views);
}

Status CheckTurntableCamera(const CameraRequest& camera) {
  const char* unfit = camera.matrix   ? "matrix"
                      : camera.eye    ? "eye"
                      : camera.stored ? "stored"
                                      : nullptr;
  if (unfit == nullptr) return {};
  return Invalid(
      fmt::format("turntable has a camera by its {}; the camera of a turntable "
                  "stands at an azimuth and an elevation",
                  unfit));
}

Status ReadTurntable(Json value, std::size_t max_views, ViewsRequest& request) {
  if (!value.is_object()) return BadValue("turntable", value, "an object");
  const auto frames = Member(value, "frames");
  if (!frames) return Invalid("turntable.frames is missing; expected a number");
  auto count = ReadInteger(*frames, "turntable.frames", 1,
                           std::numeric_limits<std::int32_t>::max());
  if (!count) return count.error();
  const auto wanted = static_cast<std::size_t>(*count);
  if (Status few = TooMany("turntable", wanted, max_views); !few.ok()) {
    return few;
  }
  auto camera = ReadCamera(value, "turntable");
  if (!camera) return camera.error();
  if (Status fit = CheckTurntableCamera(*camera); !fit.ok()) return fit;
  TurntableRequest turntable{.first = *std::move(camera), .frames = wanted};
  bool clockwise = false;
  OptionReader members(value, "turntable");
  members.Read("start_azimuth", NumberInto(turntable.first.azimuth));
  members.Read("turns", NumberInto(turntable.turns, -kMaxTurns, kMaxTurns));
  members.Read("clockwise", FlagInto(clockwise));
  if (!members.status().ok()) return members.status();
  if (clockwise) turntable.turns = -turntable.turns;
  for (std::size_t i = 0; i < turntable.frames; ++i) {
    request.views.push_back(
        {.name = fmt::format("azimuth {:.6g}", TurntableAzimuth(turntable, i)),
         .camera = turntable.first});
  }
  request.turntable = std::move(turntable);
  return {};
}

// Exactly one of the ways.
Status ReadWhichViews(const Params& params, std::size_t max_views,
                      ViewsRequest& request) {
  const auto turntable = params.Find("turntable");
  const auto cameras = params.Find("cameras");
  const auto presets = params.Find("presets");
  if (int{turntable.has_value()} + int{cameras.has_value()} +
          int{presets.has_value()} !=
      1) {
    return Invalid(
        fmt::format("one of {} must say which views are wanted, and only one",
                    Enumerate(kWaysToNameViews)));
  }
  if (turntable) return ReadTurntable(*turntable, max_views, request);
  if (presets) return ReadPresets(*presets, max_views, request.views);
  return ReadViews(*cameras, "cameras", max_views, request.views);
}

// The params of a goxel.render_scene request for one frame. Files are the
// default here, and a path of the client's own could hold one picture only.
Result<std::string> FrameParams(const Params& params) {
  if (const auto path = params.Find("output_path")) {
    return BadValue("output_path", *path,
                    "nothing: the views are many; options.output_dir names a "
                    "directory for them");
  }
  std::string text = "{";
  for (const char* key : {"width", "height"}) {
    if (const auto side = params.Find(key)) {
      text += fmt::format("\"{}\":{},", key, simdjson::minify(*side));
    }
  }
  const auto options = params.Find("options");
  if (options && !options->is_object()) {
    return BadValue("options", *options, "an object");
  }
  std::string members = options ? simdjson::minify(*options) : "{}";
  const auto mode = options ? Member(*options, "return_mode") : std::nullopt;
  if (mode) {
    auto known = ReadWord(*mode, "options.return_mode", kReturnModes);
    if (!known) return Fail(known.error());
  } else {
    members.insert(1, members.size() > 2 ? R"("return_mode":"file_path",)"
                                         : R"("return_mode":"file_path")");
  }
  return text + "\"options\":" + members + "}";
}

Status ReadFrame(const Params& params, const RenderLimits& limits,
                 ViewsRequest& request) {
  const auto text = FrameParams(params);
  if (!text) return text.error();
  auto frame = ReadAsParams(*text, [&](const Params& frame_params) {
    return ParseRenderRequest(frame_params, limits);
  });
  if (!frame) return frame.error();
  request.frame = *std::move(frame);
  // What was said of the camera is said of each view.
  request.frame.camera_given = true;
  request.stream = std::exchange(request.frame.progress, false);
  if (!request.frame.fallback) return {};
  for (const ReturnMode mode : *request.frame.fallback) {
    if (mode == ReturnMode::kBase64) continue;
    return Invalid(fmt::format(
        "options.fallback names \"{}\"; many views come back as \"base64\" "
        "where they find no files, or not at all",
        ToString(mode)));
  }
  return {};
}

Status ReadStream(const Params& params, ViewsRequest& request) {
  const auto options = params.Find("options");
  if (!options) return {};
  bool stream = request.stream;
  OptionReader members(*options, "options");
  members.Read("stream", FlagInto(stream));
  request.stream = stream;
  return members.status();
}

// A sheet is a picture of pictures; planes are of the views themselves.
Status CheckSheetPlanes(const ViewsRequest& request) {
  if (request.frame.planes.empty()) return {};
  if (!request.frames) {
    return Invalid(
        "options.aov is given for a sheet; planes are of the views, which come "
        "with sheet.frames true");
  }
  if (request.frame.color) return {};
  return Invalid(
      "options.color is false for a sheet, which is a picture; leave out the "
      "one or the other");
}

Status ReadSheet(const Params& params, const RenderLimits& limits,
                 ViewsRequest& request) {
  const auto value = params.Find("sheet");
  if (!value || (value->is_bool() && !value->get_bool().value_unsafe())) {
    return {};
  }
  auto options = ReadSheetOptions(*value, request.frame, request.views.size());
  if (!options) return options.error();
  request.sheet = std::move(options->sheet);
  request.frames = options->frames;
  if (Status fit = CheckSheetPlanes(request); !fit.ok()) return fit;
  for (std::size_t i = 0; !options->own_labels && i < request.views.size();
       ++i) {
    request.sheet->cells[i].label = request.views[i].name;
  }
  const SheetLayout layout(request.sheet->shape);
  return CheckSheetSize(layout, request.frame, limits);
}

std::uint64_t RendersPerView(const SceneRenderRequest& frame) {
  return frame.planes.size() + (frame.color ? 1 : 0);
}

// Planes are raw in every mode.
std::uint64_t RawBytesPerView(const SceneRenderRequest& frame) {
  const auto bytes_of = [&frame](PixelFormat format) {
    return RenderStore::RawFileBytes(frame.width, frame.height, format);
  };
  const bool raw_picture = frame.color && frame.format == RenderFormat::kPam;
  std::uint64_t bytes = raw_picture ? bytes_of(PixelFormat::kRgba8) : 0;
  for (const Plane plane : frame.planes) {
    bytes += bytes_of(PixelFormatOf(plane));
  }
  return bytes;
}

}  // namespace

Result<ViewsRequest> ParseViewsRequest(const Params& params,
                                       const ViewsLimits& limits) {
  if (!params.is_object()) {
    return Fail(
        Invalid(fmt::format("the params are no object; expected one "
                            "with {}",
                            Enumerate(kWaysToNameViews))));
  }
  ViewsRequest request;
  Status status = ReadFrame(params, limits.render, request);
  if (status.ok()) status = ReadStream(params, request);
  if (status.ok()) status = ReadWhichViews(params, limits.max_views, request);
  if (status.ok()) status = ReadSheet(params, limits.render, request);
  if (!status.ok()) return Fail(std::move(status));
  return request;
}

Status CheckViewsFit(const ViewsRequest& request,
                     const RenderStoreStats& store) {
  const SceneRenderRequest& frame = request.frame;
  if (frame.mode != ReturnMode::kFilePath && frame.mode != ReturnMode::kMmap) {
    return {};
  }
  const std::uint64_t frames = request.frames ? request.views.size() : 0;
  const std::uint64_t renders =
      frames * RendersPerView(frame) + (request.sheet ? 1 : 0);
  const std::uint64_t room = store.max_renders - store.pinned_renders;
  constexpr const char* kHint =
      "ask for fewer views, for options.output_dir or return_mode \"base64\", "
      "or start the daemon with a higher limit";
  if (renders > room) {
    return Status(StatusCode::kTooLarge,
                  fmt::format("{} renders are ordered at once; max_renders "
                              "allows {}, of which {} are pinned",
                              renders, store.max_renders, store.pinned_renders))
        .With("requested", static_cast<std::int64_t>(renders))
        .With("limit", static_cast<std::int64_t>(room))
        .With("hint", kHint);
  }
  const std::uint64_t bytes = frames * RawBytesPerView(frame);
  const std::uint64_t free = store.max_cache_bytes - store.pinned_bytes;
  if (bytes <= free) return {};
  return Status(StatusCode::kTooLarge,
                fmt::format("the raw renders of {} views of {} x {} pixels are "
                            "{} bytes; max_cache_size leaves {}",
                            frames, frame.width, frame.height, bytes, free))
      .With("requested", static_cast<std::int64_t>(bytes))
      .With("limit", static_cast<std::int64_t>(free))
      .With("hint", kHint);
}

SceneRenderRequest SheetOrder(const ViewsRequest& request) {
  SceneRenderRequest order = request.frame;
  order.planes.clear();
  const SheetLayout layout(request.sheet->shape);
  order.width = static_cast<std::uint32_t>(layout.width());
  order.height = static_cast<std::uint32_t>(layout.height());
  order.sheet = std::make_shared<const SheetRequest>(*request.sheet);
  return order;
}

}  // namespace goxel
