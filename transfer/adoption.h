// Start-up: what the last life of the daemon left in the directory.
//
// The files are the truth; no index is needed. A render is adopted when its
// name, its own record, its size and its owner agree and its time (mtime + TTL
// of the record) is not over. Files of our patterns that fail this are removed:
// expired, damaged, half made, or without a record (ppm, jpg, bmp, qoi). All
// other files are left alone.
//
// A pinned file, told by its sticky bit, is adopted whatever its date and lives
// a year from then.
//
// When the host itself went down under the last life (its index is LIVE and of
// another boot), pages of the files may never have reached the disk. Then only
// those are adopted whose checksum that index remembers and whose bytes still
// have it; the others count as damaged (ProvenFiles). A daemon that ended in
// order, or was killed in this boot, leaves files that are as it wrote them.
//
// A clock that was set back leaves files dated in the future: what would live
// longer than any request can ask for lives its TTL from now.

#ifndef TRANSFER_ADOPTION_H_
#define TRANSFER_ADOPTION_H_

#include "ipc/status.h"
#include "transfer/proven_file.h"
#include "transfer/store_core.h"

namespace goxel {

// Adopts as many renders as the limits allow, pinned ones and then the most
// recently used first, and removes the others.
// REQUIRES: nobody else uses `core` yet.
Status AdoptRenders(StoreCore& core, const ProvenFiles& proven);

}  // namespace goxel

#endif  // TRANSFER_ADOPTION_H_
