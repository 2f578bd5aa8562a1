// goxelctl render: a scene file in, a picture out.

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <optional>

#include "clients/cli/command.h"
#include "clients/cli/key_file.h"
#include "clients/cli/picture_output.h"
#include "clients/cli/progress_bar.h"
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
  std::string size = "1024x1024";
  std::string mode = kFileMode;
  std::string key_file;  // Of an encrypted render; empty: none is written.
  std::optional<int> ttl_s;
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

bool ParseSide(std::string_view text, std::uint32_t& side) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, side);
  return error == std::errc() && stop == end && side > 0;
}

// "" when `text` is WxH; else what is wrong, as CLI11 wants it.
std::string ParseSize(const std::string& text, RenderRequest& request) {
  const std::size_t cross = text.find('x');
  if (cross != std::string::npos &&
      ParseSide(std::string_view(text).substr(0, cross), request.width) &&
      ParseSide(std::string_view(text).substr(cross + 1), request.height)) {
    return "";
  }
  return fmt::format("'{}' is not a size such as 1920x1080", text);
}

// The format that the output's name asks for; CLI11's error when there is none.
std::string OutputFormat(const RenderArguments& arguments) {
  const std::filesystem::path output(arguments.output);
  const std::string extension = output.extension().string();
  const bool to_stdout = arguments.output == kStdoutName;
  if (arguments.mode != kFileMode) {
    if (arguments.mode == kFdMode && arguments.output.empty()) {
      throw CLI::ValidationError("--mode fd",
                                 "a descriptor has no path to print; give -o");
    }
    if (output.empty() || to_stdout || extension == ".pam") return "pam";
    throw CLI::ValidationError(
        "-o", "--mode mmap and fd give raw pixels, written as .pam; for '" +
                  extension + "' use --mode file");
  }
  if (output.empty() || to_stdout || extension == ".png") return "png";
  if (extension == ".pam" || extension == ".ppm") return extension.substr(1);
  throw CLI::ValidationError("-o", "no format is known for '" +
                                       arguments.output +
                                       "'; end it in .png, .pam or .ppm");
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
  if (render.degraded) {
    return WriteBytes(render.picture, arguments.output, OutputAccess::kByUmask);
  }
  return CopyPicture(render.path, arguments.output);
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

void PrintJson(const Delivered& delivered, const RenderArguments& arguments) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  const std::string_view reply = delivered.reply.view();
  writer.StartObject();
  writer.Key("output");
  if (arguments.output.empty()) {
    writer.Null();
  } else {
    writer.String(arguments.output);
  }
  writer.Key("reply");
  writer.RawValue(reply.data(), reply.size(), rapidjson::kObjectType);
  writer.EndObject();
  fmt::print("{}\n", buffer.GetString());
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
      bar.Show(report);
    };
  }
  auto delivered = arguments.mode == kFileMode
                       ? DeliverFile(client, arguments)
                       : DeliverPixels(client, arguments);
  arguments.request.on_progress = nullptr;
  return delivered;
}

// Loads the scene into a project of this run's own, so that several runs at
// once, and whoever edits the default project, do not mix their scenes.
Status LoadScene(Client& client, RenderArguments& arguments) {
  std::string& project_id = arguments.request.project_id;
  project_id =
      fmt::format("goxelctl-{}-{}", ::getpid(),
                  std::chrono::steady_clock::now().time_since_epoch().count());
  Status made = client.CreateEphemeralProject(project_id);
  if (!made.ok()) return made;
  return client.LoadProject(arguments.scene, project_id);
}

ExitCode Render(const Invocation& invocation, RenderArguments& arguments) {
  const auto client = ConnectToDaemon(invocation);
  if (!client) return Complain(client.error());
  if (Status loaded = LoadScene(**client, arguments); !loaded.ok()) {
    return Complain(loaded);
  }
  const auto delivered = Deliver(**client, arguments);
  if (!delivered) return Complain(delivered.error(), ExitCode::kRenderFailed);
  if (invocation.json) {
    PrintJson(*delivered, arguments);
  } else {
    PrintText(*delivered, arguments);
  }
  return ExitCode::kOk;
}

}  // namespace

void AddRenderCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command =
      app.add_subcommand("render", "Load a scene and take a picture of it");
  auto arguments = std::make_shared<RenderArguments>();
  RenderRequest& request = arguments->request;
  command
      ->add_option("scene", arguments->scene,
                   "Voxel file (.vox, .gox, .qb, .txt) or builtin:demo")
      ->required();
  command->add_option("-o,--output", arguments->output,
                      "Picture to write (.png, .pam, .ppm), or - for stdout; "
                      "without it the path of the render is printed");
  command->add_option("--size", arguments->size, "Width x height in pixels")
      ->check([&request](const std::string& text) {
        return ParseSize(text, request);
      })
      ->capture_default_str();
  AddCameraFlags(*command, request.camera);
  AddLookFlags(*command, request.look);
  CLI::Option* encrypt =
      command->add_flag("--encrypt", request.encrypt,
                        "Keep the picture encrypted in the render directory");
  command
      ->add_option("--key-file", arguments->key_file,
                   "Where to put the key of --encrypt, for goxelctl decrypt")
      ->needs(encrypt);
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
