// A range of a file, or anonymous memory with a descriptor, mapped into this
// process. Built on Boost.Interprocess' mapped_region.
//
// Ownership: the region unmaps when destroyed. It does not own the descriptor
// it was made from; the mapping outlives it. Every OFD lock taken through that
// descriptor lives until both the descriptor and the mapping are gone, which is
// what makes a mapping a lease (ipc/lease.h).

#ifndef IPC_MAPPED_REGION_H_
#define IPC_MAPPED_REGION_H_

#include <boost/interprocess/mapped_region.hpp>
#include <cstddef>
#include <cstdint>
#include <span>

#include "ipc/status.h"
#include "ipc/sys_result.h"

namespace goxel {

enum class MapAccess {
  kReadOnly,   // Shared, PROT_READ.
  kReadWrite,  // Shared, PROT_READ | PROT_WRITE.
};

class MappedRegion {
 public:
  MappedRegion() = default;  // Empty.

  // Maps `size` bytes of `fd` from `offset` (any value; the page arithmetic is
  // done here). kInvalidArgument when `size` is 0 or the file is shorter than
  // offset + size: such a mapping would end in SIGBUS.
  static Result<MappedRegion> Map(int fd, MapAccess access,
                                  std::uint64_t offset, std::size_t size);

  // As above, but nothing is checked, and an error is the errno of mmap(2).
  // REQUIRES: the range is not empty and lies in the file.
  static SysResult<MappedRegion> MapInside(int fd, MapAccess access,
                                           std::uint64_t offset,
                                           std::size_t size);

  // As Map(), the whole file.
  static Result<MappedRegion> MapAll(int fd, MapAccess access);

  // Memory without a file, filled with zeros. kResourceExhausted when there is
  // none.
  static Result<MappedRegion> MapAnonymous(std::size_t size);

  std::span<const std::byte> bytes() const;

  // REQUIRES: mapped with kReadWrite.
  std::span<std::byte> writable_bytes();

  std::size_t size() const { return region_.get_size(); }

  // Asks the kernel to make every page present and writable now, so that later
  // stores do not fault one page at a time. Best effort.
  void PopulateForWriting();

 private:
  boost::interprocess::mapped_region region_;
};

}  // namespace goxel

#endif  // IPC_MAPPED_REGION_H_
