#include "daemon/script_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "ipc/unique_fd.h"

namespace goxel {
namespace {

// Never waits for the other end of a pipe.
Result<UniqueFd> OpenRegularFile(const std::string& path) {
  UniqueFd file(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.valid()) {
    return Fail(Status::FromErrno(fmt::format("open {}", path), errno));
  }
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("{} is no regular file", path));
  }
  return file;
}

}  // namespace

Result<std::string> ReadScriptFile(const std::string& path) {
  const auto file = OpenRegularFile(path);
  if (!file) return Fail(file.error());
  std::string text(kMaxScriptFile + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got =
        ::read(file->get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return Fail(Status::FromErrno(fmt::format("read {}", path), errno));
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > kMaxScriptFile) {
    return Fail(StatusCode::kTooLarge,
                fmt::format("{} has more than {} bytes; a script may have {}",
                            path, kMaxScriptFile, kMaxScriptFile));
  }
  text.resize(size);
  return text;
}

}  // namespace goxel
