// How failures of a disk or a directory are told: always as kStorageFailed with
// the detail "errno" ("ENOSPC"), so that whoever asked can fall back to memory
// and say why. What a scene, a limit or a client got wrong has other codes.

#ifndef TRANSFER_STORAGE_FAILURE_H_
#define TRANSFER_STORAGE_FAILURE_H_

#include <string_view>

#include "ipc/status.h"

namespace goxel {

// With the system's words, whatever the errno. `what` names the failed
// operation and its operand.
Status StorageFailure(std::string_view what, int error_number);

// The same of a status that has the detail "errno"; others stay as they are.
Status StorageFailure(const Status& cause);

// The detail "errno" of a status; empty when it has none.
std::string_view ErrnoOf(const Status& status);

}  // namespace goxel

#endif  // TRANSFER_STORAGE_FAILURE_H_
