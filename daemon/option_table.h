// The table of all options: one row says what an option is called on the
// command line, in the environment and in the configuration file, and what it
// may hold. Reading, --help, --print-config and every complaint are made from
// it.

#ifndef DAEMON_OPTION_TABLE_H_
#define DAEMON_OPTION_TABLE_H_

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "daemon/options.h"
#include "ipc/status.h"

namespace goxel {

// The types of option: the member of Options it sets, and its bounds.
struct TextOption {
  std::string Options::*member;
};
struct PathOption {  // Made absolute by ReadOptions().
  std::string Options::*member;
  bool empty_is_default = false;  // Else an empty path is refused.
};
struct PathListOption {  // Separated by ':', as in $PATH.
  std::vector<std::string> Options::*member;
};
struct SwitchOption {
  bool Options::*member;
};
struct ByteSizeOption {  // 1024, 64K, 100M, 2G.
  std::uint64_t Options::*member;
  std::uint64_t min;
};
struct CountOption {
  std::uint32_t Options::*member;
  std::uint32_t min;
  std::uint32_t max;
};
struct SecondsOption {
  std::chrono::seconds Options::*member;
  std::int64_t min;
};
struct FileModeOption {  // Octal.
  std::uint32_t Options::*member;
};
struct LogLevelOption {
  LogLevel Options::*member;
};
struct ProtocolOption {
  WireProtocol Options::*member;
};
struct GlBackendOption {
  GlBackend Options::*member;
};

// When a value that was changed in the file begins to count.
enum class TakesEffect {
  kAtStart,   // Of the next daemon.
  kOnReload,  // As soon as this one has read it.
};

struct OptionRow {
  const char* section;
  const char* key;
  const char* flags;        // As CLI11 writes them: "-s,--socket".
  const char* environment;  // The variable's name.
  std::variant<TextOption, PathOption, PathListOption, SwitchOption,
               ByteSizeOption, CountOption, SecondsOption, FileModeOption,
               LogLevelOption, ProtocolOption, GlBackendOption>
      type;
  const char* help;
  TakesEffect takes_effect = TakesEffect::kAtStart;
};

std::span<const OptionRow> OptionTable();

// The longest name of its flag: "--socket".
std::string LongFlag(const OptionRow& row);

// Sets the member that `row` names. On error, the message is what was expected
// ("a number from 1 to 65536") and nothing is changed.
Status SetOption(const OptionRow& row, const std::string& text,
                 Options* options);

// The value in a form that SetOption() reads back.
std::string OptionText(const OptionRow& row, const Options& options);

}  // namespace goxel

#endif  // DAEMON_OPTION_TABLE_H_
