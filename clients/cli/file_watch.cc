#include "clients/cli/file_watch.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace goxel {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// A change is over when nothing more comes for so long; one that never ends is
// looked at now and then.
constexpr milliseconds kQuiet{50};
constexpr milliseconds kLongestChange{1000};
constexpr milliseconds kLongestPoll = std::chrono::hours(1);

// A file that was written is complete when it is closed, one that was moved
// when it gets its name. The others are the end of the directory.
constexpr std::uint32_t kEvents =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
constexpr std::uint32_t kEndOfDirectory =
    IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT;

// True when there is something to read before `deadline`.
bool AwaitReadable(int fd, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    const auto step = std::clamp(left, milliseconds(0), kLongestPoll);
    pollfd polled = {.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&polled, 1, static_cast<int>(step.count())) > 0) return true;
    if (left <= step) return false;
  }
}

}  // namespace

FileWatch::FileWatch(std::filesystem::path file, UniqueFd inotify)
    : file_(std::move(file)), inotify_(std::move(inotify)) {}

Result<FileWatch> FileWatch::Begin(const std::filesystem::path& file) {
  UniqueFd inotify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!inotify.valid()) {
    return Fail(Status::FromErrno("watch files", errno));
  }
  FileWatch watch(file, std::move(inotify));
  if (Status begun = watch.WatchName(file); !begun.ok()) {
    return Fail(std::move(begun));
  }
  std::error_code missing;
  const auto target = std::filesystem::canonical(file, missing);
  if (missing) return watch;
  if (Status begun = watch.WatchName(target); !begun.ok()) {
    return Fail(std::move(begun));
  }
  return watch;
}

Status FileWatch::WatchName(const std::filesystem::path& file) {
  const auto parent = file.parent_path();
  const std::string directory = parent.empty() ? "." : parent.string();
  const int number =
      ::inotify_add_watch(inotify_.get(), directory.c_str(), kEvents);
  if (number < 0) {
    return Status::FromErrno(fmt::format("watch directory '{}'", directory),
                             errno);
  }
  names_.push_back({number, file.filename()});
  return {};
}

bool FileWatch::IsWatched(int directory, const char* name) const {
  return std::ranges::any_of(names_, [&](const WatchedName& watched) {
    return watched.directory == directory && watched.name == name;
  });
}

Result<bool> FileWatch::TakeEvents() {
  bool changed = false;
  alignas(inotify_event) std::array<char, 8192> buffer;
  for (;;) {
    const ssize_t size = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return changed;
    for (ssize_t at = 0; at < size;) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + at, sizeof(event));
      const char* name = buffer.data() + at + sizeof(event);
      if (event.mask & kEndOfDirectory) {
        return Fail(StatusCode::kNotFound,
                    fmt::format("the directory of '{}' was removed or renamed; "
                                "watch the file where it is now",
                                file_.native()));
      }
      // With an overflow events were lost, perhaps of this file.
      changed |= (event.mask & IN_Q_OVERFLOW) != 0 ||
                 (event.len > 0 && IsWatched(event.wd, name));
      at += static_cast<ssize_t>(sizeof(event) + event.len);
    }
  }
}

Status FileWatch::WaitForChange(Clock::time_point deadline) {
  for (bool changed = false; !changed;) {
    if (!AwaitReadable(inotify_.get(), deadline)) {
      return {StatusCode::kTimedOut,
              fmt::format("'{}' was not changed in time", file_.native())};
    }
    const auto taken = TakeEvents();
    if (!taken) return taken.error();
    changed = *taken;
  }
  const auto latest = Clock::now() + kLongestChange;
  auto quiet = Clock::now() + kQuiet;
  while (AwaitReadable(inotify_.get(), std::min(quiet, latest)) &&
         Clock::now() < latest) {
    const auto taken = TakeEvents();
    if (!taken) return taken.error();
    if (*taken) quiet = Clock::now() + kQuiet;
  }
  return {};
}

}  // namespace goxel
