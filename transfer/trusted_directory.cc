#include "transfer/trusted_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace goxel {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxLinks = 40;  // As the kernel.

class Walk {
 public:
  Result<UniqueFd> Run(const fs::path& path) {
    Status status = Follow(path);
    while (status.ok() && !pending_.empty()) {
      const std::string component = std::move(pending_.back());
      pending_.pop_back();
      status = Enter(component);
    }
    if (!status.ok()) return Fail(std::move(status));
    return std::move(current_);
  }

 private:
  // Puts the components of a path, or of a link, before those that are left.
  Status Follow(const fs::path& path) {
    if (path.is_absolute() || !current_.valid()) {
      const char* start = path.is_absolute() ? "/" : ".";
      current_ = UniqueFd(::open(start, O_PATH | O_DIRECTORY | O_CLOEXEC));
      if (!current_.valid()) return SystemError(start, errno);
    }
    const fs::path relative = path.relative_path();
    for (auto part = relative.end(); part != relative.begin();) {
      --part;
      if (!part->empty() && *part != ".") pending_.push_back(*part);
    }
    return {};
  }

  Status Enter(const std::string& component) {
    UniqueFd next(::openat(current_.get(), component.c_str(),
                           O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!next.valid()) return SystemError(component, errno);
    struct stat found {};
    if (::fstat(next.get(), &found) != 0) return SystemError(component, errno);
    if (S_ISLNK(found.st_mode)) return EnterLink(component, next.get(), found);
    if (!S_ISDIR(found.st_mode)) return SystemError(component, ENOTDIR);
    current_ = std::move(next);
    return {};
  }

  Status EnterLink(const std::string& component, int link,
                   const struct stat& found) {
    if (++links_ > kMaxLinks) return SystemError(component, ELOOP);
    struct stat directory {};
    if (::fstat(current_.get(), &directory) != 0) {
      return SystemError(component, errno);
    }
    const bool is_trusted = (directory.st_mode & S_ISVTX) == 0 ||
                            found.st_uid == ::geteuid() ||
                            found.st_uid == directory.st_uid;
    if (!is_trusted) {
      return {StatusCode::kPermissionDenied,
              fmt::format("the link \"{}\" on its way belongs to user {} and "
                          "stands in a directory that anybody may write; give "
                          "a path without it",
                          component, found.st_uid)};
    }
    std::array<char, PATH_MAX> target;
    const ssize_t length = ::readlinkat(link, "", target.data(), target.size());
    if (length < 0) return SystemError(component, errno);
    return Follow(std::string(target.data(), static_cast<std::size_t>(length)));
  }

  static Status SystemError(const std::string& component, int error_number) {
    if (error_number == ENOENT || error_number == ENOTDIR) {
      return {StatusCode::kNotFound,
              fmt::format("there is no directory \"{}\"", component)};
    }
    return Status::FromErrno(fmt::format("open directory \"{}\"", component),
                             error_number);
  }

  UniqueFd current_;                  // The directory reached so far.
  std::vector<std::string> pending_;  // What is left to enter, next one last.
  int links_ = 0;
};

}  // namespace

Result<UniqueFd> OpenTrustedDirectory(const fs::path& path) {
  return Walk().Run(path);
}

}  // namespace goxel
