// Checksums of renders that were committed without, computed when somebody asks
// and remembered by the store.

#ifndef DAEMON_CHECKSUM_ON_DEMAND_H_
#define DAEMON_CHECKSUM_ON_DEMAND_H_

#include "ipc/render_info.h"
#include "ipc/status.h"
#include "transfer/render_store.h"

namespace goxel {

// `info` with a checksum of `kind`: its own where it is of that kind, else one
// read from its file under a lease. Nothing is read for kNone. Takes as long as
// reading the file: not for the server's thread. kNotFound when the render is
// gone meanwhile.
Result<RenderInfo> WithChecksum(RenderStore& store, RenderInfo info,
                                ChecksumKind kind);

}  // namespace goxel

#endif  // DAEMON_CHECKSUM_ON_DEMAND_H_
