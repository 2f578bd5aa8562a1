// goxel-script: the process that one script runs in. Started by goxel-daemon
// alone, as
//
//   goxel-script <bytes of memory> <seconds of processor time> <daemon's pid>
//                <daemon's version>
//
// with a socket to the daemon as its only open file besides /dev/null. It gives
// up all other rights before it reads the script; see docs/wire-api/scripts.md.

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <charconv>
#include <ctime>
#include <string_view>

#include "daemon/script_host/arena.h"
#include "daemon/script_host/channel.h"
#include "daemon/script_host/interpreter.h"
#include "daemon/script_host/sandbox.h"
#include "daemon/script_protocol.h"

namespace {

template <typename T>
bool Parse(std::string_view text, T* number) {
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, *number);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

// The script ends with the daemon, also where the daemon is killed.
bool EndWith(pid_t daemon) {
  return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == daemon;
}

goxel::ScriptExit Run(int count, char** arguments) {
  using goxel::ScriptExit;
  std::size_t memory_bytes = 0;
  unsigned cpu_seconds = 0;
  pid_t daemon = 0;
  if (count != 5 || !Parse(arguments[1], &memory_bytes) ||
      !Parse(arguments[2], &cpu_seconds) || !Parse(arguments[3], &daemon) ||
      std::string_view(arguments[4]) != GOXEL_VERSION) {
    return ScriptExit::kUsage;
  }
  if (!EndWith(daemon)) return ScriptExit::kBroken;
  goxel::Arena arena(memory_bytes);
  if (!arena.ok()) return ScriptExit::kNoMemory;
  // Reads what there is to read about time zones; later it could not.
  ::tzset();
  if (!goxel::EnterSandbox(goxel::kScriptChannel, cpu_seconds)) {
    return ScriptExit::kNoSandbox;
  }
  goxel::Channel channel(goxel::kScriptChannel);
  return goxel::RunScript(arena, channel);
}

}  // namespace

int main(int count, char** arguments) {
  // Without a look at what libraries would like to do at the end: most of it is
  // forbidden by then.
  ::_exit(static_cast<int>(Run(count, arguments)));
}
