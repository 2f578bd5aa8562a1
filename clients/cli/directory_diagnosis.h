// Checks of goxelctl doctor that look at a render directory and at what is in
// it. They read only.

#ifndef CLIENTS_CLI_DIRECTORY_DIAGNOSIS_H_
#define CLIENTS_CLI_DIRECTORY_DIAGNOSIS_H_

#include <filesystem>

#include "clients/cli/finding.h"

namespace goxel {

// Owner, mode, parents, filesystem, space, and who else tidies up there. False
// when there is no directory to look into.
bool DiagnoseDirectory(const std::filesystem::path& directory,
                       Findings& findings);

// Lock, index, and files that should not be there.
void DiagnoseContent(const std::filesystem::path& directory,
                     Findings& findings);

}  // namespace goxel

#endif  // CLIENTS_CLI_DIRECTORY_DIAGNOSIS_H_
