#include "daemon/options.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "daemon/config_file.h"
#include "daemon/option_table.h"

namespace goxel {
namespace {

constexpr char kConfigVariable[] = "GOXEL_CONFIG";

// What the command line says, before any value is looked at.
struct Flags {
  std::map<const OptionRow*, std::string> values;
  std::optional<std::string> config;
  bool verbose = false;
  bool print_config = false;
  std::string print;  // The answer to --help or --version.
};

// A value and where it was found.
struct Found {
  std::string text;
  std::string place;  // "--max-renders", "GOXEL_SOCKET", "/etc/x.conf:12".
};

// Tells CLI11 of all flags. `flags` must outlive its parsing.
void Describe(CLI::App* app, Flags* flags) {
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
  app->add_option("-c,--config", flags->config,
                  "Configuration file [/etc/goxel/daemon.conf if it exists]")
      ->type_name("FILE");
  app->add_flag("-V,--verbose", flags->verbose, "Same as --log-level debug");
  app->add_flag_callback(
      "-f,--foreground", [] {},
      "Accepted for existing scripts: the daemon never detaches");
  app->add_flag("--print-config", flags->print_config,
                "Print every option, its value and where that came from");
  app->set_version_flag("-v,--version", "goxel-daemon version " GOXEL_VERSION);
}

Result<Flags> ReadFlags(std::vector<std::string> arguments) {
  Flags flags;
  try {
    CLI::App app("Renders voxel scenes for the processes of this machine.",
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
  } catch (const CLI::Error& error) {
    return Fail(StatusCode::kInvalidArgument, error.what());
  }
  return flags;
}

std::optional<std::string> Variable(const OptionInputs& inputs,
                                    const char* name) {
  const char* value = inputs.environment ? inputs.environment(name) : nullptr;
  if (value == nullptr) return std::nullopt;
  return value;
}

// The file to read; empty when there is none.
std::string ConfigPath(const OptionInputs& inputs, const Flags& flags) {
  if (flags.config) return *flags.config;
  if (auto named = Variable(inputs, kConfigVariable)) return *named;
  struct stat info {};
  const bool exists = ::stat(inputs.default_config.c_str(), &info) == 0;
  return exists ? inputs.default_config : "";
}

const OptionRow* FindRow(const ConfigEntry& entry) {
  for (const OptionRow& row : OptionTable()) {
    if (entry.section == row.section && entry.key == row.key) return &row;
  }
  return nullptr;
}

std::string KnownKeys() {
  std::string keys;
  for (const OptionRow& row : OptionTable()) {
    fmt::format_to(std::back_inserter(keys), "{}[{}] {}",
                   keys.empty() ? "" : ", ", row.section, row.key);
  }
  return keys;
}

Result<std::map<const OptionRow*, Found>> ReadConfig(const std::string& path) {
  std::map<const OptionRow*, Found> found;
  if (path.empty()) return found;
  const auto entries = ReadConfigFile(path);
  if (!entries) return Fail(entries.error());
  for (const ConfigEntry& entry : *entries) {
    const std::string place = fmt::format("{}:{}", path, entry.line);
    const OptionRow* row = FindRow(entry);
    if (row == nullptr) {
      return Fail(StatusCode::kInvalidArgument,
                  fmt::format("{}: there is no option [{}] {}; these are: {}",
                              place, entry.section, entry.key, KnownKeys()));
    }
    const auto [earlier, added] =
        found.try_emplace(row, Found{entry.value, place});
    if (!added) {
      return Fail(StatusCode::kInvalidArgument,
                  fmt::format("{}: {} was already set in {}; set it once",
                              place, entry.key, earlier->second.place));
    }
  }
  return found;
}

// The longest name of the option: "--socket".
std::string LongFlag(const OptionRow& row) {
  const std::string_view flags = row.flags;
  return std::string(flags.substr(flags.find("--")));
}

std::string PrintedConfig(
    const Options& options,
    const std::map<const OptionRow*, std::string>& places) {
  std::string text;
  std::string_view section;
  for (const OptionRow& row : OptionTable()) {
    if (section != row.section) {
      section = row.section;
      fmt::format_to(std::back_inserter(text), "[{}]\n", section);
    }
    fmt::format_to(std::back_inserter(text), "{} = {} ; {}\n", row.key,
                   OptionText(row, options), places.at(&row));
  }
  return text;
}

}  // namespace

Result<CommandLine> ReadOptions(const OptionInputs& inputs) {
  CommandLine line;
  const Result<Flags> flags = ReadFlags(inputs.arguments);
  if (!flags) return Fail(flags.error());
  if (!flags->print.empty()) {
    line.print = flags->print;
    return line;
  }
  const auto config = ReadConfig(ConfigPath(inputs, *flags));
  if (!config) return Fail(config.error());

  std::map<const OptionRow*, std::string> places;
  for (const OptionRow& row : OptionTable()) {
    std::optional<Found> found;
    const bool is_level = std::holds_alternative<LogLevelOption>(row.type);
    if (flags->values.contains(&row)) {
      found = {flags->values.at(&row), LongFlag(row)};
    } else if (is_level && flags->verbose) {
      found = {"debug", "--verbose"};
    } else if (auto value = Variable(inputs, row.environment)) {
      found = {*value, row.environment};
    } else if (config->contains(&row)) {
      found = config->at(&row);
    }
    places[&row] = found ? found->place : "default";
    if (!found) continue;
    const Status set = SetOption(row, found->text, &line.options);
    if (!set.ok()) {
      return Fail(StatusCode::kInvalidArgument,
                  fmt::format("{}: {} is '{}'; give {}", found->place, row.key,
                              found->text, set.message()));
    }
  }
  if (flags->print_config) line.print = PrintedConfig(line.options, places);
  return line;
}

}  // namespace goxel
