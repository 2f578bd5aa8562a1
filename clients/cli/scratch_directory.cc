#include "clients/cli/scratch_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace goxel {
namespace {

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

// What the keeper does: waits for the end of the pipe, which comes when all who
// could write to it are gone.
[[noreturn]] void KeepUntilLetGo(const std::filesystem::path& directory,
                                 int end) {
  // Signals from the terminal mean goxelctl, not this process.
  ::setsid();
  LetGoOfAllBut(end);
  char byte = 0;
  while (::read(STDERR_FILENO + 1, &byte, 1) != 0 && errno == EINTR) {
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
  ::_exit(EXIT_SUCCESS);
}

}  // namespace

Result<ScratchDirectory> ScratchDirectory::Create(
    const std::filesystem::path& parent, const std::string& prefix) {
  std::error_code error;
  const std::filesystem::path place = std::filesystem::absolute(parent, error);
  errno = error.value();
  std::string name = (place / (prefix + "XXXXXX")).lexically_normal();
  if (error || ::mkdtemp(name.data()) == nullptr) {
    return Fail(Status::FromErrno(
        fmt::format("make a directory in '{}'", parent.native()), errno));
  }
  int ends[2];
  const bool piped = ::pipe2(ends, O_CLOEXEC) == 0;
  const UniqueFd read_end(piped ? ends[0] : -1);
  UniqueFd write_end(piped ? ends[1] : -1);
  const pid_t keeper = piped ? ::fork() : -1;
  if (keeper == 0) KeepUntilLetGo(name, read_end.get());
  if (keeper < 0) {
    const int reason = errno;
    ::rmdir(name.c_str());
    return Fail(Status::FromErrno("start a process", reason));
  }
  return ScratchDirectory(std::move(name), std::move(write_end), keeper);
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
