#include "transfer/proven_file.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "transfer/checksum.h"

namespace goxel {
namespace {

constexpr std::size_t kPieceBytes = 256 * 1024;

// An empty one when the file cannot be read.
Checksum ChecksumOf(FileSystem& files, int fd, ChecksumKind kind) {
  auto builder = ChecksumBuilder::Create(kind);
  if (!builder) return {};
  std::vector<std::byte> piece(kPieceBytes);
  std::uint64_t offset = 0;
  while (true) {
    const auto count = files.ReadAt(fd, piece, offset);
    if (!count) return {};
    if (*count == 0) return builder->Finish();
    builder->Add(std::span(piece).first(*count));
    offset += *count;
  }
}

}  // namespace

bool HostWentDown(const PreviousIndex& previous, const BootId& now) {
  return previous.state == IndexState::kLive && previous.boot_id != now;
}

ProvenFiles ProvenFiles::AfterHostWentDown(int directory_fd) {
  ProvenFiles proven;
  proven.everything_ = false;
  if (auto index = RenderIndexReader::Open(directory_fd)) {
    proven.remembered_.emplace(*std::move(index));
  }
  return proven;
}

bool ProvenFiles::Believes(FileSystem& files, int fd, RenderId id) const {
  if (everything_) return true;
  if (!remembered_) return false;
  const auto info = remembered_->Find(id);
  return info && info->checksum.kind != ChecksumKind::kNone &&
         ChecksumOf(files, fd, info->checksum.kind) == info->checksum;
}

}  // namespace goxel
