// Which render files can be believed after the host itself went down.
//
// A file's name and header may have reached the disk before its pixels did, or
// without them: nothing here waits for a disk (fsync(2)), which would cost more
// than drawing again. What proves a file then is its checksum, remembered by
// the index of that life.
//
// Thread safety: none.

#ifndef TRANSFER_PROVEN_FILE_H_
#define TRANSFER_PROVEN_FILE_H_

#include <optional>

#include "ipc/file_system.h"
#include "ipc/previous_index.h"
#include "ipc/render_index_reader.h"
#include "ipc/render_record.h"

namespace goxel {

// True when the index was LIVE to the end of another boot: nobody had the time
// to end in order, or to write the files back.
bool HostWentDown(const PreviousIndex& previous, const BootId& now);

class ProvenFiles {
 public:
  // Nothing has to be proven.
  ProvenFiles() = default;
  // Everything has to be, by the index that is in the directory.
  static ProvenFiles AfterHostWentDown(int directory_fd);

  // Reads the whole file where it has to be proven. False also when no checksum
  // is known, or the file cannot be read.
  bool Believes(FileSystem& files, int fd, RenderId id) const;

 private:
  bool everything_ = true;
  std::optional<RenderIndexReader> remembered_;
};

}  // namespace goxel

#endif  // TRANSFER_PROVEN_FILE_H_
