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

#include "ipc/protocol.h"
#include "ipc/status.h"

namespace goxel {

enum class LogLevel { kDebug, kInfo, kWarn, kError, kOff };

struct Options {
  std::string socket_path = kDefaultSocketPath;
  LogLevel log_level = LogLevel::kInfo;

  std::string render_dir = kDefaultRenderDirectory;
  std::uint64_t max_cache_size = std::uint64_t{1} << 30;  // Bytes, all files.
  std::uint64_t max_render_size = std::uint64_t{100} << 20;  // Bytes, one file.
  std::uint32_t max_renders = 100;
  std::chrono::seconds ttl{3600};
  std::chrono::seconds cleanup_interval{300};
  std::uint32_t file_mode = 0600;          // Permission bits of render files.
  std::vector<std::string> allowed_roots;  // Where output_path may lie; empty:
                                           // wherever the daemon may write.
  std::uint32_t max_width = 16384;         // Pixels.
  std::uint32_t max_height = 16384;        // Pixels.
  std::uint64_t max_inline_size = std::uint64_t{32} << 20;  // Bytes of image.
  bool purge_on_exit = false;          // Remove all renders at a clean stop.
  bool disable_file_transfer = false;  // No file_path and mmap replies.

  std::uint32_t max_projects = 64;  // The default one included.
  std::uint64_t max_voxels = std::uint64_t{64} << 20;     // Of one project.
  std::uint32_t max_undo_steps = 1000;                    // Of one project.
  std::uint64_t max_undo_size = std::uint64_t{64} << 20;  // Bytes, the same.

  std::uint64_t max_request_size = std::uint64_t{64} << 20;  // Bytes.
  std::uint32_t max_nesting = 64;       // Brackets within brackets.
  std::uint32_t max_connections = 256;  // At the same time.
  std::uint32_t queue_size = 1024;      // Renders waiting to be drawn.
};

// Where ReadOptions() looks. A test passes its own.
struct OptionInputs {
  std::vector<std::string> arguments;  // argv without the program's name.
  // The value of a variable, or null when it is not set (std::getenv).
  std::function<const char*(const char* name)> environment;
  // Read when it exists and neither --config nor GOXEL_CONFIG names another.
  std::string default_config = "/etc/goxel/daemon.conf";
};

struct CommandLine {
  Options options;
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
