// The real file system with a script: the Nth call fails, or kills the process.

#ifndef TESTS_SCRIPTED_FILE_SYSTEM_H_
#define TESTS_SCRIPTED_FILE_SYSTEM_H_

#include <signal.h>

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "transfer/file_system.h"

namespace goxel {

class ScriptedFileSystem final : public FileSystem {
 public:
  // The `nth` call from now on, counted from 1, returns `error_number`.
  void FailAt(int nth, int error_number) {
    calls_ = 0;
    fail_at_ = nth;
    error_number_ = error_number;
  }
  // The process dies by SIGKILL before or after the `nth` call from now on.
  void KillBefore(int nth) {
    calls_ = 0;
    kill_before_ = nth;
  }
  void KillAfter(int nth) {
    calls_ = 0;
    kill_after_ = nth;
  }
  // Ends the script; true when its call was reached.
  bool Disarm() {
    const bool reached = fail_at_ > 0 && calls_ >= fail_at_;
    fail_at_ = kill_before_ = kill_after_ = 0;
    return reached;
  }

  SysResult<void> MakeDirectory(const std::filesystem::path& path,
                                mode_t mode) override {
    return Step<SysResult<void>>(
        [&] { return real_.MakeDirectory(path, mode); });
  }
  SysResult<UniqueFd> Open(int directory_fd, const std::string& name, int flags,
                           mode_t mode) override {
    return Step<SysResult<UniqueFd>>(
        [&] { return real_.Open(directory_fd, name, flags, mode); });
  }
  SysResult<struct stat> Stat(int fd) override {
    return Step<SysResult<struct stat>>([&] { return real_.Stat(fd); });
  }
  SysResult<std::uint64_t> Type(int fd) override {
    return Step<SysResult<std::uint64_t>>([&] { return real_.Type(fd); });
  }
  SysResult<std::vector<std::string>> List(int directory_fd) override {
    return Step<SysResult<std::vector<std::string>>>(
        [&] { return real_.List(directory_fd); });
  }
  SysResult<void> SetMode(int fd, mode_t mode) override {
    return Step<SysResult<void>>([&] { return real_.SetMode(fd, mode); });
  }
  SysResult<void> SetModified(int fd, std::int64_t unix_ns) override {
    return Step<SysResult<void>>(
        [&] { return real_.SetModified(fd, unix_ns); });
  }
  SysResult<void> SetModifiedAt(int directory_fd, const std::string& name,
                                std::int64_t unix_ns) override {
    return Step<SysResult<void>>(
        [&] { return real_.SetModifiedAt(directory_fd, name, unix_ns); });
  }
  SysResult<std::size_t> ReadAt(int fd, std::span<std::byte> bytes,
                                std::uint64_t offset) override {
    return Step<SysResult<std::size_t>>(
        [&] { return real_.ReadAt(fd, bytes, offset); });
  }
  SysResult<std::size_t> Write(int fd,
                               std::span<const std::byte> bytes) override {
    return Step<SysResult<std::size_t>>([&] { return real_.Write(fd, bytes); });
  }
  Result<Frame> MakeFrame(UniqueFd fd, std::size_t file_bytes) override {
    return Step<Result<Frame>>(
        [&] { return real_.MakeFrame(std::move(fd), file_bytes); });
  }
  SysResult<void> Link(int fd, int directory_fd,
                       const std::string& name) override {
    return Step<SysResult<void>>(
        [&] { return real_.Link(fd, directory_fd, name); });
  }
  SysResult<void> Rename(int directory_fd, const std::string& from,
                         const std::string& to) override {
    return Step<SysResult<void>>(
        [&] { return real_.Rename(directory_fd, from, to); });
  }
  SysResult<void> Unlink(int directory_fd, const std::string& name) override {
    return Step<SysResult<void>>(
        [&] { return real_.Unlink(directory_fd, name); });
  }
  Result<LeaseResult> TryWriteLease(int fd) override {
    return Step<Result<LeaseResult>>([&] { return real_.TryWriteLease(fd); });
  }

 private:
  template <typename R, typename Call>
  R Step(Call call) {
    const int number = ++calls_;
    if (number == kill_before_) ::raise(SIGKILL);
    if (number == fail_at_) {
      if constexpr (std::is_same_v<typename R::error_type, int>) {
        return tl::unexpected(error_number_);
      } else {
        return Fail(Status::FromErrno("a scripted call", error_number_));
      }
    }
    R result = call();
    if (number == kill_after_) ::raise(SIGKILL);
    return result;
  }

  SystemFileSystem real_;
  std::atomic<int> calls_{0};
  int fail_at_ = 0;
  int error_number_ = 0;
  int kill_before_ = 0;
  int kill_after_ = 0;
};

}  // namespace goxel

#endif  // TESTS_SCRIPTED_FILE_SYSTEM_H_
