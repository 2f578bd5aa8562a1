// Which processes have files of a render directory mapped, read from
// /proc/<pid>/maps (proc(5)): OFD locks name no process, mappings do.
//
// Linux only; elsewhere no process can be looked into, and the scan says so.

#ifndef CLIENTS_CPP_PROCESS_MAPPINGS_H_
#define CLIENTS_CPP_PROCESS_MAPPINGS_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "ipc/status.h"

namespace goxel {

struct FileMapping {
  pid_t pid = 0;
  std::string command;      // As the kernel shortens it: 15 characters.
  std::string file_name;    // In the directory; the last one of a removed file.
  std::uint64_t bytes = 0;  // Of address space, all pieces together.
  bool removed = false;     // The file has no name any more.
  bool writable = false;    // The daemon's own; readers map read-only.
};

struct MappingScan {
  std::vector<FileMapping> mappings;  // By pid, then by file name.
  std::size_t processes = 0;          // Looked at.
  std::size_t hidden = 0;  // Of these, not to be looked into by this user.
};

// Files are told by device and inode, so that processes that see the directory
// under another path (containers) are found too. kNotFound when there is no
// such directory.
Result<MappingScan> ScanMappings(const std::filesystem::path& directory);

}  // namespace goxel

#endif  // CLIENTS_CPP_PROCESS_MAPPINGS_H_
