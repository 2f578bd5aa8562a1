#include "daemon/checksum_on_demand.h"

#include <utility>

#include "daemon/file_checksum.h"
#include "daemon/store_lease.h"

namespace goxel {

Result<RenderInfo> WithChecksum(RenderStore& store, RenderInfo info,
                                ChecksumKind kind) {
  if (kind == ChecksumKind::kNone || info.checksum.kind == kind) return info;
  // Without it the file could become another render's while it is read.
  const auto lease = StoreLease::Acquire(store, info.id);
  if (!lease) return Fail(lease.error());
  const auto checksum = ChecksumOfFile(store.PathOf(info), kind);
  if (!checksum) return Fail(checksum.error());
  info.checksum = *checksum;
  if (Status kept = store.SetChecksum(info.id, *checksum); !kept.ok()) {
    return Fail(std::move(kept));
  }
  return info;
}

}  // namespace goxel
