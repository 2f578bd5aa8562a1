// The memory of a script: one region of a fixed size, so that what a script
// uses is limited, counted to the byte, and needs no system call.
//
// Thread safety: none.

#ifndef DAEMON_SCRIPT_HOST_ARENA_H_
#define DAEMON_SCRIPT_HOST_ARENA_H_

#include <cstddef>

namespace goxel {

class Arena {
 public:
  // Takes address space for `bytes`; memory as it is used. It is given back
  // with the process. ok() is false when the system refuses.
  explicit Arena(std::size_t bytes);
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  bool ok() const { return blocks_ != nullptr; }
  std::size_t size_bytes() const { return size_bytes_; }

  // As malloc(), realloc() and free().
  void* Allocate(std::size_t bytes);
  void* Reallocate(void* block, std::size_t bytes);
  void Free(void* block);

  // True once a block was refused.
  bool exhausted() const { return exhausted_; }

 private:
  struct Blocks;

  const std::size_t size_bytes_;
  Blocks* blocks_ = nullptr;  // At the start of the region.
  bool exhausted_ = false;
};

}  // namespace goxel

#endif  // DAEMON_SCRIPT_HOST_ARENA_H_
