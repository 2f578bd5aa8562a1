#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/demo_scene.h"
#include "daemon/export_choice.h"
#include "daemon/export_rules.h"
#include "daemon/methods/methods.h"
#include "daemon/param_reader.h"
#include "daemon/result_writer.h"
#include "daemon/view_state.h"
#include "renderer/formats/scene_file.h"
#include "renderer/formats/scene_writer.h"

namespace goxel {
namespace {

namespace fs = std::filesystem;

// A method about one file: how its errors begin.
struct FileMethod {
  int error_code;
  std::string_view failed;
};
constexpr FileMethod kLoad = {-1002, "Failed to load project"};
constexpr FileMethod kSave = {-1003, "Failed to save project"};
constexpr FileMethod kExport = {-1007, "Failed to export model"};

constexpr std::uint32_t kPictureSide = 1024;  // Pixels.

tl::unexpected<RpcError> NoPath() {
  return RpcFail(
      {StatusCode::kInvalidArgument, "Missing required parameter: path"});
}

tl::unexpected<RpcError> FileError(const FileMethod& method,
                                   std::string_view path, const Status& cause) {
  return LegacyError(
      method.error_code,
      cause.Retold(cause.code(), fmt::format("{} '{}': {}", method.failed, path,
                                             cause.message())));
}

tl::unexpected<RpcError> NothingToWrite(const FileMethod& method,
                                        std::string_view path) {
  const Status cause = NoProject();
  return LegacyError(method.error_code,
                     Status(cause.code(), fmt::format("{} '{}': error code -1",
                                                      method.failed, path))
                         .With("hint", cause.message()));
}

// What a loaded scene calls its size: its image box, else what it fills.
ProjectSize SizeOf(const Scene& scene) {
  constexpr std::int64_t kDefaultSide = 64;  // Voxels.
  const auto box =
      scene.image_box ? scene.image_box : Composite(scene).Bounds();
  if (!box) return {kDefaultSide, kDefaultSide, kDefaultSide};
  return {box->max[0] - box->min[0], box->max[1] - box->min[1],
          box->max[2] - box->min[2]};
}

struct Loaded {
  Scene scene;
  std::string_view format;
};

Result<Loaded> Load(std::string_view path, const ProjectLimits& limits) {
  if (path == kDemoScenePath) return Loaded{MakeDemoScene(), "builtin"};
  auto file = LoadSceneFile(
      path, {.max_voxels = limits.max_voxels, .max_tiles = limits.max_tiles});
  if (!file) return Fail(std::move(file.error()));
  return Loaded{std::move(file->scene), ToString(file->format)};
}

RpcResult LoadProject(const MethodContext& context, const MethodCall& call) {
  const auto path = call.params.String("path", 0);
  if (!path) return NoPath();
  auto loaded = Load(*path, context.projects.limits());
  if (!loaded) return FileError(kLoad, *path, loaded.error());
  const ProjectSize size = SizeOf(loaded->scene);
  const std::size_t layers = loaded->scene.layers.size();
  const std::uint64_t voxels = loaded->scene.CountVoxels();
  const std::string name = fs::path(*path).stem().string();
  const auto project = ProjectToFill(context.projects, call);
  if (!project) return RpcFail(project.error());
  const Status replaced =
      (*project)->Replace(std::move(loaded->scene), name, size);
  if (!replaced.ok()) return FileError(kLoad, *path, replaced);
  return ResultWriter()
      .BeginObject()
      .Field("success", true)
      .Field("path", *path)
      .Field("name", name)
      .Field("format", loaded->format)
      .Field("layers", layers)
      .Field("voxels", voxels)
      .EndObject()
      .Reply();
}

struct WrittenFile {
  fs::path path;
  std::uint64_t bytes = 0;
};

RpcReply WrittenReply(std::string_view path,
                      std::optional<std::string_view> format,
                      const std::vector<WrittenFile>& files,
                      const std::vector<std::string>& warnings) {
  std::uint64_t total = 0;
  for (const WrittenFile& file : files) total += file.bytes;
  ResultWriter out;
  out.BeginObject().Field("success", true).Field("path", path);
  if (format) out.Field("format", *format);
  out.Field("size", total).Key("files").BeginArray();
  for (const WrittenFile& file : files) {
    out.BeginObject()
        .Field("path", file.path.native())
        .Field("size", file.bytes)
        .EndObject();
  }
  out.EndArray().Key("warnings").BeginArray();
  for (const std::string& warning : warnings) out.Value(warning);
  return out.EndArray().EndObject().Reply();
}

// Absolute, since clients do not know the daemon's working directory.
fs::path FullPath(const fs::path& path) {
  std::error_code error;
  fs::path full = fs::absolute(path, error);
  return error ? path : full;
}

ExportPart PartOf(const Scene& scene, ExportFormat format, fs::path path,
                  const WriteOptions& options) {
  return {std::move(path), [&scene, &options, format](const ByteSink& sink) {
            return WriteScene(scene, format, options,
                              [&sink](std::string_view bytes) {
                                return sink(std::as_bytes(std::span(bytes)));
                              });
          }};
}

// An .obj goes with an .mtl of its name, which is there before it.
Result<std::vector<WrittenFile>> WriteFiles(const MethodContext& context,
                                            const Scene& scene,
                                            ExportFormat format,
                                            const fs::path& path) {
  const fs::path materials = fs::path(path).replace_extension(".mtl");
  const WriteOptions options = {.program = "Goxel " GOXEL_VERSION,
                                .material_file = materials.filename()};
  std::vector<ExportPart> parts;
  if (format == ExportFormat::kObj) {
    if (materials == path) {
      return Fail(StatusCode::kInvalidArgument,
                  "an .obj file cannot be named .mtl, as its materials are");
    }
    parts.push_back(PartOf(scene, ExportFormat::kMtl, materials, options));
  }
  parts.push_back(PartOf(scene, format, path, options));
  const auto sizes = ExportFiles(
      parts, MakeExportRules(*context.options.Get(), context.store));
  if (!sizes) {
    if (sizes.error().code() == StatusCode::kPermissionDenied) {
      ++context.refused_paths;
    }
    return Fail(sizes.error());
  }
  std::vector<WrittenFile> files;
  for (std::size_t i = parts.size(); i-- > 0;) {
    files.push_back({FullPath(parts[i].path), (*sizes)[i]});
  }
  return files;
}

RpcResult SaveProject(const MethodContext& context, const MethodCall& call) {
  const auto path = call.params.String("path", 0);
  if (!path) return NoPath();
  ParamReader read(call.params);
  const auto format = read.Text("format", kByName);
  if (!read.ok()) return RpcFail(read.status());
  const auto choice = ChooseExport(format.value_or("gox"), *path);
  if (!choice || *choice != ExportFormat::kGox) {
    return RpcFail({StatusCode::kInvalidArgument,
                    fmt::format("format is \"{}\"; projects are saved as "
                                "\"gox\", goxel.export_model writes others",
                                *format)});
  }
  auto scene = call.project->Copy();
  if (!scene) return NothingToWrite(kSave, *path);
  StoreViewState(call.project->view_state(), *scene);
  const auto files = WriteFiles(context, *scene, ExportFormat::kGox, *path);
  if (!files) return FileError(kSave, *path, files.error());
  return WrittenReply(*path, std::nullopt, *files,
                      FindLosses(*scene, ExportFormat::kGox));
}

struct ExportCall {
  std::string path;
  std::optional<std::string> format;  // As given.
};

// A picture of the scene as goxel.render_scene draws it when told nothing else.
void ExportPicture(const MethodContext& context, const MethodCall& call,
                   ExportCall wanted, Responder respond) {
  const auto options = context.options.Get();
  SceneRenderRequest request;
  request.mode = ReturnMode::kOutputPath;
  request.output_path = wanted.path;
  request.width = std::min(kPictureSide, options->max_width);
  request.height = std::min(kPictureSide, options->max_height);
  auto done = [wanted = std::move(wanted), respond = std::move(respond),
               &refused =
                   context.refused_paths](Result<RenderOutcome> outcome) {
    if (!outcome) {
      if (outcome.error().code() == StatusCode::kPermissionDenied) ++refused;
      return respond(FileError(kExport, wanted.path, outcome.error()));
    }
    std::error_code error;
    const fs::path path = FullPath(wanted.path);
    const auto bytes = fs::file_size(path, error);
    respond(WrittenReply(wanted.path, wanted.format,
                         {{path, error ? 0 : bytes}}, {}));
  };
  context.renders.Render(std::move(request), call.project->Snapshot(),
                         call.peer, std::move(done));
}

void ExportModel(const MethodContext& context, const MethodCall& call,
                 const Responder& respond) {
  const auto path = call.params.String("path", 0);
  if (!path) return respond(NoPath());
  ParamReader read(call.params);
  const auto format = read.Text("format", 1);
  if (!read.ok()) return respond(RpcFail(read.status()));
  const auto scene = call.project->Copy();
  if (!scene) return respond(NothingToWrite(kExport, *path));
  const auto choice = ChooseExport(format, *path);
  if (!choice) return respond(FileError(kExport, *path, choice.error()));
  if (!*choice) {
    ExportCall wanted{std::string(*path), std::nullopt};
    if (format) wanted.format = *format;
    return ExportPicture(context, call, std::move(wanted), respond);
  }
  const auto files = WriteFiles(context, *scene, **choice, *path);
  if (!files) return respond(FileError(kExport, *path, files.error()));
  respond(WrittenReply(*path, format, *files, FindLosses(*scene, **choice)));
}

}  // namespace

void AddFileMethods(MethodTable& table, const MethodContext& context) {
  const auto add =
      [&](std::string name, std::string description, RunsOn runs_on,
          ProjectUse use,
          RpcResult (*answer)(const MethodContext&, const MethodCall&)) {
        table.Add({.name = std::move(name),
                   .description = std::move(description),
                   .runs_on = runs_on,
                   .project_use = use,
                   .call = [answer, &context](const MethodCall& call,
                                              const Responder& respond) {
                     respond(answer(context, call));
                   }});
      };
  add("goxel.load_project", "Load a project from file", RunsOn::kWorker,
      ProjectUse::kMakes, LoadProject);
  add("goxel.save_project", "Save project to file", RunsOn::kFiles,
      ProjectUse::kNeeds, SaveProject);
  table.Add(
      {.name = "goxel.export_model",
       .description = "Export model to specified format",
       .runs_on = RunsOn::kFiles,
       .project_use = ProjectUse::kNeeds,
       .call = [&context](const MethodCall& call, const Responder& respond) {
         ExportModel(context, call, respond);
       }});
}

}  // namespace goxel
