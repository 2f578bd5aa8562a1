#include "daemon/pid_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "ipc/lease.h"

namespace goxel {
namespace {

constexpr mode_t kMode = 0644;  // Anybody may know the number.

// A daemon that replaces a stale file has the old one locked for an instant, so
// what is found is looked at again before it is believed.
constexpr int kLooks = 5;
constexpr std::chrono::milliseconds kBetweenLooks{10};

// Invalid when there is no such file.
Result<UniqueFd> OpenExisting(const std::string& path, int access) {
  UniqueFd file(
      ::open(path.c_str(), access | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.valid() && errno != ENOENT) {
    return Fail(Status::FromErrno("open the pid file " + path, errno));
  }
  return file;
}

bool IsNamed(const std::string& path, int fd) {
  struct stat named {};
  struct stat opened {};
  return ::lstat(path.c_str(), &named) == 0 && ::fstat(fd, &opened) == 0 &&
         named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

std::optional<pid_t> ReadPid(int fd) {
  std::array<char, 32> text{};
  const auto size = ::pread(fd, text.data(), text.size(), 0);
  pid_t pid = 0;
  const auto parsed = std::from_chars(
      text.data(), text.data() + std::max<ssize_t>(size, 0), pid);
  if (parsed.ec != std::errc() || pid <= 0) return std::nullopt;
  return pid;
}

Status CheckOwner(const std::string& path, int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) {
    return Status::FromErrno("look at the pid file " + path, errno);
  }
  if (S_ISREG(info.st_mode) && info.st_uid == ::geteuid()) return Status();
  return Status(StatusCode::kFailedPrecondition,
                fmt::format("{} is not a file of user {}; remove it or give "
                            "another pid file",
                            path, ::geteuid()));
}

Status HeldBy(const std::string& path, int fd) {
  const pid_t pid = ReadPid(fd).value_or(0);
  return Status(StatusCode::kFailedPrecondition,
                fmt::format("a daemon with pid {} holds the pid file {}; stop "
                            "it or give another pid file",
                            pid, path))
      .With("pid", std::int64_t{pid});
}

// A file under a name of its own, which goes with this object.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& path)
      : name_(path + ".XXXXXX"), fd_(::mkostemp(name_.data(), O_CLOEXEC)) {
    if (!fd_.valid()) name_.clear();
  }
  ~TemporaryFile() {
    if (!name_.empty()) ::unlink(name_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  int fd() const { return fd_.get(); }
  const char* name() const { return name_.c_str(); }
  UniqueFd TakeFd() { return std::move(fd_); }

 private:
  std::string name_;
  UniqueFd fd_;
};

// Writes the pid and takes the lock, before anybody can find the file.
Status Fill(const TemporaryFile& file, const std::string& path) {
  const std::string text = fmt::format("{}\n", ::getpid());
  if (file.fd() < 0 || ::fchmod(file.fd(), kMode) != 0 ||
      ::write(file.fd(), text.data(), text.size()) !=
          static_cast<ssize_t>(text.size())) {
    return Status::FromErrno("write the pid file " + path, errno);
  }
  const Result<LeaseResult> lease = TakeWriteLease(file.fd());
  return lease ? Status() : lease.error();
}

Status ChangedHands(const std::string& path) {
  return Status(StatusCode::kUnavailable,
                path + " changed hands while it was looked at; start again");
}

// Gives the file its name, if nobody holds that.
Status Place(const TemporaryFile& file, const std::string& path) {
  const Result<UniqueFd> existing = OpenExisting(path, O_RDWR);
  if (!existing) return existing.error();
  if (!existing->valid()) {
    if (::link(file.name(), path.c_str()) == 0) return Status();
    if (errno == EEXIST) return ChangedHands(path);
    return Status::FromErrno("make the pid file " + path, errno);
  }
  if (Status owner = CheckOwner(path, existing->get()); !owner.ok()) {
    return owner;
  }
  const Result<LeaseResult> lease = TakeWriteLease(existing->get());
  if (!lease) return lease.error();
  if (*lease == LeaseResult::kBusy) return HeldBy(path, existing->get());
  // Whoever replaces the file holds its lock, so it stays what it is from here.
  if (!IsNamed(path, existing->get())) return ChangedHands(path);
  if (::rename(file.name(), path.c_str()) == 0) return Status();
  return Status::FromErrno("replace the pid file " + path, errno);
}

}  // namespace

Result<PidFile> PidFile::Create(const std::string& path) {
  TemporaryFile file(path);
  if (Status filled = Fill(file, path); !filled.ok()) return Fail(filled);
  Status placed = Place(file, path);
  for (int look = 1; look < kLooks && !placed.ok(); ++look) {
    std::this_thread::sleep_for(kBetweenLooks);
    placed = Place(file, path);
  }
  if (!placed.ok()) return Fail(placed);
  return PidFile(path, file.TakeFd());
}

Result<std::optional<pid_t>> PidFile::FindHolder(const std::string& path) {
  const Result<UniqueFd> file = OpenExisting(path, O_RDONLY);
  if (!file) return Fail(file.error());
  if (!file->valid()) return std::nullopt;
  const Result<bool> held = IsWriteLeased(file->get());
  if (!held) return Fail(held.error());
  if (!*held) return std::nullopt;
  const std::optional<pid_t> pid = ReadPid(file->get());
  if (!pid) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("{} is held by a live process and has no process "
                            "id in it",
                            path));
  }
  return pid;
}

PidFile::~PidFile() {
  if (!path_.empty() && IsNamed(path_, file_.get())) ::unlink(path_.c_str());
}

}  // namespace goxel
