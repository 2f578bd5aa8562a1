// goxelctl verify: is every render what the index and its own file say?

#include <fcntl.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>
#include <vector>

#include "clients/cli/command.h"
#include "clients/cli/render_listing.h"
#include "clients/cpp/render_catalog.h"
#include "clients/cpp/render_check.h"
#include "ipc/unique_fd.h"

namespace goxel {
namespace {

struct Verified {
  std::string file_name;
  bool in_index = false;
  RenderCheck check;
};

const char* ToString(ChecksumVerdict verdict) {
  switch (verdict) {
    case ChecksumVerdict::kNone:
      return "none";
    case ChecksumVerdict::kMatches:
      return "matches";
    case ChecksumVerdict::kDiffers:
      return "differs";
    case ChecksumVerdict::kNotChecked:
      return "not_checked";
  }
  return "none";
}

// What has gone while it was looked at is no problem; a render that the index
// still shows is.
bool IsGone(RenderCatalog& catalog, const RenderInfo& info,
            const RenderCheck& check) {
  return check.gone || (!check.problems.empty() && !catalog.Find(info.id));
}

std::vector<Verified> VerifyListed(RenderCatalog& catalog, int at,
                                   const std::vector<RenderInfo>& renders) {
  std::vector<Verified> verified;
  for (const RenderInfo& info : renders) {
    RenderCheck check = CheckRender(at, info);
    if (IsGone(catalog, info, check)) continue;
    verified.push_back({.file_name = RenderFileName(info),
                        .in_index = true,
                        .check = std::move(check)});
  }
  return verified;
}

// Files with a render's name that the index does not show: a daemon that is
// starting or stopping has them for a moment, a dead one for longer.
void AddUnlisted(RenderCatalog& catalog, int at, const std::string& directory,
                 std::vector<Verified>& verified) {
  std::set<std::string> listed;
  for (const Verified& each : verified) listed.insert(each.file_name);
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename();
    const auto parts = ParseRenderFileName(name);
    if (!parts || listed.contains(name) || catalog.Find(parts->id)) continue;
    RenderCheck check = CheckRenderFile(at, name);
    if (check.gone || !std::filesystem::exists(entry.path(), error)) continue;
    verified.push_back({.file_name = name, .check = std::move(check)});
  }
}

std::size_t CountCorrupt(const std::vector<Verified>& verified) {
  return static_cast<std::size_t>(std::ranges::count_if(
      verified,
      [](const Verified& each) { return !each.check.problems.empty(); }));
}

void PrintJson(const std::vector<Verified>& verified) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  writer.Key("verified");
  writer.Uint64(verified.size());
  writer.Key("corrupt");
  writer.Uint64(CountCorrupt(verified));
  writer.Key("renders");
  writer.StartArray();
  for (const Verified& each : verified) {
    writer.StartObject();
    WriteText(writer, "file", each.file_name);
    writer.Key("in_index");
    writer.Bool(each.in_index);
    WriteText(writer, "checksum", ToString(each.check.checksum));
    writer.Key("problems");
    writer.StartArray();
    for (const std::string& problem : each.check.problems) {
      writer.String(problem.c_str());
    }
    writer.EndArray();
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  fmt::print("{}\n", buffer.GetString());
}

void PrintText(const std::vector<Verified>& verified) {
  std::size_t matched = 0;
  std::size_t not_checked = 0;
  for (const Verified& each : verified) {
    matched += each.check.checksum == ChecksumVerdict::kMatches;
    not_checked += each.check.checksum == ChecksumVerdict::kNotChecked;
    for (const std::string& problem : each.check.problems) {
      fmt::print("{}: {}\n", each.file_name, problem);
    }
    if (!each.in_index) {
      fmt::print(stderr,
                 "{} is not in the index; the next start of the daemon adopts "
                 "or removes it\n",
                 each.file_name);
    }
  }
  fmt::print("{} renders verified, {} checksums match, {} corrupt\n",
             verified.size(), matched, CountCorrupt(verified));
  if (not_checked > 0) {
    fmt::print(stderr,
               "{} checksums are of the kind xxh3 and were not compared\n",
               not_checked);
  }
  if (CountCorrupt(verified) > 0) {
    fmt::print(stderr,
               "remove a corrupt render with goxel.cleanup_render, or stop the "
               "daemon, delete the file and start it again\n");
  }
}

Result<std::vector<RenderInfo>> Choose(RenderCatalog& catalog,
                                       const std::vector<std::string>& ids) {
  if (ids.empty()) return catalog.List();
  std::vector<RenderInfo> renders;
  for (const std::string& text : ids) {
    const auto id = ParseRenderId(text);
    if (!id) return Fail(id.error());
    const auto info = catalog.Find(*id);
    if (!info) return Fail(info.error());
    renders.push_back(*info);
  }
  return renders;
}

ExitCode Verify(const Invocation& invocation, const std::string& directory,
                const std::vector<std::string>& ids) {
  const auto catalog = RenderCatalog::Open(directory);
  if (!catalog) return Complain(catalog.error());
  const auto renders = Choose(**catalog, ids);
  if (!renders) return Complain(renders.error());
  const UniqueFd at(
      ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::vector<Verified> verified = VerifyListed(**catalog, at.get(), *renders);
  if (ids.empty()) AddUnlisted(**catalog, at.get(), directory, verified);
  if (invocation.json) {
    PrintJson(verified);
  } else {
    PrintText(verified);
  }
  return CountCorrupt(verified) == 0 ? ExitCode::kOk : ExitCode::kError;
}

}  // namespace

void AddVerifyCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "verify", "Compare renders with the index, their records and checksums");
  auto ids = std::make_shared<std::vector<std::string>>();
  command->add_option("ids", *ids, "Render ids [all]");
  ActOnDirectory(*command, invocation,
                 [&invocation, ids](const std::string& directory) {
                   return Verify(invocation, directory, *ids);
                 });
}

}  // namespace goxel
