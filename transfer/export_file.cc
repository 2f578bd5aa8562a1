#include "transfer/export_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "ipc/unique_fd.h"
#include "ipc/unnamed_file.h"
#include "transfer/token.h"

namespace goxel {
namespace {

namespace fs = std::filesystem;

// Where a file will stand: its directory, held open so that no later rename of
// a component leads elsewhere, and its name there.
struct Target {
  UniqueFd directory;
  std::string name;
};

Status Refusal(StatusCode code, const fs::path& path, std::string_view why) {
  return Fail(code, fmt::format("cannot write \"{}\": {}", path.string(), why));
}

// The same status with the path in front and the details kept.
Status Explain(const fs::path& path, const Status& cause) {
  Status status = Refusal(cause.code(), path, cause.message());
  for (const StatusDetail& detail : cause.details()) {
    std::visit(
        [&](const auto& value) {
          status = std::move(status).With(detail.key, value);
        },
        detail.value);
  }
  return status;
}

Status CheckSpelling(const fs::path& path) {
  if (path.native().find('\0') != std::string::npos) {
    return Refusal(StatusCode::kInvalidArgument, path,
                   "the path has a NUL character");
  }
  if (std::ranges::find(path, fs::path("..")) != path.end()) {
    return Refusal(
        StatusCode::kInvalidArgument, path,
        "\"..\" is not allowed in a path; give the directory itself");
  }
  const fs::path name = path.filename();
  if (name.empty() || name == ".") {
    return Refusal(StatusCode::kInvalidArgument, path,
                   "the path must end in a file's name");
  }
  return {};
}

// The directory's real path, whatever links led to it.
Result<fs::path> RealPath(int directory_fd) {
  std::error_code error;
  fs::path real =
      fs::read_symlink(fmt::format("/proc/self/fd/{}", directory_fd), error);
  if (error) {
    return Fail(Status::FromErrno("readlink /proc/self/fd", error.value()));
  }
  return real;
}

bool IsBeneath(const fs::path& directory, const fs::path& root) {
  const auto [in_root, in_directory] = std::mismatch(
      root.begin(), root.end(), directory.begin(), directory.end());
  return in_root == root.end();
}

Status CheckRoots(const fs::path& path, int directory_fd,
                  const std::vector<fs::path>& roots) {
  if (roots.empty()) return {};
  const auto directory = RealPath(directory_fd);
  if (!directory) return Explain(path, directory.error());
  std::string listed;
  for (const fs::path& root : roots) {
    std::error_code error;
    const fs::path real_root = fs::canonical(root, error);
    if (!error && IsBeneath(*directory, real_root)) return {};
    listed +=
        fmt::format("{}\"{}\"", listed.empty() ? "" : ", ", root.string());
  }
  return Refusal(StatusCode::kPermissionDenied, path,
                 fmt::format("its directory is \"{}\"; files may be written "
                             "beneath {}",
                             directory->string(), listed));
}

// Only what a rename may replace: nothing, a regular file or a link.
Status CheckExisting(const fs::path& path, const Target& target) {
  struct stat existing {};
  if (::fstatat(target.directory.get(), target.name.c_str(), &existing,
                AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return {};
    if (errno == ENAMETOOLONG) {
      return Refusal(
          StatusCode::kInvalidArgument, path,
          fmt::format("a name of {} bytes is too long", target.name.size()));
    }
    return Explain(path, Status::FromErrno("stat", errno));
  }
  if (S_ISREG(existing.st_mode) || S_ISLNK(existing.st_mode)) return {};
  return Refusal(StatusCode::kInvalidArgument, path,
                 S_ISDIR(existing.st_mode)
                     ? "it is a directory; add the name of a file"
                     : "it exists and is not a regular file");
}

Status DirectoryError(const fs::path& path, const fs::path& directory,
                      int error_number) {
  if (error_number == ENOENT || error_number == ENOTDIR) {
    return Refusal(StatusCode::kNotFound, path,
                   fmt::format("there is no directory \"{}\"; create it first",
                               directory.string()));
  }
  return Explain(path, Status::FromErrno(fmt::format("open directory \"{}\"",
                                                     directory.string()),
                                         error_number));
}

Result<Target> OpenTarget(const fs::path& path, const ExportRules& rules) {
  if (Status spelled = CheckSpelling(path); !spelled.ok()) {
    return Fail(std::move(spelled));
  }
  const fs::path directory = path.has_parent_path() ? path.parent_path() : ".";
  Target target{.directory = UniqueFd(::open(directory.c_str(),
                                             O_PATH | O_DIRECTORY | O_CLOEXEC)),
                .name = path.filename()};
  if (!target.directory.valid()) {
    return Fail(DirectoryError(path, directory, errno));
  }
  const int fd = target.directory.get();
  if (Status allowed = CheckRoots(path, fd, rules.allowed_roots);
      !allowed.ok()) {
    return Fail(std::move(allowed));
  }
  if (Status existing = CheckExisting(path, target); !existing.ok()) {
    return Fail(std::move(existing));
  }
  if (::faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) != 0) {
    return Fail(DirectoryError(path, directory, errno));
  }
  return target;
}

Status WriteAll(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Status::FromErrno("write", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

// Fills `file` and makes its bytes durable; returns their number.
Result<std::uint64_t> Fill(int fd, const ExportWriter& write) {
  std::uint64_t total = 0;
  Status status = write([&](std::span<const std::byte> bytes) {
    total += bytes.size();
    return WriteAll(fd, bytes);
  });
  if (!status.ok()) return Fail(std::move(status));
  if (::fsync(fd) != 0) return Fail(Status::FromErrno("fsync", errno));
  return total;
}

}  // namespace

Status CheckExportPath(const fs::path& path, const ExportRules& rules) {
  const auto target = OpenTarget(path, rules);
  return target ? Status() : target.error();
}

Result<std::uint64_t> ExportFile(const fs::path& path, const ExportRules& rules,
                                 const ExportWriter& write) {
  const auto target = OpenTarget(path, rules);
  if (!target) return Fail(target.error());
  const auto token = MakeRenderId();
  if (!token) return Fail(token.error());
  auto file = UnnamedFile::Create(target->directory.get(),
                                  fmt::format(".goxel_export_{:016x}", *token),
                                  rules.file_mode);
  if (!file) return Fail(Explain(path, file.error()));
  const auto bytes = Fill(file->fd(), write);
  if (!bytes) return Fail(Explain(path, bytes.error()));
  if (Status named = file->NameAs(target->name); !named.ok()) {
    return Fail(Explain(path, named));
  }
  return *bytes;
}

}  // namespace goxel
