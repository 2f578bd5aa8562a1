// The checksum of a file that exists, for renders that were committed without.

#ifndef DAEMON_FILE_CHECKSUM_H_
#define DAEMON_FILE_CHECKSUM_H_

#include <filesystem>

#include "ipc/render_info.h"
#include "ipc/render_record.h"
#include "ipc/status.h"
#include "transfer/render_store.h"

namespace goxel {

// Reads the whole file: not for the server's thread. kNotFound and the like
// when it cannot be opened.
Result<Checksum> ChecksumOfFile(const std::filesystem::path& path,
                                ChecksumKind kind);

// That of a render's file, which the store then remembers. The render is leased
// meanwhile, so that its file is not used for another.
Result<Checksum> ChecksumOfRender(RenderStore& store, const RenderInfo& info,
                                  ChecksumKind kind);

}  // namespace goxel

#endif  // DAEMON_FILE_CHECKSUM_H_
