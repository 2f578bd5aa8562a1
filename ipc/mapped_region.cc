#include "ipc/mapped_region.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/interprocess/anonymous_shared_memory.hpp>
#include <boost/interprocess/detail/os_file_functions.hpp>
#include <boost/interprocess/exceptions.hpp>
#include <cerrno>

namespace goxel {
namespace {

namespace bip = boost::interprocess;

// Lets Boost map a descriptor that is already open; its own file_mapping opens
// a path, which would lose the lock that the open file description carries.
class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}
  bip::mapping_handle_t get_mapping_handle() const {
    return bip::ipcdetail::mapping_handle_from_file_handle(fd_);
  }

 private:
  int fd_;
};

Result<std::uint64_t> FileSize(int fd) {
  struct stat status;
  if (::fstat(fd, &status) != 0) {
    return Fail(Status::FromErrno("fstat a file to map", errno));
  }
  return static_cast<std::uint64_t>(status.st_size);
}

Status RequireRange(int fd, std::uint64_t offset, std::size_t size) {
  if (size == 0) {
    return Fail(StatusCode::kInvalidArgument,
                "cannot map 0 bytes; map at least one");
  }
  const auto file_size = FileSize(fd);
  if (!file_size) return file_size.error();
  if (offset > *file_size || size > *file_size - offset) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("cannot map {} bytes from offset {} of a file of "
                            "{} bytes; stay inside the file",
                            size, offset, *file_size));
  }
  return {};
}

}  // namespace

Result<MappedRegion> MappedRegion::Map(int fd, MapAccess access,
                                       std::uint64_t offset, std::size_t size) {
  if (Status range = RequireRange(fd, offset, size); !range.ok()) {
    return Fail(std::move(range));
  }
  auto mapped = MapInside(fd, access, offset, size);
  if (mapped) return *std::move(mapped);
  return Fail(Status::FromErrno(
      fmt::format("map {} bytes from offset {}", size, offset),
      mapped.error()));
}

SysResult<MappedRegion> MappedRegion::MapInside(int fd, MapAccess access,
                                                std::uint64_t offset,
                                                std::size_t size) {
  const auto mode =
      access == MapAccess::kReadOnly ? bip::read_only : bip::read_write;
  try {
    MappedRegion mapped;
    mapped.region_ = bip::mapped_region(
        OpenFile(fd), mode, static_cast<bip::offset_t>(offset), size);
    return mapped;
  } catch (const bip::interprocess_exception& error) {
    return tl::unexpected(static_cast<int>(error.get_native_error()));
  }
}

Result<MappedRegion> MappedRegion::MapAll(int fd, MapAccess access) {
  const auto size = FileSize(fd);
  if (!size) return Fail(size.error());
  return Map(fd, access, 0, static_cast<std::size_t>(*size));
}

Result<MappedRegion> MappedRegion::MapAnonymous(std::size_t size) {
  try {
    MappedRegion mapped;
    mapped.region_ = bip::anonymous_shared_memory(size);
    return mapped;
  } catch (const bip::interprocess_exception& error) {
    return Fail(Status::FromErrno(fmt::format("map {} bytes of memory", size),
                                  static_cast<int>(error.get_native_error())));
  }
}

std::span<const std::byte> MappedRegion::bytes() const {
  return {static_cast<const std::byte*>(region_.get_address()),
          region_.get_size()};
}

std::span<std::byte> MappedRegion::writable_bytes() {
  return {static_cast<std::byte*>(region_.get_address()), region_.get_size()};
}

void MappedRegion::PopulateForWriting() {
#ifdef MADV_POPULATE_WRITE
  if (region_.get_size() == 0) return;
  const auto begin = reinterpret_cast<std::uintptr_t>(region_.get_address());
  const auto in_page = begin % bip::mapped_region::get_page_size();
  // Where the kernel is too old for it, stores fault pages in as usual.
  static_cast<void>(::madvise(reinterpret_cast<void*>(begin - in_page),
                              region_.get_size() + in_page,
                              MADV_POPULATE_WRITE));
#endif
}

}  // namespace goxel
