// goxelctl turntable: a scene file in, pictures all around it out.

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "clients/cli/command.h"
#include "clients/cli/daemon_session.h"
#include "clients/cli/frame_delivery.h"
#include "clients/cli/output_name.h"
#include "clients/cli/picture_output.h"
#include "clients/cli/preview.h"
#include "clients/cli/preview_flag.h"
#include "clients/cli/progress_bar.h"
#include "clients/cli/render_listing.h"
#include "clients/cli/scene_project.h"
#include "clients/cli/size_flag.h"
#include "clients/cli/view_flags.h"
#include "clients/cpp/request.h"

namespace goxel {
namespace {

constexpr std::uint64_t kMostFrames = 1'000'000;

struct TurntableArguments {
  std::string scene;
  std::string output = "{scene}_{index:03}.png";
  EphemeralChoice ephemeral;
  std::uint64_t frames = 36;
  double start_azimuth = 45;  // Degrees.
  double elevation = 30;      // Degrees.
  double turns = 1;
  std::optional<double> fov;  // Degrees.
  bool clockwise = false;
  bool orthographic = false;
  bool preview = false;
  bool progress = ProgressBar::FitsStderr();
  ViewsOrder order;
};

// Degrees from 0 to 359, as names of files have them.
std::int64_t WholeAzimuth(const TurntableArguments& arguments,
                          std::uint64_t index) {
  const double turned = 360 * arguments.turns * static_cast<double>(index) /
                        static_cast<double>(arguments.frames);
  const double azimuth =
      arguments.start_azimuth + (arguments.clockwise ? -turned : turned);
  const std::int64_t whole = std::llround(azimuth) % 360;
  return whole < 0 ? whole + 360 : whole;
}

std::vector<TemplateField> FieldsOf(const TurntableArguments& arguments,
                                    std::uint64_t index) {
  const std::int64_t azimuth = WholeAzimuth(arguments, index);
  auto fields = PictureFields(arguments.scene, arguments.order.frame);
  fields.push_back({"index", static_cast<std::int64_t>(index)});
  fields.push_back({"azimuth", azimuth});
  fields.push_back({"name", fmt::format("azimuth {}", azimuth)});
  return fields;
}

// The file of each frame. CLI11's error when two would have the same one.
std::vector<std::string> FrameNames(const TurntableArguments& arguments) {
  const auto name = ParseOutput(arguments.output, FieldsOf(arguments, 0));
  std::vector<std::string> names;
  std::map<std::string, std::uint64_t> taken;
  for (std::uint64_t i = 0; i < arguments.frames; ++i) {
    names.push_back(name.Fill(FieldsOf(arguments, i)));
    const auto [other, fresh] = taken.emplace(names.back(), i);
    if (fresh) continue;
    throw CLI::ValidationError(
        "-o", fmt::format("frames {} and {} would both be '{}'; tell them "
                          "apart by {{index:03}}",
                          other->second, i, names.back()));
  }
  return names;
}

std::string TurntableJson(const TurntableArguments& arguments) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  writer.Key("frames");
  writer.Uint64(arguments.frames);
  for (const auto& [key, number] :
       {std::pair{"start_azimuth", arguments.start_azimuth},
        std::pair{"elevation", arguments.elevation},
        std::pair{"turns", arguments.turns}}) {
    writer.Key(key);
    writer.Double(number);
  }
  if (arguments.fov) {
    writer.Key("fov");
    writer.Double(*arguments.fov);
  }
  writer.Key("clockwise");
  writer.Bool(arguments.clockwise);
  writer.Key("ortho");
  writer.Bool(arguments.orthographic);
  writer.EndObject();
  return buffer.GetString();
}

// Draws the frames into `directory` and delivers each as it is finished.
Status RenderInto(const std::string& directory, Client& client,
                  TurntableArguments& arguments, FrameDelivery& delivery) {
  ViewsOrder& order = arguments.order;
  order.frame.accept_degraded = false;
  order.choices = {{"turntable", TurntableJson(arguments)}};
  order.output_directory = directory;
  const auto params = WriteViewsParams(order);
  if (!params) return params.error();
  ProgressBar bar;
  const auto reply = client.Call(
      "goxel.render_views", *params, [&](const Notification& notification) {
        delivery.TakeNotification(notification);
        if (arguments.progress) bar.Show(delivery.taken(), arguments.frames);
      });
  if (!reply) return reply.error();
  return delivery.TakeReply(reply->view());
}

// A daemon that may not write beside the frames' places, for instance as a
// service, writes into its render directory, as far as there is room.
Status RenderFrames(Client& client, TurntableArguments& arguments,
                    FrameDelivery& delivery) {
  Status drawn =
      RenderInto(delivery.drop_directory(), client, arguments, delivery);
  if (drawn.ok() || delivery.taken() > 0) return drawn;
  return RenderInto("", client, arguments, delivery).ok() ? Status() : drawn;
}

ExitCode Turn(const Invocation& invocation, TurntableArguments& arguments,
              const std::vector<std::string>& names) {
  const auto session =
      DaemonSession::Open(invocation, arguments.ephemeral, Outcome::kOwnFiles);
  if (!session) return Complain(session.error());
  const auto project = LoadScene(session->client(), arguments.scene);
  if (!project) return Complain(project.error());
  arguments.order.frame.project_id = project->id;
  auto delivery = FrameDelivery::Create(names, invocation.json);
  if (!delivery) return Complain(delivery.error());
  Status drawn = RenderFrames(session->client(), arguments, *delivery);
  if (!drawn.ok()) return Complain(drawn, ExitCode::kRenderFailed);
  if (!invocation.json && arguments.output != kStdoutName) {
    fmt::print(stderr, "{} frames, {} to {}\n", names.size(), names.front(),
               names.back());
  }
  if (arguments.preview) {
    Status shown = Preview(names.front());
    if (!shown.ok()) return Complain(shown);
  }
  return ExitCode::kOk;
}

void AddFlags(CLI::App& command, TurntableArguments& arguments) {
  command
      .add_option("-o,--output", arguments.output,
                  "Pictures to write, with fields to fill in: {scene}, "
                  "{index}, {azimuth}, {name}, {width}, {height}, padded as "
                  "in {index:04}; or - for stdout, one after the other")
      ->capture_default_str();
  command.add_option("-n,--frames", arguments.frames, "Pictures of the turn")
      ->check(CLI::Range(std::uint64_t{1}, kMostFrames))
      ->capture_default_str();
  command
      .add_option("--azimuth", arguments.start_azimuth,
                  "Of the first picture, degrees, 0 from the front")
      ->capture_default_str();
  command
      .add_option("--elevation", arguments.elevation, "Degrees, 90 from above")
      ->capture_default_str();
  command.add_option("--turns", arguments.turns, "How often around the scene")
      ->capture_default_str();
  command.add_option("--fov", arguments.fov, "Degrees, vertically [20]");
  command.add_flag("--ortho", arguments.orthographic, "Without perspective");
  command.add_flag("--clockwise", arguments.clockwise,
                   "Go around the other way");
  command.add_flag("--progress,!--no-progress", arguments.progress,
                   "Show a bar while they are drawn [if stderr is a terminal]");
}

}  // namespace

void AddTurntableCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "turntable", "Take pictures all around a scene, one for each frame");
  auto arguments = std::make_shared<TurntableArguments>();
  AddSceneArgument(*command, arguments->scene);
  AddFlags(*command, *arguments);
  AddSizeFlag(*command, arguments->order.frame);
  AddPreviewFlag(*command, arguments->preview);
  AddEphemeralFlag(*command, arguments->ephemeral);
  AddLookFlags(*command, arguments->order.frame.look);
  command->callback([&invocation, arguments] {
    const bool to_stdout = arguments->output == kStdoutName;
    if (to_stdout && invocation.json) {
      throw CLI::ValidationError("--json", "the pictures already go to stdout");
    }
    if (arguments->preview) RequirePreviewable(arguments->output);
    arguments->order.frame.format = PictureFormat(arguments->output);
    const auto names =
        to_stdout ? std::vector<std::string>(arguments->frames, kStdoutName)
                  : FrameNames(*arguments);
    invocation.exit_code = Turn(invocation, *arguments, names);
  });
}

}  // namespace goxel
