// A render store for one directory as it was opened. It does not look whether
// the directory is still there (healing_store.h does), but says so when a
// render cannot land because of it.

#ifndef TRANSFER_DIRECTORY_STORE_H_
#define TRANSFER_DIRECTORY_STORE_H_

#include <memory>

#include "transfer/render_store.h"
#include "transfer/store_core.h"

namespace goxel {

// kInvalidArgument for a limit that is out of range.
Status CheckStoreOptions(const RenderStoreOptions& options);

// REQUIRES: `options` are valid, and `core` was opened with them.
std::unique_ptr<RenderStore> MakeDirectoryStore(
    RenderStoreOptions options, std::shared_ptr<StoreCore> core);

}  // namespace goxel

#endif  // TRANSFER_DIRECTORY_STORE_H_
