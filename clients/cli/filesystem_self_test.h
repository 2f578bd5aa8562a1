// Checks of goxelctl doctor that try out what the daemon relies on, with files
// that never get a name or lose it again.

#ifndef CLIENTS_CLI_FILESYSTEM_SELF_TEST_H_
#define CLIENTS_CLI_FILESYSTEM_SELF_TEST_H_

#include <filesystem>

#include "clients/cli/finding.h"

namespace goxel {

// Unnamed files, block allocation, linking, leases on mappings, sealed memory.
// One note when the directory cannot be written to by this user.
void TestFilesystem(const std::filesystem::path& directory, Findings& findings);

}  // namespace goxel

#endif  // CLIENTS_CLI_FILESYSTEM_SELF_TEST_H_
