// What the daemon was told at its start: every limit, path and switch, read
// from flags, environment, configuration file and defaults, in this order of
// weight.
//
// A value that cannot be used is an error that names where it stood (flag,
// variable, or file and line), the value, and what was expected. Nothing falls
// back to a default in silence.
//
// Thread safety: Options is plain data; ReadOptions() may run on any thread.

#ifndef DAEMON_OPTIONS_H_
#define DAEMON_OPTIONS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "daemon/wire_protocol.h"
#include "ipc/protocol.h"
#include "ipc/status.h"
#include "renderer/gl/context.h"

namespace goxel {

enum class LogLevel { kDebug, kInfo, kWarn, kError, kOff };

struct Options {
  std::string socket_path = kDefaultSocketPath;
  WireProtocol protocol = WireProtocol::kAuto;
  bool daemonize = false;   // Detach from the terminal.
  std::string pid_file;     // Empty: none.
  std::string log_file;     // Empty: standard error.
  std::string working_dir;  // Empty: where it was started; / when detached.
  std::string user;         // To become, when started by root; empty: nobody
  std::string group;        // else, and that user's group.
  LogLevel log_level = LogLevel::kInfo;

  std::string render_dir = kDefaultRenderDirectory;
  std::uint64_t max_cache_size = std::uint64_t{1} << 30;  // Bytes, all files.
  std::uint64_t max_render_size = std::uint64_t{100} << 20;  // Bytes, one file.
  std::uint32_t max_renders = 100;
  std::uint32_t max_views = 10000;  // Of one request.
  std::chrono::seconds ttl{3600};
  std::chrono::seconds cleanup_interval{300};
  std::uint32_t file_mode = 0600;    // Permission bits of render files.
  std::uint32_t max_width = 16384;   // Pixels.
  std::uint32_t max_height = 16384;  // Pixels.
  std::uint64_t max_inline_size = std::uint64_t{32} << 20;  // Bytes of image.
  bool purge_on_exit = false;          // Remove all renders at a clean stop.
  bool disable_file_transfer = false;  // No file_path and mmap replies.

  // Where clients may have files written; empty: wherever the daemon may.
  std::vector<std::string> allowed_output_roots;

  std::uint32_t max_projects = 64;  // The default one included.
  std::uint64_t max_voxels = std::uint64_t{64} << 20;     // Of one project.
  std::uint32_t max_tiles = 128 << 10;                    // Of one project.
  std::uint32_t max_undo_steps = 1000;                    // Of one project.
  std::uint64_t max_undo_size = std::uint64_t{64} << 20;  // Bytes, the same.

  std::string script_program = "goxel-script";  // See FindScriptProgram().
  std::uint64_t max_script_memory = std::uint64_t{64} << 20;  // Bytes, each.
  std::uint32_t max_scripts = 4;  // At a time; 0: none at all.

  std::uint64_t max_request_size = std::uint64_t{64} << 20;  // Bytes.
  std::uint32_t max_nesting = 64;                  // Brackets within brackets.
  std::uint32_t max_connections = 1024;            // At the same time.
  std::uint32_t max_pending_requests = 1'000'000;  // Of one client.
  std::uint64_t max_pending_size = std::uint64_t{64} << 20;  // Bytes, the same.
  std::uint64_t max_pending_input = std::uint64_t{4} << 20;  // Bytes, the same.
  std::uint32_t queue_size = 1024;  // Renders waiting to be drawn.
  bool priority_queue = false;      // Small ones are drawn first.
  std::uint32_t workers = 2;        // Threads that encode pictures.
  GlBackend gl = GlBackend::kAuto;  // What draws them.
};

// What the program was called for.
enum class Task { kServe, kStatus, kStop, kReload };

// Where ReadOptions() looks. A test passes its own. The same inputs may be read
// again, to learn what has changed in the file.
struct OptionInputs {
  std::vector<std::string> arguments;  // argv without the program's name.
  // The value of a variable, or null when it is not set (std::getenv).
  std::function<const char*(const char* name)> environment;
  // Read when it exists and neither --config nor GOXEL_CONFIG names another.
  std::string default_config = "/etc/goxel/daemon.conf";
  // What relative paths start from. Absolute.
  std::string directory = "/";
};

struct CommandLine {
  Options options;  // All paths in it are absolute.
  Task task = Task::kServe;
  // When not empty, the daemon prints it and ends with success: the answer to
  // --help, --version or --print-config.
  std::string print;
};

// kInvalidArgument for a bad value, an unknown flag or an unknown key;
// kNotFound and others when a configuration file that was asked for cannot be
// read.
Result<CommandLine> ReadOptions(const OptionInputs& inputs);

}  // namespace goxel

#endif  // DAEMON_OPTIONS_H_
