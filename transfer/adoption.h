// Start-up: what the last life of the daemon left in the directory.
//
// The files are the truth; no index is needed. A render is adopted when its
// name, its own record, its size and its owner agree and its time (mtime + TTL
// of the record) is not over. Files of our patterns that fail this are removed:
// expired, damaged, half made, or without a record (ppm, jpg, bmp, qoi). All
// other files are left alone.
//
// A clock that was set back leaves files dated in the future: what would live
// longer than any request can ask for lives its TTL from now.

#ifndef TRANSFER_ADOPTION_H_
#define TRANSFER_ADOPTION_H_

#include "ipc/status.h"
#include "transfer/store_core.h"

namespace goxel {

// Adopts as many renders as the limits allow, the most recently used first, and
// removes the others. REQUIRES: nobody else uses `core` yet.
Status AdoptRenders(StoreCore& core);

// The record in the first bytes of a render file. kDataLoss when there is none
// or it is not of this format.
Result<RenderRecord> ReadFileRecord(FileSystem& files, int fd,
                                    RenderFormat format);

}  // namespace goxel

#endif  // TRANSFER_ADOPTION_H_
