#include "renderer/gl/imported_texture.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace goxel {
namespace {

// printf llvmpipe | sha1sum
constexpr std::array<std::uint8_t, 16> kDriverId = {
    0x6c, 0xb9, 0xee, 0x07, 0x4a, 0x0b, 0xad, 0x7b,
    0x01, 0x2e, 0x1b, 0xe9, 0x69, 0x7e, 0x53, 0x0f};

constexpr std::size_t kPageBytes = 4096;

struct MemoryHeader {
  std::uint64_t size_bytes;
  std::uint64_t pixel_offset;
  std::array<std::uint8_t, 16> driver_id;
};
static_assert(sizeof(MemoryHeader) == 32, "the layout Mesa reads");

Status CheckGeometry(const ImportableMemory& memory, std::uint32_t width,
                     std::uint32_t height) {
  const std::size_t pixel_bytes = std::size_t{width} * height * 4;
  if (memory.pixel_offset < kPageBytes ||
      memory.pixel_offset % kPageBytes != 0) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("pixels at offset {} of a file; give a positive "
                            "multiple of {}",
                            memory.pixel_offset, kPageBytes));
  }
  struct stat file {};
  if (::fstat(memory.fd, &file) != 0) {
    return Status::FromErrno(fmt::format("fstat descriptor {}", memory.fd),
                             errno);
  }
  // Drawing beyond the end of a file would raise SIGBUS.
  const auto file_bytes = static_cast<std::size_t>(file.st_size);
  const std::size_t end = memory.pixel_offset + pixel_bytes;
  if (memory.size_bytes <= file_bytes && end <= memory.size_bytes) return {};
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("{} x {} pixels end at byte {} of a file of {} "
                          "bytes, said to have {}; give one that holds them",
                          width, height, end, file_bytes, memory.size_bytes));
}

Status WriteAt(int fd, const void* bytes, std::size_t count,
               std::size_t offset) {
  const ssize_t written =
      ::pwrite(fd, bytes, count, static_cast<off_t>(offset));
  if (written == static_cast<ssize_t>(count)) return {};
  return Status::FromErrno(
      fmt::format("write {} bytes at {} of descriptor {}", count, offset, fd),
      written < 0 ? errno : EIO);
}

Status WriteHeader(const ImportableMemory& memory) {
  const MemoryHeader header = {.size_bytes = memory.size_bytes,
                               .pixel_offset = memory.pixel_offset,
                               .driver_id = kDriverId};
  Status status = WriteAt(memory.fd, &header, sizeof(header), 0);
  if (!status.ok()) return status;
  const std::uint64_t offset = memory.pixel_offset;
  return WriteAt(memory.fd, &offset, sizeof(offset),
                 memory.pixel_offset - sizeof(offset));
}

}  // namespace

Result<ImportedTexture> ImportedTexture::Import(const GlFunctions& gl,
                                                const ImportableMemory& memory,
                                                std::uint32_t width,
                                                std::uint32_t height) {
  Status status = CheckGeometry(memory, width, height);
  if (status.ok()) status = WriteHeader(memory);
  if (!status.ok()) return Fail(std::move(status));

  // The GL takes the descriptor it is given.
  const int fd = ::dup(memory.fd);
  if (fd < 0) return Fail(Status::FromErrno("dup a render's file", errno));
  GlObject object(gl.CreateMemoryObjectsEXT, gl.DeleteMemoryObjectsEXT);
  gl.ImportMemoryFdEXT(object.id(), memory.size_bytes,
                       GL_HANDLE_TYPE_OPAQUE_FD_EXT, fd);
  GlObject texture(gl.GenTextures, gl.DeleteTextures);
  gl.BindTexture(GL_TEXTURE_2D, texture.id());
  gl.TexStorageMem2DEXT(GL_TEXTURE_2D, 1, GL_RGBA8, static_cast<GLsizei>(width),
                        static_cast<GLsizei>(height), object.id(), 0);
  gl.BindTexture(GL_TEXTURE_2D, 0);
  if (Status error = TakeGlError(gl, "import a file as texture"); !error.ok()) {
    return Fail(StatusCode::kUnavailable, error.message());
  }
  return ImportedTexture(std::move(object), std::move(texture));
}

}  // namespace goxel
