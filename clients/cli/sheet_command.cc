// goxelctl sheet: many views of a scene in one picture.

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "clients/cli/command.h"
#include "clients/cli/daemon_session.h"
#include "clients/cli/json_value.h"
#include "clients/cli/output_name.h"
#include "clients/cli/picture_output.h"
#include "clients/cli/preview.h"
#include "clients/cli/preview_flag.h"
#include "clients/cli/render_listing.h"
#include "clients/cli/scene_project.h"
#include "clients/cli/size_flag.h"
#include "clients/cli/view_flags.h"
#include "clients/cpp/request.h"

namespace goxel {
namespace {

struct SheetArguments {
  std::string scene;
  std::string output;  // Empty: print the path.
  EphemeralChoice ephemeral;
  std::vector<std::string> presets;  // Empty: all.
  std::optional<unsigned> columns;
  unsigned gap = 8;  // Pixels.
  bool labels = true;
  bool preview = false;
  ViewsOrder order;
};

std::string PresetsJson(const std::vector<std::string>& presets) {
  if (presets.empty()) return R"("all")";
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartArray();
  for (const std::string& preset : presets) writer.String(preset);
  writer.EndArray();
  return buffer.GetString();
}

std::string SheetJson(const SheetArguments& arguments) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  if (arguments.columns) {
    writer.Key("columns");
    writer.Uint(*arguments.columns);
  }
  writer.Key("gap");
  writer.Uint(arguments.gap);
  writer.Key("labels");
  writer.Bool(arguments.labels);
  writer.EndObject();
  return buffer.GetString();
}

// The sheet's entry in the reply.
Result<JsonDocument> RenderSheet(Client& client, SheetArguments& arguments) {
  ViewsOrder& order = arguments.order;
  order.frame.accept_degraded = false;
  order.choices = {{"presets", PresetsJson(arguments.presets)},
                   {"sheet", SheetJson(arguments)}};
  const auto params = WriteViewsParams(order);
  if (!params) return Fail(params.error());
  const auto reply = client.Call("goxel.render_views", *params);
  if (!reply) return Fail(reply.error());
  return JsonDocument::Parse(reply->view());
}

void PrintText(const std::string& output, JsonValue sheet) {
  if (output.empty()) {
    fmt::print("{}\n", sheet["file"]["path"].text());
  } else if (output != kStdoutName) {
    fmt::print(stderr, "{}: {} x {}, {} columns\n", output,
               sheet["width"].integer(), sheet["height"].integer(),
               sheet["columns"].integer());
  }
}

ExitCode Sheet(const Invocation& invocation, SheetArguments& arguments) {
  const std::string& output = arguments.output;
  const auto session = DaemonSession::Open(
      invocation, arguments.ephemeral,
      output.empty() ? Outcome::kAtDaemons : Outcome::kOwnFiles);
  if (!session) return Complain(session.error());
  const auto project = LoadScene(session->client(), arguments.scene);
  if (!project) return Complain(project.error());
  arguments.order.frame.project_id = project->id;
  const auto reply = RenderSheet(session->client(), arguments);
  if (!reply) return Complain(reply.error(), ExitCode::kRenderFailed);
  const JsonValue sheet = reply->root()["sheet"];
  if (!output.empty()) {
    Status copied = CopyPicture(sheet["file"]["path"].text(), output);
    if (!copied.ok()) return Complain(copied, ExitCode::kRenderFailed);
  }
  if (invocation.json) {
    PrintDeliveredJson(output, sheet.json());
  } else {
    PrintText(output, sheet);
  }
  if (arguments.preview) {
    Status shown =
        Preview(output.empty() ? sheet["file"]["path"].text() : output);
    if (!shown.ok()) return Complain(shown);
  }
  return ExitCode::kOk;
}

void Validate(SheetArguments& arguments, const Invocation& invocation) {
  if (arguments.output == kStdoutName && invocation.json) {
    throw CLI::ValidationError("--json", "the picture already goes to stdout");
  }
  if (arguments.preview) RequirePreviewable(arguments.output);
  RequireOutput(arguments.ephemeral, arguments.output);
  arguments.output = FillOutput(
      arguments.output, PictureFields(arguments.scene, arguments.order.frame));
  arguments.order.frame.format = PictureFormat(arguments.output);
}

}  // namespace

void AddSheetCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "sheet", "Put many views of a scene into one picture, with their names");
  auto arguments = std::make_shared<SheetArguments>();
  RenderRequest& frame = arguments->order.frame;
  frame.width = frame.height = 256;
  AddSceneArgument(*command, arguments->scene);
  command->add_option("-o,--output", arguments->output,
                      "Picture to write, as of goxelctl render; width and "
                      "height are those of a view");
  command
      ->add_option("--presets", arguments->presets,
                   "Camera presets to show, with commas between them [all]")
      ->delimiter(',')
      ->check(CLI::IsMember(CameraPresets()));
  command->add_option("--columns", arguments->columns, "Views in a row")
      ->check(CLI::PositiveNumber);
  command->add_option("--gap", arguments->gap, "Pixels between the views")
      ->check(CLI::Range(0u, 1024u))
      ->capture_default_str();
  command->add_flag("--labels,!--no-labels", arguments->labels,
                    "Write the names beneath the views [yes]");
  AddSizeFlag(*command, frame);
  AddPreviewFlag(*command, arguments->preview);
  AddEphemeralFlag(*command, arguments->ephemeral);
  AddLookFlags(*command, frame.look);
  command->callback([&invocation, arguments] {
    Validate(*arguments, invocation);
    invocation.exit_code = Sheet(invocation, *arguments);
  });
}

}  // namespace goxel
