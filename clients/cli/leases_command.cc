// goxelctl leases: which process holds which render, and what keeps bytes that
// have no name any more.

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "clients/cli/command.h"
#include "clients/cli/index_figures.h"
#include "clients/cli/render_listing.h"
#include "clients/cpp/process_mappings.h"
#include "ipc/lease.h"
#include "ipc/render_record.h"
#include "ipc/unique_fd.h"

namespace goxel {
namespace {

// A file that somebody holds.
struct Holding {
  std::string file_name;
  std::optional<RenderId> id;
  pid_t pid = 0;  // 0: nobody that this user can see.
  std::string command;
  std::uint64_t bytes = 0;
  bool orphan = false;  // Its render has expired or was removed.
};

struct Report {
  std::vector<Holding> holdings;
  std::size_t processes = 0;
  std::size_t hidden_processes = 0;
  std::uint64_t daemon_counts_bytes = 0;  // 0: none, or no daemon answers.
};

// The id in a render's name or a hidden one.
std::optional<RenderId> IdInName(const std::string& name) {
  if (const auto parts = ParseRenderFileName(name)) return parts->id;
  if (!IsHiddenFileName(name)) return std::nullopt;
  const auto id = ParseRenderId(name.substr(name.size() - 16));
  if (!id) return std::nullopt;
  return *id;
}

Holding Describe(const std::string& file_name) {
  return {.file_name = file_name,
          .id = IdInName(file_name),
          .command = {},
          .orphan = IsHiddenFileName(file_name)};
}

// Files with a lease whose holder was not found among the mappings.
void AddUnseenHolders(const std::string& directory, Report& report) {
  const UniqueFd at(
      ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::set<std::string> seen;
  for (const Holding& each : report.holdings) seen.insert(each.file_name);
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename();
    if (!IdInName(name) || seen.contains(name)) continue;
    const UniqueFd fd(
        ::openat(at.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd.valid() || !IsReadLeased(fd.get()).value_or(false)) continue;
    Holding holding = Describe(name);
    holding.bytes = entry.file_size(error);
    report.holdings.push_back(std::move(holding));
  }
}

Result<Report> Collect(const std::string& directory) {
  auto scan = ScanMappings(directory);
  if (!scan) return Fail(scan.error());
  Report report{.holdings = {},
                .processes = scan->processes,
                .hidden_processes = scan->hidden};
  for (const FileMapping& mapping : scan->mappings) {
    if (mapping.writable || !IdInName(mapping.file_name)) continue;
    Holding holding = Describe(mapping.file_name);
    holding.pid = mapping.pid;
    holding.command = mapping.command;
    holding.bytes = mapping.bytes;
    holding.orphan = holding.orphan || mapping.removed;
    report.holdings.push_back(std::move(holding));
  }
  AddUnseenHolders(directory, report);
  return report;
}

std::uint64_t SumBytes(const Report& report, bool orphans_only) {
  std::uint64_t bytes = 0;
  std::set<std::string> counted;
  for (const Holding& each : report.holdings) {
    if (orphans_only && !each.orphan) continue;
    if (counted.insert(each.file_name).second) bytes += each.bytes;
  }
  return bytes;
}

void PrintJson(const Report& report) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  writer.Key("leased_bytes");
  writer.Uint64(SumBytes(report, /*orphans_only=*/false));
  writer.Key("zombie_bytes");
  writer.Uint64(SumBytes(report, /*orphans_only=*/true));
  writer.Key("daemon_counts_bytes");
  writer.Uint64(report.daemon_counts_bytes);
  writer.Key("processes");
  writer.Uint64(report.processes);
  writer.Key("hidden_processes");
  writer.Uint64(report.hidden_processes);
  writer.Key("leases");
  writer.StartArray();
  for (const Holding& each : report.holdings) {
    writer.StartObject();
    WriteText(writer, "id", each.id ? FormatRenderId(*each.id) : "");
    WriteText(writer, "file", each.file_name);
    writer.Key("pid");
    writer.Int(each.pid);
    WriteText(writer, "command", each.command);
    writer.Key("bytes");
    writer.Uint64(each.bytes);
    writer.Key("zombie");
    writer.Bool(each.orphan);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  fmt::print("{}\n", buffer.GetString());
}

void PrintTable(const Report& report) {
  static constexpr char kRow[] = "{:<16}  {:>8}  {:>8}  {:<15}  {}\n";
  if (report.holdings.empty()) fmt::print(stderr, "no render is mapped\n");
  if (!report.holdings.empty()) {
    fmt::print(kRow, "ID", "BYTES", "PID", "COMMAND", "STATE");
  }
  for (const Holding& each : report.holdings) {
    fmt::print(
        kRow, each.id ? FormatRenderId(*each.id) : "?", FormatBytes(each.bytes),
        each.pid == 0 ? "?" : std::to_string(each.pid),
        each.pid == 0 ? "not visible" : each.command,
        each.orphan ? "zombie: gone from the index, still charged" : "leased");
  }
  if (report.daemon_counts_bytes > 0) {
    fmt::print(stderr, "the daemon counts {}, leases of connections included\n",
               FormatBytes(report.daemon_counts_bytes));
  }
  if (report.hidden_processes > 0) {
    fmt::print(stderr, "{} of {} processes could not be looked into{}\n",
               report.hidden_processes, report.processes,
               ::geteuid() == 0 ? "" : "; run goxelctl as root to see all");
  }
}

ExitCode ShowLeases(const Invocation& invocation,
                    const std::string& directory) {
  auto report = Collect(directory);
  if (!report) return Complain(report.error());
  const auto figures = ReadIndexFigures(directory);
  if (figures && figures->daemon_alive) {
    report->daemon_counts_bytes = AskDaemon(invocation).leased_bytes;
  }
  if (invocation.json) {
    PrintJson(*report);
  } else {
    PrintTable(*report);
  }
  return ExitCode::kOk;
}

}  // namespace

void AddLeasesCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "leases", "Show which processes have which renders mapped");
  ActOnDirectory(*command, invocation,
                 [&invocation](const std::string& directory) {
                   return ShowLeases(invocation, directory);
                 });
}

}  // namespace goxel
