#include "daemon/command_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include "daemon/nearest_word.h"

namespace goxel {
namespace {

constexpr char kVersion[] = "goxel-daemon version " GOXEL_VERSION;

// Existing scripts may know these; no daemon ever did anything for them.
constexpr std::array kSelfTests = {"--test-signals", "--test-lifecycle",
                                   "--test-concurrent"};

void DescribeOptions(CLI::App* app, CommandFlags* flags) {
  for (const OptionRow& row : OptionTable()) {
    const std::string help =
        fmt::format("{} [{}]", row.help, OptionText(row, Options()));
    if (std::holds_alternative<SwitchOption>(row.type)) {
      app->add_flag_callback(
          row.flags, [flags, &row] { flags->values[&row] = "true"; }, help);
    } else {
      app->add_option_function<std::string>(
             row.flags,
             [flags, &row](const std::string& text) {
               flags->values[&row] = text;
             },
             help)
          ->type_name("VALUE");
    }
  }
}

const OptionRow* RowOfFlag(std::string_view flag) {
  const auto rows = OptionTable();
  return &*std::ranges::find_if(
      rows, [&](const OptionRow& row) { return LongFlag(row) == flag; });
}

void DescribeTasks(CLI::App* app, CommandFlags* flags) {
  const std::array<std::tuple<const char*, Task, const char*>, 3> tasks = {{
      {"--status", Task::kStatus,
       "Tell whether the daemon of --pid-file, else of --socket, runs; exit "
       "with 0 if it does and 3 if not"},
      {"--stop", Task::kStop, "Stop that daemon and wait for its end"},
      {"--reload", Task::kReload,
       "Make it read its configuration again, and tell what changed"},
  }};
  CLI::Option_group* group = app->add_option_group("Of a running daemon");
  for (const auto& [flag, task, help] : tasks) {
    group->add_flag_callback(
        flag, [flags, task = task] { flags->task = task; }, help);
  }
  group->require_option(0, 1);
}

// Tells CLI11 of all flags. `flags` must outlive its parsing.
void Describe(CLI::App* app, CommandFlags* flags) {
  DescribeOptions(app, flags);
  app->add_option("-c,--config", flags->config,
                  "Configuration file [/etc/goxel/daemon.conf if it exists]")
      ->type_name("FILE");
  app->add_flag("-V,--verbose", flags->verbose, "Same as --log-level debug");
  app->add_flag_callback(
         "-f,--foreground",
         [flags] { flags->values[RowOfFlag("--daemonize")] = "false"; },
         "Do not detach, whatever the file says")
      ->excludes(app->get_option("--daemonize"));
  app->add_flag("--print-config", flags->print_config,
                "Print every option, its value and where that came from");
  app->set_version_flag("-v,--version", kVersion);
  DescribeTasks(app, flags);
  for (const char* flag : kSelfTests) {
    app->add_flag_callback(
           flag,
           [flag] {
             throw CLI::ValidationError(
                 flag,
                 "the daemon has no tests built in; goxelctl doctor checks a "
                 "daemon and its host");
           })
        ->group("");  // Not shown.
  }
  app->allow_extras();
}

// Those of the option groups, too.
std::vector<std::string> AllFlags(const CLI::App& app) {
  std::vector<const CLI::App*> parts = app.get_subcommands({});
  parts.push_back(&app);
  std::vector<std::string> flags;
  for (const CLI::App* part : parts) {
    for (const CLI::Option* option : part->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        flags.push_back("--" + name);
      }
    }
  }
  return flags;
}

Status RefuseExtra(const CLI::App& app, const std::string& extra) {
  if (!extra.starts_with('-')) {
    return Fail(
        StatusCode::kInvalidArgument,
        fmt::format("'{}' is no flag, and nothing else is expected", extra));
  }
  const std::string flag = extra.substr(0, extra.find('='));
  const std::string nearest = NearestWord(flag, AllFlags(app));
  return Fail(
      StatusCode::kInvalidArgument,
      fmt::format(
          "there is no flag {}{}", flag,
          nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest)));
}

}  // namespace

Result<CommandFlags> ReadCommandFlags(std::vector<std::string> arguments) {
  CommandFlags flags;
  try {
    CLI::App app(fmt::format("{}\nRenders voxel scenes for the processes of "
                             "this machine.",
                             kVersion),
                 "goxel-daemon");
    app.footer(
        "A flag outweighs its variable (GOXEL_...), that the configuration "
        "file, that the default in brackets.");
    Describe(&app, &flags);
    // CLI11 takes the arguments from the back.
    std::reverse(arguments.begin(), arguments.end());
    try {
      app.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
      flags.print = app.help();
    } catch (const CLI::CallForVersion& version) {
      flags.print = fmt::format("{}\n", version.what());
    }
    if (flags.print.empty() && app.remaining_size() > 0) {
      return Fail(RefuseExtra(app, app.remaining().front()));
    }
  } catch (const CLI::Error& error) {
    return Fail(StatusCode::kInvalidArgument, error.what());
  }
  return flags;
}

}  // namespace goxel
