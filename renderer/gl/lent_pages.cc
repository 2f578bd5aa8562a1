#include "renderer/gl/lent_pages.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace goxel {
namespace {

struct Mapping {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  std::uint64_t offset = 0;
  dev_t device = 0;
  ino_t inode = 0;

  bool Holds(const void* address) const {
    const auto value = reinterpret_cast<std::uintptr_t>(address);
    return begin <= value && value < end;
  }
  bool SameExtent(const Mapping& other) const {
    return end - begin == other.end - other.begin && offset == other.offset;
  }
};

// One line of /proc/self/maps, proc_pid_maps(5). False unless it is a shared,
// writable mapping.
bool ParseMapping(const std::string& line, Mapping& mapping) {
  unsigned major = 0;
  unsigned minor = 0;
  std::uint64_t inode = 0;
  const int fields = std::sscanf(
      line.c_str(), "%" SCNxPTR "-%" SCNxPTR " rw-s %" SCNx64 " %x:%x %" SCNu64,
      &mapping.begin, &mapping.end, &mapping.offset, &major, &minor, &inode);
  mapping.device = ::makedev(major, minor);
  mapping.inode = inode;
  return fields == 6;
}

std::vector<Mapping> MappingsOf(int fd) {
  std::vector<Mapping> mappings;
  struct stat file {};
  if (::fstat(fd, &file) != 0) return mappings;
  std::ifstream maps("/proc/self/maps");
  Mapping mapping;
  for (std::string line; std::getline(maps, line);) {
    if (ParseMapping(line, mapping) && mapping.inode == file.st_ino &&
        mapping.device == file.st_dev) {
      mappings.push_back(mapping);
    }
  }
  return mappings;
}

// The target range is replaced in one step and the source stays mapped, without
// pages: nobody else's mapping can come to lie in either.
bool MovePages(void* from, void* to, std::size_t bytes) {
  return ::mremap(from, bytes, bytes,
                  MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP,
                  to) != MAP_FAILED;
}

}  // namespace

LentPages::LentPages(int fd, const void* address) {
  const std::vector<Mapping> mappings = MappingsOf(fd);
  const auto lender = std::ranges::find_if(
      mappings, [address](const Mapping& each) { return each.Holds(address); });
  if (lender == mappings.end()) return;
  const auto borrower =
      std::ranges::find_if(mappings, [&](const Mapping& each) {
        return each.begin != lender->begin && each.SameExtent(*lender);
      });
  if (mappings.size() != 2 || borrower == mappings.end()) return;
  lender_ = reinterpret_cast<void*>(lender->begin);
  bytes_ = lender->end - lender->begin;
  void* const to = reinterpret_cast<void*>(borrower->begin);
  if (MovePages(lender_, to, bytes_)) borrower_ = to;
}

LentPages::~LentPages() {
  // When this fails both mappings are whole all the same, and the lender's
  // pages fault in again.
  if (lent()) MovePages(borrower_, lender_, bytes_);
}

}  // namespace goxel
