// What the files of the directory turn out to be at start: renders to adopt,
// or what is left of others.
//
// Thread safety: all functions may be called from any thread.

#ifndef TRANSFER_FILE_EXAMINATION_H_
#define TRANSFER_FILE_EXAMINATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ipc/render_record.h"
#include "ipc/status.h"
#include "transfer/clock.h"
#include "transfer/managed_directory.h"
#include "transfer/proven_file.h"
#include "transfer/render_table.h"

namespace goxel {

struct FoundFile {
  enum class Verdict { kValid, kExpired, kBroken };

  std::string name;
  RenderId id = 0;  // As in the name.
  Verdict verdict = Verdict::kBroken;
  LandedRender render;  // Of a valid one.
  std::int64_t modified_unix_ns = 0;

  bool pinned() const { return (render.info.flags & kRenderPinned) != 0; }
};

// Opens, stats and reads the start of every file with a render's name; other
// names are passed over. kStorageFailed when the system lacks descriptors or
// memory to do so: that says nothing about a file.
Result<std::vector<FoundFile>> ExamineFiles(
    const ManagedDirectory& directory, const Clock& clock,
    const ProvenFiles& proven, const std::vector<std::string>& names);

// The record in the first bytes of a render file. kDataLoss when there is none
// or it is not of this format.
Result<RenderRecord> ReadFileRecord(FileSystem& files, int fd,
                                    RenderFormat format);

}  // namespace goxel

#endif  // TRANSFER_FILE_EXAMINATION_H_
