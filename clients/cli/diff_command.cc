// goxelctl diff: do two scenes, or two pictures, differ, and by how much?

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "clients/cli/command.h"
#include "clients/cli/daemon_session.h"
#include "clients/cli/picture_difference.h"
#include "clients/cli/picture_output.h"
#include "clients/cli/render_listing.h"
#include "clients/cli/rgba_picture.h"
#include "clients/cli/scene_project.h"
#include "clients/cli/voxel_difference.h"

namespace goxel {
namespace {

struct DiffArguments {
  std::string first;
  std::string second;
  std::string output;  // Empty: no picture of the difference.
  int tolerance = 0;
  std::uint64_t threshold = 0;
  EphemeralChoice ephemeral;
};

ExitCode Verdict(const DiffArguments& arguments, std::uint64_t changed) {
  return changed > arguments.threshold ? ExitCode::kDifference : ExitCode::kOk;
}

void WriteCount(JsonWriter& writer, const char* key, std::uint64_t count) {
  writer.Key(key);
  writer.Uint64(count);
}

void PrintVoxels(const Invocation& invocation, const VoxelDifference& found) {
  if (!invocation.json) {
    fmt::print(
        "{} voxels differ: {} added, {} removed, {} of another colour, by {} "
        "of 255 at most\n",
        found.changed(), found.added, found.removed, found.recolored,
        found.worst_channel);
    return;
  }
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  WriteText(writer, "kind", "scenes");
  WriteCount(writer, "changed", found.changed());
  WriteCount(writer, "added", found.added);
  WriteCount(writer, "removed", found.removed);
  WriteCount(writer, "recolored", found.recolored);
  writer.Key("worst_channel");
  writer.Int(found.worst_channel);
  writer.EndObject();
  fmt::print("{}\n", buffer.GetString());
}

ExitCode DiffScenes(const Invocation& invocation,
                    const DiffArguments& arguments) {
  const auto session =
      DaemonSession::Open(invocation, arguments.ephemeral, Outcome::kOwnFiles);
  if (!session) return Complain(session.error());
  Client& client = session->client();
  const auto first = LoadScene(client, arguments.first);
  if (!first) return Complain(first.error());
  const auto second = LoadScene(client, arguments.second);
  if (!second) return Complain(second.error());
  const auto found =
      CompareVoxels(client, first->id, second->id, arguments.tolerance);
  if (!found) return Complain(found.error());
  PrintVoxels(invocation, *found);
  return Verdict(arguments, found->changed());
}

void PrintPixels(const Invocation& invocation, const PictureDifference& found) {
  const std::uint64_t pixels =
      std::uint64_t{found.picture.width} * found.picture.height;
  if (!invocation.json) {
    fmt::print("{} of {} pixels differ, by {} of 255 at most\n", found.changed,
               pixels, found.worst_channel);
    return;
  }
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  WriteText(writer, "kind", "pictures");
  WriteCount(writer, "changed", found.changed);
  WriteCount(writer, "pixels", pixels);
  writer.Key("worst_channel");
  writer.Int(found.worst_channel);
  writer.EndObject();
  fmt::print("{}\n", buffer.GetString());
}

ExitCode DiffPictures(const Invocation& invocation,
                      const DiffArguments& arguments) {
  const auto first = ReadPng(arguments.first);
  if (!first) return Complain(first.error());
  const auto second = ReadPng(arguments.second);
  if (!second) return Complain(second.error());
  if (first->width != second->width || first->height != second->height) {
    fmt::print(stderr, "goxelctl: the pictures are of {} x {} and {} x {}\n",
               first->width, first->height, second->width, second->height);
    return ExitCode::kDifference;
  }
  const auto found = ComparePictures(*first, *second, arguments.tolerance);
  if (!arguments.output.empty()) {
    Status written = WritePng(found.picture, arguments.output);
    if (!written.ok()) return Complain(written);
  }
  PrintPixels(invocation, found);
  return Verdict(arguments, found.changed);
}

// By what the file is; by its name where there is none.
bool IsPicture(const std::string& name) {
  std::error_code unknown;
  return IsPng(name) ||
         (name.ends_with(".png") && !std::filesystem::exists(name, unknown));
}

ExitCode Diff(const Invocation& invocation, const DiffArguments& arguments) {
  const bool pictures = IsPicture(arguments.first);
  if (pictures != IsPicture(arguments.second)) {
    return Complain({StatusCode::kInvalidArgument,
                     fmt::format("of '{}' and '{}' one is a PNG; give two "
                                 "pictures or two scenes",
                                 arguments.first, arguments.second)},
                    ExitCode::kUsage);
  }
  if (pictures) return DiffPictures(invocation, arguments);
  if (!arguments.output.empty()) {
    return Complain({StatusCode::kInvalidArgument,
                     fmt::format("-o shows where two pictures differ, and '{}' "
                                 "is no PNG file; of scenes, compare renders",
                                 arguments.first)},
                    ExitCode::kUsage);
  }
  return DiffScenes(invocation, arguments);
}

}  // namespace

void AddDiffCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "diff", "Compare two scenes, voxel by voxel, or two PNG pictures");
  auto arguments = std::make_shared<DiffArguments>();
  command->add_option("first", arguments->first, "Scene or PNG picture")
      ->required();
  command->add_option("second", arguments->second, "The other")->required();
  command->add_option("-o,--output", arguments->output,
                      "PNG to write, with the pixels that differ in red");
  command
      ->add_option("--tolerance", arguments->tolerance,
                   "Difference of a channel that counts as none")
      ->check(CLI::Range(0, 255))
      ->capture_default_str();
  command
      ->add_option("--threshold", arguments->threshold,
                   "Voxels or pixels that may differ before the exit code is 5")
      ->capture_default_str();
  AddEphemeralFlag(*command, arguments->ephemeral);
  command->callback([&invocation, arguments] {
    if (arguments->output == kStdoutName) {
      throw CLI::ValidationError("-o", "stdout is for the figures");
    }
    invocation.exit_code = Diff(invocation, *arguments);
  });
}

}  // namespace goxel
