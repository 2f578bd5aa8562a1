#include "daemon/script_host/arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <boost/interprocess/mem_algo/rbtree_best_fit.hpp>
#include <boost/interprocess/sync/mutex_family.hpp>
#include <cstring>
#include <new>

namespace goxel {

struct Arena::Blocks : boost::interprocess::rbtree_best_fit<
                           boost::interprocess::null_mutex_family, void*> {
  using rbtree_best_fit::rbtree_best_fit;
};

Arena::Arena(std::size_t bytes) : size_bytes_(bytes) {
  void* region = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (region != MAP_FAILED) blocks_ = new (region) Blocks(bytes, 0);
}

void* Arena::Allocate(std::size_t bytes) {
  if (bytes == 0) return nullptr;
  void* block = blocks_->allocate(bytes);
  if (block == nullptr) exhausted_ = true;
  return block;
}

void* Arena::Reallocate(void* block, std::size_t bytes) {
  if (block == nullptr) return Allocate(bytes);
  if (bytes == 0) {
    Free(block);
    return nullptr;
  }
  const std::size_t room = blocks_->size(block);
  if (bytes <= room && bytes >= room / 2) return block;
  void* moved = Allocate(bytes);
  if (moved == nullptr) return bytes <= room ? block : nullptr;
  std::memcpy(moved, block, std::min(room, bytes));
  Free(block);
  return moved;
}

void Arena::Free(void* block) {
  if (block != nullptr) blocks_->deallocate(block);
}

}  // namespace goxel
