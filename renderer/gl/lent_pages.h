// Lends the pages of one mapping of a file to another mapping of the same file.
//
// A rasteriser that has just mapped a picture's file takes a page fault for
// each of its pages, 8,100 at 4K, which costs more than the copy that drawing
// into the file saves. But the caller has the file mapped with all pages
// present: mremap(2) moves page tables from one mapping to the other, and back,
// in a fraction of a millisecond. The GL tells nobody where its mapping is, so
// it is looked up in /proc/self/maps by the file behind it.

#ifndef RENDERER_GL_LENT_PAGES_H_
#define RENDERER_GL_LENT_PAGES_H_

#include <cstddef>

namespace goxel {

class LentPages {
 public:
  // Moves the pages of the mapping of `fd` that holds `address` to the one
  // other mapping of it that has the same extent. Best effort: where there is
  // no such mapping, or the system cannot do it, pages fault in one by one as
  // ever. Both ranges stay mapped all the time, by the file.
  LentPages(int fd, const void* address);

  // Moves them back. REQUIRES: both mappings still there.
  ~LentPages();
  LentPages(const LentPages&) = delete;
  LentPages& operator=(const LentPages&) = delete;

  // True when pages were moved.
  bool lent() const { return borrower_ != nullptr; }

 private:
  void* lender_ = nullptr;
  void* borrower_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace goxel

#endif  // RENDERER_GL_LENT_PAGES_H_
