#include "daemon/options.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/command_flags.h"
#include "daemon/config_file.h"
#include "daemon/nearest_word.h"
#include "daemon/option_table.h"

namespace goxel {
namespace {

constexpr char kConfigVariable[] = "GOXEL_CONFIG";

// Where the value of each option was found.
using Places = std::map<const OptionRow*, std::string>;

struct Found {
  std::string text;
  std::string place;  // "--max-renders", "GOXEL_SOCKET", "/etc/x.conf:12".
};

std::optional<std::string> Variable(const OptionInputs& inputs,
                                    const char* name) {
  const char* value = inputs.environment ? inputs.environment(name) : nullptr;
  if (value == nullptr) return std::nullopt;
  return value;
}

std::string Absolute(const OptionInputs& inputs, const std::string& path) {
  return std::filesystem::path(inputs.directory) / path;
}

// The file to read; empty when there is none.
std::string ConfigPath(const OptionInputs& inputs, const CommandFlags& flags) {
  if (flags.config) return Absolute(inputs, *flags.config);
  if (auto named = Variable(inputs, kConfigVariable)) {
    return Absolute(inputs, *named);
  }
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

Status UnknownKey(const std::string& place, const ConfigEntry& entry) {
  std::vector<std::string> keys;
  for (const OptionRow& row : OptionTable()) {
    keys.push_back(fmt::format("[{}] {}", row.section, row.key));
  }
  const std::string key = fmt::format("[{}] {}", entry.section, entry.key);
  const std::string nearest = NearestWord(key, keys);
  return Status(
      StatusCode::kInvalidArgument,
      fmt::format("{}: there is no option {}{}; these are: {}", place, key,
                  nearest.empty() ? "" : "; did you mean " + nearest + "?",
                  fmt::join(keys, ", ")));
}

Result<std::map<const OptionRow*, Found>> ReadConfig(const std::string& path) {
  std::map<const OptionRow*, Found> found;
  if (path.empty()) return found;
  const auto entries = ReadConfigFile(path);
  if (!entries) return Fail(entries.error());
  for (const ConfigEntry& entry : *entries) {
    const std::string place = fmt::format("{}:{}", path, entry.line);
    const OptionRow* row = FindRow(entry);
    if (row == nullptr) return Fail(UnknownKey(place, entry));
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

// Everything that can say what an option is, read but not understood.
struct Sources {
  CommandFlags flags;
  std::map<const OptionRow*, Found> config;
};

std::optional<Found> FindValue(const OptionRow& row, const Sources& sources,
                               const OptionInputs& inputs) {
  const CommandFlags& flags = sources.flags;
  if (const auto given = flags.values.find(&row); given != flags.values.end()) {
    return Found{given->second, LongFlag(row)};
  }
  if (std::holds_alternative<LogLevelOption>(row.type) && flags.verbose) {
    return Found{"debug", "--verbose"};
  }
  if (auto value = Variable(inputs, row.environment)) {
    return Found{*value, row.environment};
  }
  const auto set = sources.config.find(&row);
  if (set == sources.config.end()) return std::nullopt;
  return set->second;
}

// A daemon without a terminal needs files where one with a terminal does not.
void AddDetachedDefaults(Options* options, Places* places) {
  if (!options->daemonize) return;
  const std::pair<std::string Options::*, const char*> defaults[] = {
      {&Options::pid_file, "/tmp/goxel-daemon.pid"},
      {&Options::log_file, "/tmp/goxel-daemon.log"},
      {&Options::working_dir, "/"}};
  for (const OptionRow& row : OptionTable()) {
    const auto* path = std::get_if<PathOption>(&row.type);
    for (const auto& [member, value] : defaults) {
      if (path == nullptr || path->member != member) continue;
      if (!(options->*member).empty()) continue;
      options->*member = value;
      (*places)[&row] = "default of a detached daemon";
    }
  }
}

void MakePathsAbsolute(const OptionInputs& inputs, Options* options) {
  for (const OptionRow& row : OptionTable()) {
    const auto* path = std::get_if<PathOption>(&row.type);
    if (path == nullptr || (options->*path->member).empty()) continue;
    options->*path->member = Absolute(inputs, options->*path->member);
  }
}

std::string PrintedConfig(const Options& options, const Places& places) {
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
  Result<CommandFlags> flags = ReadCommandFlags(inputs.arguments);
  if (!flags) return Fail(flags.error());
  line.print = flags->print;
  line.task = flags->task;
  if (!line.print.empty()) return line;
  auto config = ReadConfig(ConfigPath(inputs, *flags));
  if (!config) return Fail(config.error());
  const Sources sources{*std::move(flags), *std::move(config)};

  Places places;
  for (const OptionRow& row : OptionTable()) {
    const std::optional<Found> found = FindValue(row, sources, inputs);
    places[&row] = found ? found->place : "default";
    if (!found) continue;
    const Status set = SetOption(row, found->text, &line.options);
    if (!set.ok()) {
      return Fail(StatusCode::kInvalidArgument,
                  fmt::format("{}: {} is '{}'; give {}", found->place, row.key,
                              found->text, set.message()));
    }
  }
  AddDetachedDefaults(&line.options, &places);
  MakePathsAbsolute(inputs, &line.options);
  if (sources.flags.print_config) {
    line.print = PrintedConfig(line.options, places);
  }
  return line;
}

}  // namespace goxel
