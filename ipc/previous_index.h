// What the next writer of a directory learns from the index (index_layout.h)
// that the one before it left there: whether that one ended in order, and in
// which boot of the host it lived.

#ifndef IPC_PREVIOUS_INDEX_H_
#define IPC_PREVIOUS_INDEX_H_

#include <array>
#include <cstdint>
#include <optional>

#include "ipc/file_system.h"
#include "ipc/index_layout.h"
#include "ipc/sys_result.h"

namespace goxel {

using BootId = std::array<std::uint8_t, 16>;

// The kernel's UUID of this boot, as bytes; zeros where there is none.
BootId ReadBootId(FileSystem& files);

struct PreviousIndex {
  std::uint64_t epoch = 0;
  BootId boot_id{};
  IndexState state = IndexState::kBuilding;
};

// nullopt when there is none, or none of this layout.
SysResult<std::optional<PreviousIndex>> ReadPreviousIndex(FileSystem& files,
                                                          int directory_fd);

// The same page mapped, for the writer that takes over to retire it; empty when
// there is none or it cannot be written to.
MappedRegion MapPreviousHeader(FileSystem& files, int directory_fd);

}  // namespace goxel

#endif  // IPC_PREVIOUS_INDEX_H_
