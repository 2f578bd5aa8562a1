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

#include "ipc/directory_lock.h"
#include "ipc/index_layout.h"
#include "ipc/unique_fd.h"
#include "ipc/unnamed_file.h"
#include "transfer/token.h"
#include "transfer/trusted_directory.h"

namespace goxel {
namespace {

namespace fs = std::filesystem;

// Where a file will stand: its directory, held open so that no later rename of
// a component leads elsewhere, its name there, and its permissions.
struct Target {
  UniqueFd directory;
  std::string name;
  mode_t mode = 0;
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
  const fs::path name = path.filename();
  if (name.empty() || name == "." || name == "..") {
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

Status CheckRoots(const fs::path& path, const fs::path& directory,
                  const std::vector<fs::path>& roots) {
  if (roots.empty()) return {};
  std::string listed;
  for (const fs::path& root : roots) {
    std::error_code error;
    const fs::path real_root = fs::canonical(root, error);
    if (!error && IsBeneath(directory, real_root)) return {};
    listed +=
        fmt::format("{}\"{}\"", listed.empty() ? "" : ", ", root.string());
  }
  return Refusal(StatusCode::kPermissionDenied, path,
                 fmt::format("its directory is \"{}\"; files may be written "
                             "beneath {}",
                             directory.string(), listed));
}

// Renders, their index and their lock are the store's alone.
bool IsNameOfStore(std::string_view name) {
  return name == kIndexFileName || name == kLockFileName ||
         name.starts_with('.') || name.starts_with("render_");
}

Status CheckPlace(const fs::path& path, const Target& target,
                  const ExportRules& rules) {
  const auto directory = RealPath(target.directory.get());
  if (!directory) return Explain(path, directory.error());
  if (*directory == rules.render_directory && IsNameOfStore(target.name)) {
    return Refusal(StatusCode::kPermissionDenied, path,
                   "files of this name in the render directory are the "
                   "daemon's own; give another name");
  }
  return CheckRoots(path, *directory, rules.allowed_roots);
}

// Only what a rename may replace: nothing, a regular file, whose permissions it
// inherits, or a link.
Status CheckExisting(const fs::path& path, Target& target) {
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
  if (S_ISREG(existing.st_mode) && existing.st_uid == ::geteuid()) {
    target.mode = existing.st_mode & 0777;
  }
  if (S_ISREG(existing.st_mode) || S_ISLNK(existing.st_mode)) return {};
  return Refusal(StatusCode::kInvalidArgument, path,
                 S_ISDIR(existing.st_mode)
                     ? "it is a directory; add the name of a file"
                     : "it exists and is not a regular file");
}

Result<Target> OpenTarget(const fs::path& path, const ExportRules& rules) {
  if (Status spelled = CheckSpelling(path); !spelled.ok()) {
    return Fail(std::move(spelled));
  }
  auto directory = OpenTrustedDirectory(path.parent_path());
  if (!directory) return Fail(Explain(path, directory.error()));
  Target target{.directory = *std::move(directory),
                .name = path.filename(),
                .mode = rules.file_mode};
  const int fd = target.directory.get();
  Status status = CheckPlace(path, target, rules);
  if (status.ok()) status = CheckExisting(path, target);
  if (!status.ok()) return Fail(std::move(status));
  if (::faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) != 0) {
    return Fail(Explain(
        path, Status::FromErrno(fmt::format("write into directory \"{}\"",
                                            path.parent_path().string()),
                                errno)));
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

// A file that is complete and synced, but for its name.
struct StagedExport {
  Target target;
  UnnamedFile file;
  std::uint64_t bytes = 0;
};

Result<StagedExport> Stage(const ExportPart& part, const ExportRules& rules) {
  auto target = OpenTarget(part.path, rules);
  if (!target) return Fail(std::move(target.error()));
  const auto token = MakeRenderId();
  if (!token) return Fail(token.error());
  auto file = UnnamedFile::Create(target->directory.get(),
                                  fmt::format(".goxel_export_{:016x}", *token),
                                  target->mode);
  if (!file) return Fail(Explain(part.path, file.error()));
  const auto bytes = Fill(file->fd(), part.write);
  if (!bytes) return Fail(Explain(part.path, bytes.error()));
  return StagedExport{*std::move(target), *std::move(file), *bytes};
}

}  // namespace

Status CheckExportPath(const fs::path& path, const ExportRules& rules) {
  const auto target = OpenTarget(path, rules);
  return target ? Status() : target.error();
}

Result<std::uint64_t> ExportFile(const fs::path& path, const ExportRules& rules,
                                 const ExportWriter& write) {
  const ExportPart part{path, write};
  const auto sizes = ExportFiles({&part, 1}, rules);
  if (!sizes) return Fail(sizes.error());
  return sizes->front();
}

Result<std::vector<std::uint64_t>> ExportFiles(
    std::span<const ExportPart> parts, const ExportRules& rules) {
  std::vector<StagedExport> staged;
  staged.reserve(parts.size());
  for (const ExportPart& part : parts) {
    auto file = Stage(part, rules);
    if (!file) return Fail(std::move(file.error()));
    staged.push_back(*std::move(file));
  }
  std::vector<std::uint64_t> sizes;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Status named = staged[i].file.NameAs(staged[i].target.name);
    if (!named.ok()) return Fail(Explain(parts[i].path, named));
    sizes.push_back(staged[i].bytes);
  }
  return sizes;
}

}  // namespace goxel
