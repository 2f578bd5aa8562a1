#include "clients/cli/scratch_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace goxel {
namespace {

// What the keeper tells of the directory that it has made.
struct Made {
  int error;       // errno, or 0.
  char suffix[6];  // What stands for the XXXXXX of its name.
};

// Keeps nothing open but `end`: a pipe of the shell that this process wrote to
// would else seem to be in use as long as the directory is.
void LetGoOfAllBut(int end) {
  ::dup2(end, STDERR_FILENO + 1);
  ::close_range(STDERR_FILENO + 2, ~0u, 0);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    ::dup2(nothing, standard);
  }
}

// What the keeper does: makes the directory, for a process that is killed
// between making it and starting its keeper would leave it; then waits for the
// end of the socket, which comes when all who have the other one are gone.
[[noreturn]] void Keep(std::string name, int end) {
  // Signals from the terminal mean goxelctl, not this process.
  ::setsid();
  LetGoOfAllBut(end);
  constexpr int kSocket = STDERR_FILENO + 1;
  Made made = {};
  if (::mkdtemp(name.data()) == nullptr) made.error = errno;
  name.copy(made.suffix, sizeof(made.suffix),
            name.size() - sizeof(made.suffix));
  ::send(kSocket, &made, sizeof(made), MSG_NOSIGNAL);
  if (made.error != 0) ::_exit(EXIT_FAILURE);
  char byte = 0;
  while (::read(kSocket, &byte, 1) < 0 && errno == EINTR) {
  }
  std::error_code ignored;
  std::filesystem::remove_all(name, ignored);
  ::_exit(EXIT_SUCCESS);
}

}  // namespace

Result<ScratchDirectory> ScratchDirectory::Create(
    const std::filesystem::path& parent, const std::string& prefix) {
  std::error_code error;
  const std::filesystem::path place = std::filesystem::absolute(parent, error);
  if (error) {
    return Fail(Status::FromErrno(fmt::format("find '{}'", parent.native()),
                                  error.value()));
  }
  std::string name = (place / (prefix + "XXXXXX")).lexically_normal();
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return Fail(Status::FromErrno("make a pair of sockets", errno));
  }
  UniqueFd hold(ends[0]);
  UniqueFd others(ends[1]);
  const pid_t keeper = ::fork();
  if (keeper == 0) Keep(name, others.get());
  if (keeper < 0) return Fail(Status::FromErrno("start a process", errno));
  others.reset();
  Made made = {.error = ECHILD, .suffix = {}};
  while (::read(hold.get(), &made, sizeof(made)) < 0 && errno == EINTR) {
  }
  if (made.error != 0) {
    ::waitpid(keeper, nullptr, 0);
    return Fail(Status::FromErrno(
        fmt::format("make a directory in '{}'", parent.native()), made.error));
  }
  name.replace(name.size() - sizeof(made.suffix), sizeof(made.suffix),
               made.suffix, sizeof(made.suffix));
  return ScratchDirectory(std::move(name), std::move(hold), keeper);
}

ScratchDirectory::ScratchDirectory(std::filesystem::path path, UniqueFd hold,
                                   pid_t keeper)
    : path_(std::move(path)), hold_(std::move(hold)), keeper_(keeper) {}

ScratchDirectory::ScratchDirectory(ScratchDirectory&& other) noexcept
    : path_(std::move(other.path_)),
      hold_(std::move(other.hold_)),
      keeper_(std::exchange(other.keeper_, -1)) {}

ScratchDirectory::~ScratchDirectory() {
  if (keeper_ < 0) return;
  hold_.reset();
  while (::waitpid(keeper_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace goxel
