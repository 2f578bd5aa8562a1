// Text that is made page by page while a client takes it, so that a reply of
// any length needs the memory of one page.

#ifndef DAEMON_PAGED_TEXT_H_
#define DAEMON_PAGED_TEXT_H_

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include "daemon/rpc.h"

namespace goxel {

class PagedText : public TextSource {
 public:
  Result<std::size_t> Read(std::span<char> buffer) final {
    std::size_t filled = 0;
    while (filled < buffer.size()) {
      if (taken_ == page_.size() && !TurnPage()) break;
      const std::size_t part =
          std::min(buffer.size() - filled, page_.size() - taken_);
      page_.copy(buffer.data() + filled, part, taken_);
      taken_ += part;
      filled += part;
    }
    return filled;
  }

 private:
  // Appends the next page to `page`, which is empty. False when all is said.
  virtual bool WritePage(std::string& page) = 0;

  bool TurnPage() {
    page_.clear();
    taken_ = 0;
    return WritePage(page_);
  }

  std::string page_;
  std::size_t taken_ = 0;  // Of page_.
};

// The elements of a JSON array, without its brackets.
class ArrayElements : public PagedText {
 public:
  // Appends the elements of a page, at least one, each with a comma behind it.
  using WriteElements =
      std::function<void(std::size_t page, std::string& text)>;

  ArrayElements(std::size_t pages, WriteElements write)
      : pages_(pages), write_(std::move(write)) {}

 private:
  bool WritePage(std::string& page) override {
    if (written_ == pages_) return false;
    write_(written_++, page);
    if (written_ == pages_) page.pop_back();
    return true;
  }

  const std::size_t pages_;
  const WriteElements write_;
  std::size_t written_ = 0;  // Pages.
};

}  // namespace goxel

#endif  // DAEMON_PAGED_TEXT_H_
