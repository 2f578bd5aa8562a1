// goxelctl render: a scene file in, a picture out.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <optional>

#include "clients/cli/command.h"
#include "clients/cli/daemon_session.h"
#include "clients/cli/key_file.h"
#include "clients/cli/output_name.h"
#include "clients/cli/picture_output.h"
#include "clients/cli/preview.h"
#include "clients/cli/preview_flag.h"
#include "clients/cli/progress_bar.h"
#include "clients/cli/render_listing.h"
#include "clients/cli/scene_project.h"
#include "clients/cli/size_flag.h"
#include "clients/cli/view_flags.h"
#include "clients/cpp/decryption.h"

namespace goxel {
namespace {

// How the picture travels from the daemon.
constexpr char kFileMode[] = "file";
constexpr char kMmapMode[] = "mmap";
constexpr char kFdMode[] = "fd";

struct RenderArguments {
  std::string scene;
  std::string output;  // Empty: print the path.
  std::string mode = kFileMode;
  EphemeralChoice ephemeral;
  std::string key_file;  // Of an encrypted render; empty: none is written.
  std::optional<int> ttl_s;
  bool preview = false;
  bool progress = ProgressBar::FitsStderr();
  RenderRequest request;
};

// What one of the three modes delivered.
struct Delivered {
  RenderId id = 0;
  std::filesystem::path path;
  bool cached = false;
  JsonText reply;
};

// The format that the output's name asks for; CLI11's error when there is none.
std::string OutputFormat(const RenderArguments& arguments) {
  const std::string& output = arguments.output;
  if (arguments.mode == kFileMode) return PictureFormat(output);
  if (arguments.mode == kFdMode && output.empty()) {
    throw CLI::ValidationError("--mode fd",
                               "a descriptor has no path to print; give -o");
  }
  if (output.empty() || output == kStdoutName || output.ends_with(".pam")) {
    return "pam";
  }
  throw CLI::ValidationError(
      "-o", fmt::format("--mode mmap and fd give raw pixels, written as .pam; "
                        "for '{}' use --mode file",
                        output));
}

void CheckPreview(const RenderArguments& arguments) {
  RequirePreviewable(arguments.output);
  if (arguments.mode != kFileMode) {
    throw CLI::ValidationError("--preview",
                               "shows PNG files; leave --mode out");
  }
  if (arguments.request.encrypt && arguments.output.empty()) {
    throw CLI::ValidationError(
        "--preview",
        "an encrypted render cannot be shown; give -o for the picture");
  }
}

void Validate(RenderArguments& arguments, const Invocation& invocation) {
  if (arguments.output == kStdoutName && invocation.json) {
    throw CLI::ValidationError("--json", "the picture already goes to stdout");
  }
  RenderRequest& request = arguments.request;
  if (request.encrypt && arguments.mode != kFileMode) {
    throw CLI::ValidationError("--encrypt", "only --mode file has it");
  }
  if (request.encrypt && arguments.output.empty() &&
      arguments.key_file.empty() && !invocation.json) {
    throw CLI::ValidationError(
        "--encrypt",
        "the daemon tells the key only once; give -o for the "
        "picture, or --key-file to keep the key");
  }
  if (arguments.preview) CheckPreview(arguments);
  RequireOutput(arguments.ephemeral, arguments.output);
  arguments.output =
      FillOutput(arguments.output, PictureFields(arguments.scene, request));
  request.format = OutputFormat(arguments);
  // Without a file there is no path to print.
  request.accept_degraded = !arguments.output.empty();
  if (arguments.ttl_s) {
    request.ttl = std::chrono::seconds(*arguments.ttl_s);
  }
}

void MentionDegraded(const std::optional<DegradedMode>& degraded) {
  if (!degraded) return;
  fmt::print(stderr,
             "goxelctl: the daemon made no file ({}); the picture came "
             "as \"{}\" instead\n",
             degraded->message, degraded->delivered);
}

// Decrypts where a picture is wanted, keeps the key where that is.
Status UseEncrypted(const FileRender& render,
                    const RenderArguments& arguments) {
  const RenderSecret& secret = render.encryption->secret;
  if (!arguments.key_file.empty()) {
    Status kept = WriteKeyFile(arguments.key_file, secret);
    if (!kept.ok()) return kept;
  }
  if (arguments.output.empty()) return {};
  const auto picture = DecryptRender(render.path, secret);
  if (!picture) return picture.error();
  return WriteBytes(picture->bytes, arguments.output, OutputAccess::kOwner);
}

Status UseFile(const FileRender& render, const RenderArguments& arguments) {
  if (render.encryption) return UseEncrypted(render, arguments);
  if (arguments.output.empty()) return {};
  return WritePicture(render, arguments.output);
}

Result<Delivered> DeliverFile(Client& client,
                              const RenderArguments& arguments) {
  auto render = client.RenderToFile(arguments.request);
  if (!render) return Fail(render.error());
  MentionDegraded(render->degraded);
  if (Status used = UseFile(*render, arguments); !used.ok()) {
    return Fail(std::move(used));
  }
  return Delivered{render->id, std::move(render->path), render->cached,
                   std::move(render->reply_json)};
}

Result<Delivered> DeliverPixels(Client& client,
                                const RenderArguments& arguments) {
  auto render = arguments.mode == kMmapMode
                    ? client.RenderMapped(arguments.request)
                    : client.RenderToDescriptor(arguments.request);
  if (!render) return Fail(render.error());
  MentionDegraded(render->degraded);
  if (!arguments.output.empty()) {
    Status written = WritePam(render->image, arguments.output);
    if (!written.ok()) return Fail(std::move(written));
  }
  return Delivered{render->id, std::move(render->path), render->cached,
                   std::move(render->reply_json)};
}

void PrintText(const Delivered& delivered, const RenderArguments& arguments) {
  if (arguments.output.empty()) {
    fmt::print("{}\n", delivered.path.native());
  } else if (arguments.output != kStdoutName) {
    fmt::print(stderr, "{}: {} x {}, render {}{}\n", arguments.output,
               arguments.request.width, arguments.request.height,
               FormatRenderId(delivered.id),
               delivered.cached ? ", from the cache" : "");
  }
}

Result<Delivered> Deliver(Client& client, RenderArguments& arguments) {
  ProgressBar bar;
  if (arguments.progress) {
    arguments.request.on_progress = [&bar](const ProgressReport& report) {
      bar.Show(report.rows_ready, report.rows);
    };
  }
  auto delivered = arguments.mode == kFileMode
                       ? DeliverFile(client, arguments)
                       : DeliverPixels(client, arguments);
  arguments.request.on_progress = nullptr;
  return delivered;
}

ExitCode Render(const Invocation& invocation, RenderArguments& arguments) {
  const auto session = DaemonSession::Open(
      invocation, arguments.ephemeral,
      arguments.output.empty() ? Outcome::kAtDaemons : Outcome::kOwnFiles);
  if (!session) return Complain(session.error());
  const auto project = LoadScene(session->client(), arguments.scene);
  if (!project) return Complain(project.error());
  arguments.request.project_id = project->id;
  const auto delivered = Deliver(session->client(), arguments);
  if (!delivered) return Complain(delivered.error(), ExitCode::kRenderFailed);
  if (invocation.json) {
    PrintDeliveredJson(arguments.output, delivered->reply.view());
  } else {
    PrintText(*delivered, arguments);
  }
  if (arguments.preview) {
    Status shown = Preview(arguments.output.empty() ? delivered->path.native()
                                                    : arguments.output);
    if (!shown.ok()) return Complain(shown);
  }
  return ExitCode::kOk;
}

}  // namespace

void AddRenderCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command =
      app.add_subcommand("render", "Load a scene and take a picture of it");
  auto arguments = std::make_shared<RenderArguments>();
  RenderRequest& request = arguments->request;
  AddSceneArgument(*command, arguments->scene);
  command->add_option("-o,--output", arguments->output,
                      "Picture to write (.png, .jpg, .bmp, .pam, .ppm), or - "
                      "for stdout; may have the fields {scene}, {width} and "
                      "{height}; without it the path of the render is printed");
  AddSizeFlag(*command, request);
  AddEphemeralFlag(*command, arguments->ephemeral);
  AddCameraFlags(*command, request.camera);
  AddLookFlags(*command, request.look);
  CLI::Option* encrypt =
      command->add_flag("--encrypt", request.encrypt,
                        "Keep the picture encrypted in the render directory");
  command
      ->add_option("--key-file", arguments->key_file,
                   "Where to put the key of --encrypt, for goxelctl decrypt")
      ->needs(encrypt);
  AddPreviewFlag(*command, arguments->preview);
  command->add_flag("--progress,!--no-progress", arguments->progress,
                    "Show a bar while the picture is drawn [if stderr is a "
                    "terminal]");
  command
      ->add_option("--ttl", arguments->ttl_s,
                   "Seconds that the daemon keeps the render")
      ->check(CLI::PositiveNumber);
  command->add_option("--mode", arguments->mode, "How the picture travels")
      ->check(CLI::IsMember({kFileMode, kMmapMode, kFdMode}))
      ->capture_default_str();
  command->callback([&invocation, arguments] {
    Validate(*arguments, invocation);
    invocation.exit_code = Render(invocation, *arguments);
  });
}

}  // namespace goxel
