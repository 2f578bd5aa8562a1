#include "daemon/option_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

namespace goxel {
namespace {

constexpr OptionRow kTable[] = {
    {"daemon", "socket", "-s,--socket", "GOXEL_SOCKET",
     PathOption{&Options::socket_path, true},
     "Unix socket that clients connect to"},
    {"daemon", "protocol", "-P,--protocol", "GOXEL_PROTOCOL",
     ProtocolOption{&Options::protocol},
     "Kinds of message that are taken: auto (both), jsonrpc or mcp"},
    {"daemon", "daemonize", "-D,--daemonize", "GOXEL_DAEMONIZE",
     SwitchOption{&Options::daemonize},
     "Detach; returns when the daemon answers on its socket"},
    {"daemon", "pid_file", "-p,--pid-file", "GOXEL_PID_FILE",
     PathOption{&Options::pid_file, true},
     "File for the process id; /tmp/goxel-daemon.pid with --daemonize"},
    {"daemon", "log_file", "-l,--log-file", "GOXEL_LOG_FILE",
     PathOption{&Options::log_file, true},
     "File to log to, opened again at SIGHUP; standard error when empty, "
     "/tmp/goxel-daemon.log with --daemonize"},
    {"daemon", "working_dir", "-w,--working-dir", "GOXEL_WORKING_DIR",
     PathOption{&Options::working_dir, true},
     "Directory that relative paths in requests start from; the current one "
     "when empty, / with --daemonize"},
    {"daemon", "user", "-u,--user", "GOXEL_USER", TextOption{&Options::user},
     "User to become, when started by root"},
    {"daemon", "group", "-g,--group", "GOXEL_GROUP",
     TextOption{&Options::group},
     "Group to become, when started by root; the user's own when empty"},
    {"daemon", "log_level", "--log-level", "GOXEL_LOG_LEVEL",
     LogLevelOption{&Options::log_level},
     "Least important kind of line that is logged", TakesEffect::kOnReload},
    {"daemon", "max_request_size", "--max-request-size",
     "GOXEL_MAX_REQUEST_SIZE", ByteSizeOption{&Options::max_request_size, 1024},
     "Bytes of one request"},
    {"daemon", "max_nesting", "--max-nesting", "GOXEL_MAX_NESTING",
     CountOption{&Options::max_nesting, 4, 1000},
     "Depth of brackets within brackets in a request"},
    {"daemon", "max_connections", "-m,--max-connections",
     "GOXEL_MAX_CONNECTIONS", CountOption{&Options::max_connections, 1, 65536},
     "Clients connected at the same time", TakesEffect::kOnReload},
    {"daemon", "max_pending_requests", "--max-pending-requests",
     "GOXEL_MAX_PENDING_REQUESTS",
     CountOption{&Options::max_pending_requests, 1, 1000000000},
     "Requests of one client answered before it reads a reply"},
    {"daemon", "max_pending_size", "--max-pending-size",
     "GOXEL_MAX_PENDING_SIZE", ByteSizeOption{&Options::max_pending_size, 1},
     "Bytes of replies that one client has not read"},
    {"daemon", "max_pending_input", "--max-pending-input",
     "GOXEL_MAX_PENDING_INPUT", ByteSizeOption{&Options::max_pending_input, 1},
     "Bytes of requests of one client that wait behind one in work"},
    {"daemon", "queue_size", "-q,--queue-size", "GOXEL_QUEUE_SIZE",
     CountOption{&Options::queue_size, 1, 65536},
     "Renders that may wait to be drawn", TakesEffect::kOnReload},
    {"daemon", "priority_queue", "--priority-queue", "GOXEL_PRIORITY_QUEUE",
     SwitchOption{&Options::priority_queue},
     "Draw the smallest of the renders that wait first"},
    {"daemon", "workers", "-j,--workers", "GOXEL_WORKERS",
     CountOption{&Options::workers, 1, 64},
     "Threads that encode and write pictures"},
    {"renderer", "gl", "--gl", "GOXEL_GL", GlBackendOption{&Options::gl},
     "What draws: osmesa, egl or auto, which takes the first that works"},
    {"project", "max_projects", "--max-projects", "GOXEL_MAX_PROJECTS",
     CountOption{&Options::max_projects, 1, 65536},
     "Projects at the same time, the default one included"},
    {"project", "max_voxels", "--max-voxels", "GOXEL_MAX_VOXELS",
     ByteSizeOption{&Options::max_voxels, 1}, "Voxels of one project"},
    {"project", "max_tiles", "--max-tiles", "GOXEL_MAX_TILES",
     CountOption{&Options::max_tiles, 1, 16u << 20},
     "Tiles of 16^3 voxels of one project; each takes up to 16 KiB"},
    {"project", "max_undo_steps", "--max-undo-steps", "GOXEL_MAX_UNDO_STEPS",
     CountOption{&Options::max_undo_steps, 0, 1000000},
     "Requests of one project that can be undone"},
    {"project", "max_undo_size", "--max-undo-size", "GOXEL_MAX_UNDO_SIZE",
     ByteSizeOption{&Options::max_undo_size, 0},
     "Bytes held of one project so that requests can be undone"},
    {"script", "host", "--script-host", "GOXEL_SCRIPT_HOST",
     TextOption{&Options::script_program},
     "Program that runs scripts; looked for beside the daemon"},
    {"script", "max_memory", "--max-script-memory", "GOXEL_MAX_SCRIPT_MEMORY",
     ByteSizeOption{&Options::max_script_memory, 1 << 20},
     "Bytes that one script may use"},
    {"script", "max_scripts", "--max-scripts", "GOXEL_MAX_SCRIPTS",
     CountOption{&Options::max_scripts, 0, 64},
     "Scripts that run at the same time; 0: none"},
    {"files", "allowed_output_roots", "--allowed-output-roots",
     "GOXEL_ALLOWED_OUTPUT_ROOTS",
     PathListOption{&Options::allowed_output_roots},
     "Directories beneath which clients may name files to write; empty: any",
     TakesEffect::kOnReload},
    {"render", "output_dir", "--render-dir", "GOXEL_RENDER_DIR",
     PathOption{&Options::render_dir}, "Directory of the render files"},
    {"render", "max_cache_size", "--max-cache-size", "GOXEL_RENDER_MAX_SIZE",
     ByteSizeOption{&Options::max_cache_size, 1}, "Bytes of all render files"},
    {"render", "max_render_size", "--max-render-size",
     "GOXEL_RENDER_MAX_RENDER_SIZE",
     ByteSizeOption{&Options::max_render_size, 1}, "Bytes of one render"},
    {"render", "max_renders", "--max-renders", "GOXEL_RENDER_MAX_RENDERS",
     CountOption{&Options::max_renders, 1, 65536},
     "Render files at the same time"},
    {"render", "max_views", "--max-views", "GOXEL_RENDER_MAX_VIEWS",
     CountOption{&Options::max_views, 1, 1000000},
     "Views that one request may ask for", TakesEffect::kOnReload},
    {"render", "ttl_seconds", "--ttl-seconds", "GOXEL_RENDER_TTL",
     SecondsOption{&Options::ttl, 1}, "Life time of a render, in seconds",
     TakesEffect::kOnReload},
    {"render", "cleanup_interval", "--cleanup-interval",
     "GOXEL_RENDER_CLEANUP_INTERVAL",
     SecondsOption{&Options::cleanup_interval, 1},
     "Seconds between two looks at the whole directory",
     TakesEffect::kOnReload},
    {"render", "file_mode", "--file-mode", "GOXEL_RENDER_FILE_MODE",
     FileModeOption{&Options::file_mode}, "Permissions of render files, octal"},
    {"render", "max_width", "--max-width", "GOXEL_RENDER_MAX_WIDTH",
     CountOption{&Options::max_width, 1, 16384}, "Pixels of a row",
     TakesEffect::kOnReload},
    {"render", "max_height", "--max-height", "GOXEL_RENDER_MAX_HEIGHT",
     CountOption{&Options::max_height, 1, 16384}, "Pixels of a column",
     TakesEffect::kOnReload},
    {"render", "max_inline_size", "--max-inline-size",
     "GOXEL_RENDER_MAX_INLINE_SIZE",
     ByteSizeOption{&Options::max_inline_size, 1},
     "Bytes of a picture within a reply", TakesEffect::kOnReload},
    {"render", "purge_on_exit", "--purge-on-exit", "GOXEL_RENDER_PURGE_ON_EXIT",
     SwitchOption{&Options::purge_on_exit},
     "Remove all renders at a clean stop"},
    {"render", "disable_file_transfer", "--disable-file-transfer",
     "GOXEL_RENDER_DISABLE_FILE_TRANSFER",
     SwitchOption{&Options::disable_file_transfer},
     "Hand out no files: no file_path and no mmap"},
};

constexpr std::array<std::pair<const char*, LogLevel>, 5> kLogLevels = {{
    {"debug", LogLevel::kDebug},
    {"info", LogLevel::kInfo},
    {"warn", LogLevel::kWarn},
    {"error", LogLevel::kError},
    {"off", LogLevel::kOff},
}};

constexpr std::array<std::pair<const char*, WireProtocol>, 3> kProtocols = {{
    {"auto", WireProtocol::kAuto},
    {"jsonrpc", WireProtocol::kJsonRpc},
    {"mcp", WireProtocol::kMcp},
}};

constexpr std::array<std::pair<char, unsigned>, 3> kSuffixes = {
    {{'G', 30}, {'M', 20}, {'K', 10}}};

Status Expected(std::string what) {
  return Status(StatusCode::kInvalidArgument, std::move(what));
}

std::optional<std::uint64_t> ParseNumber(std::string_view text, int base = 10) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number, base);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> ParseByteSize(std::string_view text) {
  unsigned shift = 0;
  for (const auto& [suffix, bits] : kSuffixes) {
    if (text.ends_with(suffix) ||
        text.ends_with(static_cast<char>(suffix + ('a' - 'A')))) {
      shift = bits;
      text.remove_suffix(1);
      break;
    }
  }
  const auto number = ParseNumber(text);
  const auto most = std::numeric_limits<std::int64_t>::max() >> shift;
  if (!number || *number > static_cast<std::uint64_t>(most)) {
    return std::nullopt;
  }
  return *number << shift;
}

// The value that `names` has for `text`; null when it has none.
template <typename Value, std::size_t kCount>
const Value* FindValue(
    const std::array<std::pair<const char*, Value>, kCount>& names,
    const std::string& text) {
  const auto row = std::ranges::find_if(
      names, [&](auto& pair) { return pair.first == text; });
  return row == names.end() ? nullptr : &row->second;
}

// The other way round.
template <typename Value, std::size_t kCount>
std::string NameOf(
    const std::array<std::pair<const char*, Value>, kCount>& names,
    Value value) {
  return std::ranges::find(names, value, [](auto& pair) { return pair.second; })
      ->first;
}

Status Set(TextOption type, const std::string& text, Options* options) {
  options->*type.member = text;
  return Status();
}

Status Set(PathOption type, const std::string& text, Options* options) {
  if (text.empty() && !type.empty_is_default) {
    return Expected("a path that is not empty");
  }
  options->*type.member = text.empty() ? Options().*type.member : text;
  return Status();
}

Status Set(PathListOption type, const std::string& text, Options* options) {
  std::vector<std::string> paths;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string_view path = rest.substr(0, end);
    if (!path.starts_with('/')) {
      return Expected("absolute paths with ':' between them");
    }
    paths.emplace_back(path);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  options->*type.member = std::move(paths);
  return Status();
}

Status Set(SwitchOption type, const std::string& text, Options* options) {
  const bool on =
      text == "true" || text == "1" || text == "yes" || text == "on";
  const bool off =
      text == "false" || text == "0" || text == "no" || text == "off";
  if (!on && !off) return Expected("true or false");
  options->*type.member = on;
  return Status();
}

Status Set(ByteSizeOption type, const std::string& text, Options* options) {
  const auto size = ParseByteSize(text);
  if (!size || *size < type.min) {
    return Expected(fmt::format(
        "a number of bytes, at least {}, with K, M or G behind it or not",
        type.min));
  }
  options->*type.member = *size;
  return Status();
}

Status Set(CountOption type, const std::string& text, Options* options) {
  const auto count = ParseNumber(text);
  if (!count || *count < type.min || *count > type.max) {
    return Expected(fmt::format("a number from {} to {}", type.min, type.max));
  }
  options->*type.member = static_cast<std::uint32_t>(*count);
  return Status();
}

Status Set(SecondsOption type, const std::string& text, Options* options) {
  // A hundred years: sums with the time of day stay far from overflow.
  constexpr std::int64_t kMost = std::int64_t{100} * 365 * 24 * 3600;
  const auto seconds = ParseNumber(text);
  const auto value = static_cast<std::int64_t>(seconds.value_or(0));
  if (!seconds || value < type.min || value > kMost) {
    return Expected(fmt::format("a whole number of seconds from {} to {}",
                                type.min, kMost));
  }
  options->*type.member = std::chrono::seconds(value);
  return Status();
}

Status Set(FileModeOption type, const std::string& text, Options* options) {
  const auto mode = ParseNumber(text, 8);
  if (!mode || *mode > 0666 || (*mode & 0600) != 0600 || (*mode & 0111) != 0) {
    return Expected(
        "an octal mode from 0600 to 0666 that lets the owner read and write "
        "and nobody execute");
  }
  options->*type.member = static_cast<std::uint32_t>(*mode);
  return Status();
}

Status Set(LogLevelOption type, const std::string& text, Options* options) {
  const LogLevel* level = FindValue(kLogLevels, text);
  if (level == nullptr) return Expected("debug, info, warn, error or off");
  options->*type.member = *level;
  return Status();
}

Status Set(ProtocolOption type, const std::string& text, Options* options) {
  const WireProtocol* protocol = FindValue(kProtocols, text);
  if (protocol == nullptr) return Expected("auto, jsonrpc or mcp");
  options->*type.member = *protocol;
  return Status();
}

Status Set(GlBackendOption type, const std::string& text, Options* options) {
  const auto name = std::ranges::find(kGlBackendNames, text);
  if (name == kGlBackendNames.end()) {
    return Expected(fmt::format("{}", fmt::join(kGlBackendNames, " or ")));
  }
  options->*type.member =
      static_cast<GlBackend>(name - kGlBackendNames.begin());
  return Status();
}

std::string Text(const std::string& value) { return value; }
std::string Text(bool value) { return value ? "true" : "false"; }
std::string Text(std::uint64_t value) { return std::to_string(value); }
std::string Text(std::uint32_t value) { return std::to_string(value); }
std::string Text(std::chrono::seconds value) {
  return std::to_string(value.count());
}
std::string Text(const std::vector<std::string>& paths) {
  return fmt::format("{}", fmt::join(paths, ":"));
}
std::string Text(LogLevel value) { return NameOf(kLogLevels, value); }
std::string Text(WireProtocol value) { return NameOf(kProtocols, value); }
std::string Text(GlBackend value) { return std::string(ToString(value)); }

}  // namespace

std::span<const OptionRow> OptionTable() { return kTable; }

std::string LongFlag(const OptionRow& row) {
  const std::string_view flags = row.flags;
  return std::string(flags.substr(flags.find("--")));
}

Status SetOption(const OptionRow& row, const std::string& text,
                 Options* options) {
  return std::visit([&](auto type) { return Set(type, text, options); },
                    row.type);
}

std::string OptionText(const OptionRow& row, const Options& options) {
  if (const auto* mode = std::get_if<FileModeOption>(&row.type)) {
    return fmt::format("{:04o}", options.*mode->member);
  }
  return std::visit([&](auto type) { return Text(options.*type.member); },
                    row.type);
}

}  // namespace goxel
