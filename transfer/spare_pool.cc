#include "transfer/spare_pool.h"

#include <algorithm>
#include <utility>

namespace goxel {
namespace {

// Of the latest stagings, those that make a steady use.
constexpr std::size_t kSteady = 2;

}  // namespace

void SparePool::NoteStaged(std::size_t file_bytes) {
  staged_[next_] = file_bytes;
  next_ = (next_ + 1) % staged_.size();
}

bool SparePool::IsWanted(std::size_t file_bytes,
                         std::optional<std::size_t> staged_bytes) const {
  if (!staged_bytes) return CountStaged(file_bytes) > 0;
  if (*staged_bytes == 0) return false;
  return file_bytes == *staged_bytes || (CountStaged(file_bytes) >= kSteady &&
                                         CountStaged(*staged_bytes) >= kSteady);
}

bool SparePool::HasPlace(std::size_t file_bytes) const {
  return spares_.size() < kMaxSpares && CountSpares(file_bytes) < kMaxPerSize;
}

std::optional<std::size_t> SparePool::FirstMissing() const {
  const std::size_t latest =
      staged_[(next_ + staged_.size() - 1) % staged_.size()];
  for (std::size_t i = 0; i < staged_.size(); ++i) {
    // From the latest back to the one staged longest ago.
    const std::size_t bytes =
        staged_[(next_ + staged_.size() - 1 - i) % staged_.size()];
    if (bytes == 0 || CountSpares(bytes) > 0) continue;
    if (bytes == latest || IsWanted(bytes, latest)) return bytes;
  }
  return std::nullopt;
}

std::optional<SpareFrame> SparePool::Add(SpareFrame spare) {
  spares_.push_back(std::move(spare));
  if (spares_.size() <= kMaxSpares) return std::nullopt;
  return TakeOldest();
}

std::optional<SpareFrame> SparePool::Take(std::size_t file_bytes) {
  return TakeAt(std::ranges::find(
      spares_, file_bytes,
      [](const SpareFrame& spare) { return spare.frame.file_bytes(); }));
}

std::optional<SpareFrame> SparePool::TakeUnwanted(std::size_t staged_bytes) {
  return TakeAt(std::ranges::find_if(spares_, [&](const SpareFrame& spare) {
    return !IsWanted(spare.frame.file_bytes(), staged_bytes);
  }));
}

std::optional<SpareFrame> SparePool::TakeOldest() {
  return TakeAt(spares_.begin());
}

std::size_t SparePool::CountStaged(std::size_t file_bytes) const {
  return static_cast<std::size_t>(std::ranges::count(staged_, file_bytes));
}

std::size_t SparePool::CountSpares(std::size_t file_bytes) const {
  return static_cast<std::size_t>(std::ranges::count(
      spares_, file_bytes,
      [](const SpareFrame& spare) { return spare.frame.file_bytes(); }));
}

std::optional<SpareFrame> SparePool::TakeAt(
    std::vector<SpareFrame>::iterator place) {
  if (place == spares_.end()) return std::nullopt;
  SpareFrame spare = std::move(*place);
  spares_.erase(place);
  return spare;
}

}  // namespace goxel
