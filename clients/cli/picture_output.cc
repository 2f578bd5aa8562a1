#include "clients/cli/picture_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <functional>
#include <span>
#include <vector>

#include "ipc/unique_fd.h"

namespace goxel {
namespace {

constexpr std::size_t kCopyBytes = 256 * 1024;

Status WriteAll(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return Status::FromErrno("write a copy", errno);
    }
  }
  return {};
}

// A file beside the target that takes the target's name when it is complete,
// and goes when it never is.
class NewFile {
 public:
  static Result<NewFile> Create(const std::filesystem::path& target) {
    std::string name =
        (target.parent_path() / ".goxelctl-XXXXXX").lexically_normal();
    UniqueFd fd(::mkostemp(name.data(), O_CLOEXEC));
    if (!fd.valid()) {
      return Fail(Status::FromErrno(
          fmt::format("make a file beside '{}'", target.native()), errno));
    }
    return NewFile(std::move(name), std::move(fd));
  }

  NewFile(NewFile&& other) noexcept = default;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile() {
    if (fd_.valid()) ::unlink(name_.c_str());
  }

  int fd() const { return fd_.get(); }

  Status NameAs(const std::filesystem::path& target, OutputAccess access) {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    const mode_t mode = access == OutputAccess::kOwner ? 0600 : 0666 & ~mask;
    if (::fchmod(fd_.get(), mode) != 0 ||
        ::rename(name_.c_str(), target.c_str()) != 0) {
      return Status::FromErrno(fmt::format("write '{}'", target.native()),
                               errno);
    }
    fd_.reset();
    return {};
  }

 private:
  NewFile(std::string name, UniqueFd fd)
      : name_(std::move(name)), fd_(std::move(fd)) {}

  std::string name_;
  UniqueFd fd_;  // Empty once the file has its name.
};

Status WriteTo(const std::string& target, OutputAccess access,
               const std::function<Status(int fd)>& write) {
  if (target == kStdoutName) return write(STDOUT_FILENO);
  auto file = NewFile::Create(target);
  if (!file) return file.error();
  if (Status written = write(file->fd()); !written.ok()) return written;
  return file->NameAs(target, access);
}

}  // namespace

Status CopyBytes(int from, int to) {
  std::vector<std::byte> buffer(kCopyBytes);
  for (;;) {
    const ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count == 0) return {};
    if (count > 0) {
      const auto size = static_cast<std::size_t>(count);
      Status written = WriteAll(to, std::span(buffer).first(size));
      if (!written.ok()) return written;
    } else if (errno != EINTR) {
      return Status::FromErrno("read what is copied", errno);
    }
  }
}

Status WriteBytes(std::span<const std::byte> bytes, const std::string& target,
                  OutputAccess access) {
  return WriteTo(target, access, [&](int to) { return WriteAll(to, bytes); });
}

Status CopyPicture(const std::filesystem::path& source,
                   const std::string& target) {
  const UniqueFd from(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
  if (!from.valid()) {
    return Status::FromErrno(fmt::format("open '{}'", source.native()), errno);
  }
  return WriteTo(target, OutputAccess::kByUmask,
                 [&](int to) { return CopyBytes(from.get(), to); });
}

Status WritePicture(const FileRender& render, const std::string& target) {
  if (!render.degraded) return CopyPicture(render.path, target);
  return WriteBytes(render.picture, target, OutputAccess::kByUmask);
}

Status WritePam(const MappedImage& image, const std::string& target) {
  const std::string header = fmt::format(
      "P7\nWIDTH {}\nHEIGHT {}\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\n"
      "ENDHDR\n",
      image.width(), image.height());
  return WriteTo(target, OutputAccess::kByUmask, [&](int to) {
    Status written = WriteAll(to, std::as_bytes(std::span(header)));
    for (std::uint32_t y = 0; y < image.height() && written.ok(); ++y) {
      written =
          WriteAll(to, image.row(y).first(std::size_t{image.width()} * 4));
    }
    return written;
  });
}

}  // namespace goxel
