#include "renderer/gl/proof_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

namespace goxel {
namespace {

constexpr std::size_t kPixelOffset = 4096;

}  // namespace

Result<std::unique_ptr<ProofFile>> ProofFile::Create(std::size_t pixel_bytes) {
  const std::size_t size_bytes = kPixelOffset + pixel_bytes;
  const int fd = ::memfd_create("goxel zero-copy proof", MFD_CLOEXEC);
  if (fd < 0) return Fail(Status::FromErrno("memfd_create", errno));
  void* mapped = MAP_FAILED;
  if (::ftruncate(fd, static_cast<off_t>(size_bytes)) == 0) {
    mapped =
        ::mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  }
  if (mapped == MAP_FAILED) {
    const int error = errno;
    ::close(fd);
    return Fail(Status::FromErrno("map a memfd", error));
  }
  return std::unique_ptr<ProofFile>(
      new ProofFile(fd, {static_cast<std::byte*>(mapped), size_bytes}));
}

ProofFile::~ProofFile() {
  ::munmap(mapped_.data(), mapped_.size());
  ::close(fd_);
}

std::span<std::byte> ProofFile::pixels() const {
  return mapped_.subspan(kPixelOffset);
}

ImportableMemory ProofFile::memory() const {
  return {
      .fd = fd_, .size_bytes = mapped_.size(), .pixel_offset = kPixelOffset};
}

}  // namespace goxel
