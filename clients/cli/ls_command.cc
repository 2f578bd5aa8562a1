// goxelctl ls: the renders of a directory, read from its index.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <tuple>
#include <vector>

#include "clients/cli/command.h"
#include "clients/cli/render_listing.h"
#include "clients/cpp/render_catalog.h"

namespace goxel {
namespace {

void PrintJson(RenderCatalog& catalog, const std::vector<RenderInfo>& renders) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  writer.Key("daemon_alive");
  writer.Bool(catalog.DaemonAlive());
  writer.Key("count");
  writer.Uint64(renders.size());
  writer.Key("renders");
  writer.StartArray();
  for (const RenderInfo& info : renders) {
    WriteRenderJson(writer, info, catalog.PathOf(info));
  }
  writer.EndArray();
  writer.EndObject();
  fmt::print("{}\n", buffer.GetString());
}

void PrintTable(RenderCatalog& catalog,
                const std::vector<RenderInfo>& renders) {
  static constexpr char kRow[] = "{:<16}  {:<6}  {:>11}  {:>8}  {:>7}  {}\n";
  if (renders.empty()) {
    fmt::print(stderr, "no renders\n");
    return;
  }
  fmt::print(kRow, "ID", "FORMAT", "PIXELS", "SIZE", "LEFT", "PATH");
  for (const RenderInfo& info : renders) {
    fmt::print(kRow, FormatRenderId(info.id), ToString(info.format),
               fmt::format("{}x{}", info.width, info.height),
               FormatBytes(info.size_bytes), TimeLeft(info),
               catalog.PathOf(info).native());
  }
}

ExitCode List(const Invocation& invocation, const std::string& directory) {
  const auto catalog = RenderCatalog::Open(directory);
  if (!catalog) return Complain(catalog.error());
  std::vector<RenderInfo> renders = (*catalog)->List();
  std::ranges::sort(renders, {}, [](const RenderInfo& info) {
    return std::tuple(info.created_unix_s, info.id);
  });
  if (!(*catalog)->DaemonAlive()) {
    fmt::print(stderr,
               "no daemon serves {} now; this is what the last one left\n",
               directory);
  }
  if (invocation.json) {
    PrintJson(**catalog, renders);
  } else {
    PrintTable(**catalog, renders);
  }
  return ExitCode::kOk;
}

}  // namespace

void AddLsCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "ls", "List the renders of a directory, even when no daemon runs");
  ActOnDirectory(*command, invocation,
                 [&invocation](const std::string& directory) {
                   return List(invocation, directory);
                 });
}

}  // namespace goxel
