// Spare frames: mapped files of the directory that hold no render and wait for
// the next one. Taking one costs nothing where making a 4K frame costs 20 ms.
//
// A size class is one exact file size, because a render's file ends with its
// last pixel. Which classes are worth keeping follows from the last few renders
// that were staged: a size staged twice among them is in steady use, and there
// can be two of those, as when a preview and a large picture take turns. A
// spare gives way to a render of another size unless both are in steady use.
//
// Thread safety: none; the render table calls it under its mutex.

#ifndef TRANSFER_SPARE_POOL_H_
#define TRANSFER_SPARE_POOL_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "transfer/frame.h"

namespace goxel {

// A mapped file of the directory that holds no render.
struct SpareFrame {
  Frame frame;
  std::string hidden_name;  // Empty: the file has no name.
  bool leased = false;      // We hold its exclusive lease: it was recycled.
};

class SparePool {
 public:
  // One is taken while the other waits: so a directory that is always full
  // neither removes a file nor makes one.
  static constexpr std::size_t kMaxPerSize = 2;
  static constexpr std::size_t kMaxSpares = 2 * kMaxPerSize;

  // A render of this size is being staged.
  void NoteStaged(std::size_t file_bytes);

  // Whether a frame of this size is worth keeping while a render whose frame
  // has `staged_bytes` looks for room: 0 when it takes none, nullopt when
  // nobody looks.
  bool IsWanted(std::size_t file_bytes,
                std::optional<std::size_t> staged_bytes) const;

  // False when there are enough spares, of this size or at all.
  bool HasPlace(std::size_t file_bytes) const;

  // A size that is staged these days without a spare of it waiting.
  std::optional<std::size_t> FirstMissing() const;

  // Returns the oldest spare when there are too many.
  std::optional<SpareFrame> Add(SpareFrame spare);

  // A spare of exactly this size.
  std::optional<SpareFrame> Take(std::size_t file_bytes);
  // The oldest that is not wanted (see above), the oldest of all.
  std::optional<SpareFrame> TakeUnwanted(std::size_t staged_bytes);
  std::optional<SpareFrame> TakeOldest();

 private:
  std::size_t CountStaged(std::size_t file_bytes) const;
  std::size_t CountSpares(std::size_t file_bytes) const;
  std::optional<SpareFrame> TakeAt(std::vector<SpareFrame>::iterator place);

  std::vector<SpareFrame> spares_;       // Oldest first.
  std::array<std::size_t, 4> staged_{};  // The latest sizes; a ring.
  std::size_t next_ = 0;                 // In staged_.
};

}  // namespace goxel

#endif  // TRANSFER_SPARE_POOL_H_
