#include "daemon/script_host/sandbox.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace goxel {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "name the AUDIT_ARCH_ of this architecture (linux/audit.h)"
#endif

// The low half of a system call's argument is its first four bytes.
static_assert(std::endian::native == std::endian::little);

constexpr sock_filter Load(std::size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

// Skips so many instructions when what was loaded equals `value`, or not.
constexpr sock_filter Compare(std::uint32_t value, std::uint8_t skip_if_equal,
                              std::uint8_t skip_if_not) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, skip_if_equal, skip_if_not);
}

constexpr sock_filter Return(std::uint32_t action) {
  return BPF_STMT(BPF_RET | BPF_K, action);
}

bool FilterSystemCalls(int channel) {
  // Numbers behind the names: how many instructions lie between a comparison
  // and where it goes.
  std::array program = {
      Load(offsetof(seccomp_data, arch)),
      Compare(kArchitecture, 0, 10),  // else: kill
      Load(offsetof(seccomp_data, nr)),
      Compare(SYS_exit_group, 9, 0),     // allow
      Compare(SYS_exit, 8, 0),           // allow
      Compare(SYS_clock_gettime, 7, 0),  // allow
      Compare(SYS_gettimeofday, 6, 0),   // allow
      Compare(SYS_read, 2, 0),           // which descriptor
      Compare(SYS_writev, 1, 0),         // which descriptor
      Return(SECCOMP_RET_KILL_PROCESS),
      Load(offsetof(seccomp_data, args)),
      Compare(static_cast<std::uint32_t>(channel), 1, 0),  // allow
      Return(SECCOMP_RET_KILL_PROCESS),
      Return(SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter = {.len = program.size(), .filter = program.data()};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

bool SetLimits(unsigned cpu_seconds) {
  constexpr rlim_t kStackBytes = rlim_t{64} << 20;
  const std::array<std::pair<decltype(RLIMIT_CPU), rlim_t>, 6> limits = {{
      {RLIMIT_CPU, cpu_seconds},
      {RLIMIT_FSIZE, 0},
      {RLIMIT_NPROC, 0},
      {RLIMIT_NOFILE, 0},
      {RLIMIT_CORE, 0},
      {RLIMIT_STACK, kStackBytes},
  }};
  for (const auto& [resource, limit] : limits) {
    rlimit now{};
    if (::getrlimit(resource, &now) != 0) return false;
    const rlim_t value = limit < now.rlim_max ? limit : now.rlim_max;
    const rlimit lower = {.rlim_cur = value, .rlim_max = value};
    if (::setrlimit(resource, &lower) != 0) return false;
  }
  return true;
}

}  // namespace

bool EnterSandbox(int channel, unsigned cpu_seconds) {
  return ::prctl(PR_SET_DUMPABLE, 0) == 0 && SetLimits(cpu_seconds) &&
         ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         FilterSystemCalls(channel);
}

}  // namespace goxel
