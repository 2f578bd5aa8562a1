// goxelctl info: what is in a voxel file.

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>

#include "clients/cli/command.h"
#include "clients/cli/daemon_session.h"
#include "clients/cli/json_value.h"
#include "clients/cli/render_listing.h"
#include "clients/cli/scene_project.h"

namespace goxel {
namespace {

constexpr std::size_t kColorsShown = 8;

struct InfoArguments {
  std::string scene;
  EphemeralChoice ephemeral;
};

// What the daemon answered about the scene.
struct SceneFacts {
  SceneProject project;
  JsonDocument layers;
  JsonDocument bounds;
  JsonDocument colors;
  JsonDocument cameras;
};

Result<JsonDocument> Ask(Client& client, const char* method,
                         const std::string& params) {
  const auto reply = client.Call(method, params);
  if (!reply) return Fail(reply.error());
  return JsonDocument::Parse(reply->view());
}

Result<SceneFacts> ReadFacts(Client& client, const std::string& scene) {
  auto project = LoadScene(client, scene);
  if (!project) return Fail(project.error());
  const std::string of_project =
      fmt::format(R"({{"project_id":"{}"}})", project->id);
  // -2: the layers that are seen, combined; of bounds, every layer.
  const std::string of_layers =
      fmt::format(R"({{"project_id":"{}","layer_id":-2}})", project->id);
  auto layers = Ask(client, "goxel.list_layers", of_project);
  if (!layers) return Fail(layers.error());
  auto bounds = Ask(client, "goxel.get_bounding_box", of_layers);
  if (!bounds) return Fail(bounds.error());
  auto colors = Ask(client, "goxel.get_color_histogram", of_layers);
  if (!colors) return Fail(colors.error());
  auto cameras = Ask(client, "goxel.get_camera", of_project);
  if (!cameras) return Fail(cameras.error());
  return SceneFacts{*std::move(project), *std::move(layers), *std::move(bounds),
                    *std::move(colors), *std::move(cameras)};
}

void WriteRaw(JsonWriter& writer, const char* key, const JsonValue& value) {
  const std::string json = value.json();
  writer.Key(key);
  writer.RawValue(json.data(), json.size(), rapidjson::kObjectType);
}

void PrintJson(const std::string& scene, const SceneFacts& facts) {
  const JsonValue loaded = facts.project.loaded.root();
  const JsonValue bounds = facts.bounds.root();
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  WriteText(writer, "scene", scene);
  WriteRaw(writer, "format", loaded["format"]);
  WriteRaw(writer, "voxels", loaded["voxels"]);
  writer.Key("bounds");
  if (bounds["empty"].flag()) {
    writer.Null();
  } else {
    writer.StartObject();
    WriteRaw(writer, "min", bounds["min"]);
    WriteRaw(writer, "max", bounds["max_inclusive"]);
    WriteRaw(writer, "size", bounds["size"]);
    writer.EndObject();
  }
  WriteRaw(writer, "layers", facts.layers.root()["layers"]);
  WriteRaw(writer, "colors", facts.colors.root()["histogram"]);
  WriteRaw(writer, "cameras", facts.cameras.root()["stored"]);
  writer.EndObject();
  fmt::print("{}\n", buffer.GetString());
}

// "176 x 176 x 92", or "(-88, -88, -4)".
std::string Triple(const JsonValue& array, const char* pattern) {
  const auto items = array.items();
  if (items.size() != 3) return "?";
  return fmt::format(fmt::runtime(pattern), items[0].integer(),
                     items[1].integer(), items[2].integer());
}

void PrintBounds(const JsonValue& bounds) {
  if (bounds["empty"].flag()) {
    fmt::print("size     empty\n");
    return;
  }
  fmt::print("size     {}, from {} to {}\n",
             Triple(bounds["size"], "{} x {} x {}"),
             Triple(bounds["min"], "({}, {}, {})"),
             Triple(bounds["max_inclusive"], "({}, {}, {})"));
}

void PrintLayers(const JsonValue& layers) {
  const auto all = layers.items();
  fmt::print("layers   {}\n", all.size());
  for (const JsonValue& layer : all) {
    const std::int64_t material = layer["material"].integer();
    fmt::print("  {:>4}  {}: {} voxels, {}{}{}\n", layer["id"].integer(),
               layer["name"].text(), layer["voxels"].integer(),
               layer["mode"].text(), layer["visible"].flag() ? "" : ", hidden",
               material < 0 ? "" : fmt::format(", material {}", material));
  }
}

void PrintColors(const JsonValue& histogram) {
  const auto colors = histogram.items();
  fmt::print("colours  {}\n", colors.size());
  for (std::size_t i = 0; i < std::min(colors.size(), kColorsShown); ++i) {
    fmt::print("  {}  {:5.1f} %  {} voxels\n", colors[i]["color"].text(),
               colors[i]["percentage"].number(), colors[i]["count"].integer());
  }
  if (colors.size() > kColorsShown) {
    fmt::print("  and {} more; --json has them all\n",
               colors.size() - kColorsShown);
  }
}

void PrintCameras(const JsonValue& cameras) {
  const auto all = cameras.items();
  fmt::print("cameras  {}\n", all.size());
  for (const JsonValue& camera : all) {
    fmt::print("  {}{}{}\n", camera["name"].text(),
               camera["ortho"].flag() ? ", without perspective" : "",
               camera["active"].flag() ? ", active" : "");
  }
}

ExitCode Info(const Invocation& invocation, const InfoArguments& arguments) {
  const auto session =
      DaemonSession::Open(invocation, arguments.ephemeral, Outcome::kOwnFiles);
  if (!session) return Complain(session.error());
  const auto facts = ReadFacts(session->client(), arguments.scene);
  if (!facts) return Complain(facts.error());
  if (invocation.json) {
    PrintJson(arguments.scene, *facts);
    return ExitCode::kOk;
  }
  const JsonValue loaded = facts->project.loaded.root();
  fmt::print("{}\nformat   {}\nvoxels   {}\n", arguments.scene,
             loaded["format"].text(), loaded["voxels"].integer());
  PrintBounds(facts->bounds.root());
  PrintLayers(facts->layers.root()["layers"]);
  PrintColors(facts->colors.root()["histogram"]);
  PrintCameras(facts->cameras.root()["stored"]);
  return ExitCode::kOk;
}

}  // namespace

void AddInfoCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "info", "Tell what is in a voxel file: layers, size, colours, cameras");
  auto arguments = std::make_shared<InfoArguments>();
  AddSceneArgument(*command, arguments->scene);
  AddEphemeralFlag(*command, arguments->ephemeral);
  command->callback([&invocation, arguments] {
    invocation.exit_code = Info(invocation, *arguments);
  });
}

}  // namespace goxel
