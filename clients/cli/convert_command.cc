// goxelctl convert: a scene file in, a file of another format out.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "clients/cli/command.h"
#include "clients/cli/daemon_session.h"
#include "clients/cli/json_value.h"
#include "clients/cli/output_name.h"
#include "clients/cli/picture_output.h"
#include "clients/cli/render_listing.h"
#include "clients/cli/scene_project.h"
#include "clients/cli/scratch_directory.h"
#include "clients/cpp/request.h"

namespace goxel {
namespace {

struct ConvertArguments {
  std::string scene;
  std::string output;
  std::string format;  // Empty: by the end of the output's name.
  EphemeralChoice ephemeral;
};

Result<JsonDocument> Export(Client& client, const SceneProject& project,
                            const std::filesystem::path& path,
                            const std::string& format) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  if (error) {
    return Fail(Status::FromErrno(
        fmt::format("make '{}' absolute", path.native()), error.value()));
  }
  const auto reply = client.Call(
      "goxel.export_model", WriteStringParams({{"path", absolute.native()},
                                               {"format", format},
                                               {"project_id", project.id}}));
  if (!reply) return Fail(reply.error());
  return JsonDocument::Parse(reply->view());
}

// By way of a file, since the daemon writes nothing else.
Result<JsonDocument> ExportToStdout(Client& client, const SceneProject& project,
                                    const std::string& format) {
  std::error_code error;
  const auto parent = std::filesystem::temp_directory_path(error);
  const auto scratch = ScratchDirectory::Create(parent, "goxelctl-");
  if (!scratch) return Fail(scratch.error());
  auto reply = Export(client, project, scratch->path() / "stdout", format);
  if (!reply) return reply;
  const auto files = reply->root()["files"].items();
  if (files.size() != 1) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("'{}' is written as {} files, which do not fit "
                            "into stdout; give the name of a file",
                            format, files.size()));
  }
  Status copied = CopyPicture(files[0]["path"].text(), kStdoutName);
  if (!copied.ok()) return Fail(std::move(copied));
  return reply;
}

void Report(const Invocation& invocation, const ConvertArguments& arguments,
            const JsonValue& reply) {
  if (invocation.json) {
    PrintDeliveredJson(arguments.output, reply.json());
    return;
  }
  for (const JsonValue& warning : reply["warnings"].items()) {
    fmt::print(stderr, "goxelctl: {}\n", warning.text());
  }
  if (arguments.output == kStdoutName) return;
  for (const JsonValue& file : reply["files"].items()) {
    fmt::print(stderr, "{}: {}\n", file["path"].text(),
               FormatBytes(static_cast<std::uint64_t>(file["size"].integer())));
  }
}

ExitCode Convert(const Invocation& invocation,
                 const ConvertArguments& arguments) {
  const auto session =
      DaemonSession::Open(invocation, arguments.ephemeral, Outcome::kOwnFiles);
  if (!session) return Complain(session.error());
  Client& client = session->client();
  const auto project = LoadScene(client, arguments.scene);
  if (!project) return Complain(project.error());
  const auto reply =
      arguments.output == kStdoutName
          ? ExportToStdout(client, *project, arguments.format)
          : Export(client, *project, arguments.output, arguments.format);
  if (!reply) return Complain(reply.error());
  Report(invocation, arguments, reply->root());
  return ExitCode::kOk;
}

void Validate(ConvertArguments& arguments, const Invocation& invocation) {
  const TemplateField fields[] = {{"scene", SceneName(arguments.scene)}};
  arguments.output = FillOutput(arguments.output, fields);
  if (arguments.output != kStdoutName) return;
  if (arguments.format.empty()) {
    throw CLI::ValidationError(
        "output", "stdout has no name to tell the format; give --format");
  }
  if (invocation.json) {
    throw CLI::ValidationError("--json", "the file already goes to stdout");
  }
}

}  // namespace

void AddConvertCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "convert", "Write a scene in the format of another program");
  auto arguments = std::make_shared<ConvertArguments>();
  AddSceneArgument(*command, arguments->scene);
  command
      ->add_option("output", arguments->output,
                   "File to write (.gox, .vox, .qb, .txt, .ply, .obj, .gltf, "
                   ".pov), or - for stdout; may have the field {scene}")
      ->required();
  command
      ->add_option("--format", arguments->format,
                   "Format, whatever the name ends in")
      ->check(CLI::IsMember({"gox", "vox", "qb", "txt", "ply", "obj", "gltf",
                             "pov", "png", "png_slices"}));
  AddEphemeralFlag(*command, arguments->ephemeral);
  command->callback([&invocation, arguments] {
    Validate(*arguments, invocation);
    invocation.exit_code = Convert(invocation, *arguments);
  });
}

}  // namespace goxel
