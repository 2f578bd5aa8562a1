// What is in the directory of a kill loop, looked at from outside while its
// writer is dead or stopped.

#ifndef TESTS_KILL_LOOP_DIRECTORY_AUDIT_H_
#define TESTS_KILL_LOOP_DIRECTORY_AUDIT_H_

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "ipc/render_record.h"
#include "tests/kill_loop/ledger.h"

namespace goxel {

struct FoundRender {
  std::string name;
  RenderId id = 0;
  bool valid = false;  // Header, name and size agree; PNGs count as valid.
  std::int64_t expires_unix_ns = 0;
};

struct DirectoryContent {
  std::vector<FoundRender> renders;
  std::vector<std::string> hidden;
  // Allocated blocks of all files but index and lock.
  std::uint64_t bytes = 0;
};

DirectoryContent Inspect(const std::filesystem::path& directory);

// Allocated blocks of the files of this directory's filesystem that the process
// has open without a name.
std::uint64_t UnnamedBytes(pid_t pid, const std::filesystem::path& directory);

// Idle frames of the pool, which is limited by bytes, are left out.
std::size_t CountDescriptors(pid_t pid);

// The writer is dead: every promised render whose time is not over and that the
// dead writer's index shows has its whole file, and no more of the others are
// missing than the writer says it has removed.
void CheckPromises(const std::filesystem::path& directory, Ledger& ledger);

// A writer has just started on what `before` says: it shows all that were valid
// and are not expired, and has found nothing broken.
void CheckAdoption(const std::filesystem::path& directory,
                   const DirectoryContent& before, Ledger& ledger);

// Nobody has a lease on any render.
void CheckNothingIsLeased(const std::filesystem::path& directory,
                          Ledger& ledger);

}  // namespace goxel

#endif  // TESTS_KILL_LOOP_DIRECTORY_AUDIT_H_
