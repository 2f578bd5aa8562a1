// goxelctl doctor: what is wrong with a directory, its filesystem, the host's
// limits and the daemon, why it matters and how to mend it.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "clients/cli/command.h"
#include "clients/cli/directory_diagnosis.h"
#include "clients/cli/filesystem_self_test.h"
#include "clients/cli/finding.h"
#include "clients/cli/host_diagnosis.h"
#include "clients/cli/index_figures.h"
#include "clients/cli/render_listing.h"

namespace goxel {
namespace {

const char* ToString(Severity severity) {
  switch (severity) {
    case Severity::kFine:
      return "ok";
    case Severity::kNote:
      return "note";
    case Severity::kProblem:
      return "PROBLEM";
  }
  return "ok";
}

std::size_t CountProblems(const Findings& findings) {
  return static_cast<std::size_t>(std::ranges::count(
      findings.all(), Severity::kProblem, &Finding::severity));
}

void PrintJson(const Findings& findings) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  writer.Key("problems");
  writer.Uint64(CountProblems(findings));
  writer.Key("findings");
  writer.StartArray();
  for (const Finding& finding : findings.all()) {
    writer.StartObject();
    WriteText(writer, "severity",
              finding.severity == Severity::kProblem
                  ? "problem"
                  : ToString(finding.severity));
    WriteText(writer, "what", finding.what);
    WriteText(writer, "why", finding.why);
    WriteText(writer, "mend", finding.mend);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  fmt::print("{}\n", buffer.GetString());
}

void PrintText(const Findings& findings) {
  for (const Finding& finding : findings.all()) {
    fmt::print("{:<8} {}\n", ToString(finding.severity), finding.what);
    if (!finding.why.empty()) fmt::print("{:<8} why:  {}\n", "", finding.why);
    if (!finding.mend.empty()) fmt::print("{:<8} mend: {}\n", "", finding.mend);
  }
  const std::size_t problems = CountProblems(findings);
  fmt::print("\n{}\n", problems == 0 ? std::string("nothing is wrong")
                                     : fmt::format("{} problem{}", problems,
                                                   problems == 1 ? "" : "s"));
}

// The directory that was looked into, absolute; empty when there is none.
std::filesystem::path DiagnoseRenders(const std::string& named,
                                      Findings& findings) {
  const auto directory = ChosenDirectory(named);
  if (!directory) {
    findings.Problem(directory.error().message(),
                     "renders are found through the index of their directory",
                     "goxel-daemon, or goxelctl doctor --dir with one of them");
    return {};
  }
  std::error_code error;
  auto path = std::filesystem::absolute(*directory, error).lexically_normal();
  // "renders/" names the same directory and has no name of its own.
  if (path.filename().empty()) path = path.parent_path();
  if (DiagnoseDirectory(path, findings)) {
    TestFilesystem(path, findings);
    DiagnoseContent(path, findings);
  }
  return path;
}

ExitCode Diagnose(const Invocation& invocation, const std::string& directory) {
  Findings findings;
  const auto path = DiagnoseRenders(directory, findings);
  DiagnoseSocket(invocation, findings);
  DiagnoseLimits(path, AskDaemon(invocation).max_cache_bytes, findings);
  if (invocation.json) {
    PrintJson(findings);
  } else {
    PrintText(findings);
  }
  return CountProblems(findings) == 0 ? ExitCode::kOk : ExitCode::kError;
}

}  // namespace

void AddDoctorCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "doctor", "Explain what is wrong with a directory and how to mend it");
  auto directory = std::make_shared<std::string>();
  AddDirectoryOption(*command, *directory);
  command->callback([&invocation, directory] {
    invocation.exit_code = Diagnose(invocation, *directory);
  });
}

}  // namespace goxel
