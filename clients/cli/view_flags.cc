#include "clients/cli/view_flags.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <fstream>
#include <string_view>
#include <vector>

namespace goxel {
namespace {

constexpr char kCameraGroup[] = "Camera";
constexpr char kLookGroup[] = "Look";

// RRGGBB or RRGGBBAA, with or without a #.
std::optional<Rgba> ParseColor(std::string_view text) {
  if (text.starts_with('#')) text.remove_prefix(1);
  if (text.size() != 6 && text.size() != 8) return std::nullopt;
  Rgba color = {0, 0, 0, 255};
  for (std::size_t i = 0; i < text.size() / 2; ++i) {
    const char* digits = text.data() + 2 * i;
    const auto [stop, error] =
        std::from_chars(digits, digits + 2, color[i], 16);
    if (error != std::errc() || stop != digits + 2) return std::nullopt;
  }
  return color;
}

// 4 lines of 4 numbers, as they are written on paper: right, up, back and
// position are the columns.
std::array<double, 16> ReadMatrixFile(const std::string& path) {
  std::ifstream file(path);
  std::array<double, 16> columns{};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!(file >> columns[i % 4 * 4 + i / 4])) {
      throw CLI::ValidationError(
          "--matrix",
          fmt::format("{} numbers can be read from '{}'; give a file with 4 "
                      "lines of 4 numbers",
                      i, path));
    }
  }
  return columns;
}

CLI::Option* AddColor(CLI::App& command, const char* flag,
                      std::optional<Rgba>& target, const char* description) {
  return command.add_option_function<std::string>(
      flag,
      [flag, &target](const std::string& text) {
        target = ParseColor(text);
        if (target) return;
        throw CLI::ValidationError(
            flag, fmt::format("'{}' is not a colour such as 40a0ff", text));
      },
      description);
}

}  // namespace

const std::vector<std::string>& CameraPresets() {
  static const std::vector<std::string> presets = {
      "front",  "back",      "left",           "right",   "top",
      "bottom", "isometric", "true_isometric", "dimetric"};
  return presets;
}

void AddCameraFlags(CLI::App& command, RenderCamera& camera) {
  CLI::Option* preset =
      command.add_option("--camera", camera.preset, "Place of the camera")
          ->check(CLI::IsMember(CameraPresets()));
  CLI::Option* stored =
      command.add_option("--stored-camera", camera.stored,
                         "Camera of the scene's file, by name, or: active");
  CLI::Option* matrix = command.add_option_function<std::string>(
      "--matrix",
      [&camera](const std::string& path) {
        camera.matrix = ReadMatrixFile(path);
      },
      "File with the camera-to-world matrix, 4 lines of 4 numbers");
  CLI::Option* azimuth = command.add_option("--azimuth", camera.azimuth,
                                            "Degrees, 0 from the front");
  CLI::Option* elevation = command.add_option("--elevation", camera.elevation,
                                              "Degrees, 90 from above");
  CLI::Option* roll =
      command.add_option("--roll", camera.roll, "Degrees, counter-clockwise");
  CLI::Option* fov =
      command.add_option("--fov", camera.fov, "Degrees, vertically [20]");
  CLI::Option* ortho =
      command.add_flag("--ortho", camera.orthographic, "Without perspective");
  preset->excludes(stored)->excludes(matrix);
  stored->excludes(matrix);
  for (CLI::Option* angle : {azimuth, elevation}) {
    angle->excludes(preset)->excludes(stored)->excludes(matrix);
  }
  roll->excludes(stored)->excludes(matrix);
  for (CLI::Option* option :
       {preset, stored, matrix, azimuth, elevation, roll, fov, ortho}) {
    option->group(kCameraGroup);
  }
}

void AddLookFlags(CLI::App& command, RenderLook& look) {
  std::vector<CLI::Option*> options = {
      command.add_option("--style", look.style, "How all of it looks")
          ->check(CLI::IsMember({"default", "goxel", "flat", "clay"})),
      command.add_option("--shadows", look.shadows, "How shadows are made")
          ->check(CLI::IsMember({"off", "fast", "smooth"})),
      command.add_flag_function(
          "--ao,!--no-ao",
          [&look](std::int64_t times) { look.ambient_occlusion = times > 0; },
          "Darken corners, or not"),
      command
          .add_option("--samples", look.samples,
                      "Of each pixel, against jagged edges")
          ->check(CLI::IsMember({1, 4, 9})),
      command.add_option("--outline", look.outline_width,
                         "Width in pixels of a line around what is seen"),
      command.add_flag("--ground", look.ground,
                       "Show the scene's shadow on the ground"),
      AddColor(command, "--background", look.background,
               "Colour, or that of the first row: RRGGBB"),
      AddColor(command, "--background-bottom", look.background_bottom,
               "Colour of the last row: RRGGBB"),
      command.add_flag("--transparent", look.transparent,
                       "Leave the background out"),
      command
          .add_option_function<std::vector<double>>(
              "--light",
              [&look](const std::vector<double>& angles) {
                look.light_azimuth = angles.front();
                look.light_elevation = angles.back();
              },
              "Azimuth,elevation of the sun in degrees")
          ->delimiter(',')
          ->expected(2)};
  for (CLI::Option* option : options) option->group(kLookGroup);
}

}  // namespace goxel
