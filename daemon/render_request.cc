#include "daemon/render_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include "daemon/camera_request.h"
#include "daemon/json_values.h"
#include "daemon/plane_options.h"
#include "daemon/render_options.h"

namespace goxel {
namespace {

// The last is what documents of existing clients call a reply without a file.
constexpr std::array<std::string_view, 6> kReturnModes = {
    "output_path", "file_path", "mmap", "fd", "base64", "direct"};
constexpr std::size_t kDirect = 5;
// The first of each is the default.
constexpr std::array<std::string_view, 6> kFileFormats = {"png", "jpg", "jpeg",
                                                          "bmp", "pam", "ppm"};
constexpr std::array<std::string_view, 7> kInlineFormats = {
    "png", "jpg", "jpeg", "bmp", "raw", "rgba", "pam"};
constexpr std::array<std::string_view, 3> kRawFormats = {"raw", "rgba", "pam"};

// A side as a positive integer; nullopt for anything else. What is beyond 32
// bits is beyond every limit, which CheckSize() names.
std::optional<std::uint32_t> PositiveSide(Json value) {
  std::int64_t number = 0;
  if (value.get_int64().get(number) != simdjson::SUCCESS || number <= 0) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(std::min<std::int64_t>(
      number, std::numeric_limits<std::uint32_t>::max()));
}

Status ReadSide(const Params& params, std::string_view name,
                std::uint32_t& side) {
  const auto value = params.Find(name);
  if (!value) return {};
  const auto number = PositiveSide(*value);
  if (!number) return BadValue(name, *value, "an integer of at least 1");
  side = *number;
  return {};
}

Status ReadMode(const Params& params, std::optional<Json> options,
                SceneRenderRequest& request) {
  const auto path = params.Find("output_path");
  if (path) {
    auto text = ReadString(*path, "output_path");
    if (!text) return text.error();
    request.output_path = *text;
    request.mode = ReturnMode::kOutputPath;
  }
  const auto word = options ? Member(*options, "return_mode") : std::nullopt;
  request.legacy_reply = !word;
  if (!word) return {};
  auto mode = ReadWord(*word, "options.return_mode", kReturnModes);
  if (!mode) return mode.error();
  if (*mode == kDirect) {
    request.mode = ReturnMode::kBase64;
    request.legacy_reply = true;
    return {};
  }
  request.mode = static_cast<ReturnMode>(*mode);
  if (request.mode == ReturnMode::kOutputPath && !path) {
    return {StatusCode::kInvalidArgument,
            "options.return_mode is \"output_path\", but output_path is "
            "missing; expected the path of the file to write"};
  }
  return {};
}

std::span<const std::string_view> FormatsOf(ReturnMode mode) {
  switch (mode) {
    case ReturnMode::kOutputPath:
    case ReturnMode::kFilePath:
      return kFileFormats;
    case ReturnMode::kBase64:
      return kInlineFormats;
    case ReturnMode::kMmap:
    case ReturnMode::kFd:
      break;
  }
  return kRawFormats;
}

Status UseFormat(std::string_view source, std::string_view name,
                 SceneRenderRequest& request) {
  const auto valid = FormatsOf(request.mode);
  if (std::ranges::find(valid, name) == valid.end()) {
    return {StatusCode::kInvalidArgument,
            fmt::format("{} is \"{}\"; expected {}", source, name,
                        Enumerate(valid))};
  }
  if (name == "jpeg") name = "jpg";
  if (name == "raw" || name == "rgba") name = "pam";
  const auto format = ParseRenderFormat(name);
  if (!format) return format.error();
  request.format = *format;
  return {};
}

// From options.format, else from output_path's extension, else the mode's own.
Status ReadFormat(std::optional<Json> options, SceneRenderRequest& request) {
  if (const auto format = options ? Member(*options, "format") : std::nullopt) {
    auto name = ReadString(*format, "options.format");
    if (!name) return name.error();
    request.format_given = true;
    return UseFormat("options.format", *name, request);
  }
  if (request.mode == ReturnMode::kOutputPath &&
      request.output_path.has_extension()) {
    std::string name = request.output_path.extension().string().substr(1);
    std::ranges::transform(name, name.begin(), [](unsigned char c) {
      return static_cast<char>(std::tolower(c));
    });
    return UseFormat("the extension of output_path", name, request);
  }
  return UseFormat("format", FormatsOf(request.mode).front(), request);
}

// A file outside of the render directory is none of the store's.
Status UseOutputDirectory(SceneRenderRequest& request) {
  if (request.output_directory.empty()) return {};
  if (request.mode != ReturnMode::kFilePath) {
    return {
        StatusCode::kInvalidArgument,
        fmt::format("options.output_dir is \"{}\" with return_mode "
                    "\"{}\"; only \"file_path\" writes there",
                    request.output_directory.string(), ToString(request.mode))};
  }
  request.mode = ReturnMode::kOutputPath;
  return {};
}

Status TooLarge(std::string message, std::uint64_t requested,
                std::uint64_t limit) {
  return Status(StatusCode::kTooLarge, std::move(message))
      .With("requested", static_cast<std::int64_t>(requested))
      .With("limit", static_cast<std::int64_t>(limit));
}

Status CheckSide(std::string_view name, std::uint32_t side,
                 std::uint32_t limit) {
  if (side <= limit) return {};
  return TooLarge(fmt::format("{} is {}; at most {} pixels are possible", name,
                              side, limit),
                  side, limit);
}

Status CheckBytes(const SceneRenderRequest& request,
                  const RenderLimits& limits) {
  const std::uint64_t bytes = std::uint64_t{request.width} * request.height * 4;
  const bool raw_text = request.mode == ReturnMode::kBase64 &&
                        request.format == RenderFormat::kPam;
  const bool by_inline =
      raw_text && limits.max_inline_bytes < limits.max_render_bytes;
  const std::uint64_t limit =
      by_inline ? limits.max_inline_bytes : limits.max_render_bytes;
  if (bytes <= limit) return {};
  return TooLarge(
      fmt::format("{} x {} pixels are {} bytes; {} allows {}", request.width,
                  request.height, bytes,
                  by_inline ? "max_inline_size" : "max_render_size", limit),
      bytes, limit);
}

Status CheckRequest(const SceneRenderRequest& request,
                    const RenderLimits& limits) {
  if (request.encrypt && request.mode != ReturnMode::kFilePath) {
    return {StatusCode::kInvalidArgument,
            fmt::format("options.encrypt is true with return_mode \"{}\"; only "
                        "\"file_path\" has encrypted renders",
                        ToString(request.mode))};
  }
  Status status = CheckSide("width", request.width, limits.max_width);
  if (status.ok()) {
    status = CheckSide("height", request.height, limits.max_height);
  }
  if (status.ok()) status = CheckPlaneOptions(request);
  return status.ok() ? CheckBytes(request, limits) : status;
}

void UseDefaultSamples(SceneRenderRequest& request) {
  request.settings.samples_per_side =
      DefaultSamplesPerSide(request.width, request.height);
}

// ["out.png", 800, 600], or nothing at all: what is wrong is its default.
Status ReadArrayForm(const Params& params, SceneRenderRequest& request) {
  request.legacy_reply = true;
  if (const auto path = params.String({}, 0)) {
    request.output_path = *path;
    request.mode = ReturnMode::kOutputPath;
  }
  if (const auto width = params.Find({}, 1)) {
    request.width = PositiveSide(*width).value_or(request.width);
  }
  if (const auto height = params.Find({}, 2)) {
    request.height = PositiveSide(*height).value_or(request.height);
  }
  UseDefaultSamples(request);
  return ReadFormat(std::nullopt, request);
}

Status ReadObjectForm(const Params& params, const RenderLimits& limits,
                      SceneRenderRequest& request) {
  const auto options = params.Find("options");
  if (options && !options->is_object()) {
    return BadValue("options", *options, "an object");
  }
  Status status = ReadMode(params, options, request);
  if (status.ok()) status = ReadSide(params, "width", request.width);
  if (status.ok()) status = ReadSide(params, "height", request.height);
  if (status.ok()) status = ReadFormat(options, request);
  UseDefaultSamples(request);
  if (status.ok() && options) {
    status = ReadRenderOptions(*options, limits.render_directory, request);
    if (status.ok()) status = UseOutputDirectory(request);
  }
  if (!status.ok()) return status;
  auto camera = ParseCameraRequest(params);
  if (!camera) return camera.error();
  request.camera = *std::move(camera);
  request.camera_given = NamesCamera(params);
  request.light_given = options && Member(*options, "light");
  return {};
}

}  // namespace

std::string_view ToString(ReturnMode mode) {
  return kReturnModes[static_cast<std::size_t>(mode)];
}

SceneRenderRequest InMode(const SceneRenderRequest& request, ReturnMode mode) {
  SceneRenderRequest other = request;
  other.mode = mode;
  const bool stays =
      request.format_given && request.format != RenderFormat::kPpm;
  other.format = mode == ReturnMode::kFd ? RenderFormat::kPam
                 : stays                 ? request.format
                                         : RenderFormat::kPng;
  return other;
}

ChecksumKind WantedChecksum(const SceneRenderRequest& request) {
  const bool described = request.mode == ReturnMode::kFilePath ||
                         !request.output_directory.empty();
  const auto by_default =
      described ? ChecksumKind::kSha256 : ChecksumKind::kNone;
  return request.checksum.value_or(by_default);
}

Result<SceneRenderRequest> ParseRenderRequest(const Params& params,
                                              const RenderLimits& limits) {
  SceneRenderRequest request;
  request.legacy_reply = true;
  Status status = params.is_object() ? ReadObjectForm(params, limits, request)
                                     : ReadArrayForm(params, request);
  if (status.ok()) status = CheckRequest(request, limits);
  if (!status.ok()) return Fail(std::move(status));
  return request;
}

}  // namespace goxel
