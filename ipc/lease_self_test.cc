#include "ipc/lease_self_test.h"

#include <array>
#include <cerrno>
#include <cstddef>

#include "ipc/unnamed_file.h"

namespace goxel {
namespace {

// The hidden name of a file that is being made (IsHiddenFileName), where it
// needs one: a start removes it if we cannot.
constexpr char kTestFileName[] = ".staged_1ea5e00000000000";

Status Failure(int error_number) {
  return Status::FromErrno("test leases in the render directory", error_number);
}

// What a kernel or filesystem without such locks answers.
bool LacksLeases(int error_number) {
  return error_number == EINVAL || error_number == ENOLCK ||
         error_number == EOPNOTSUPP || error_number == ENOSYS;
}

// True when the exclusive lock can be had; gives it up again.
SysResult<bool> IsFree(FileSystem& files, int fd) {
  const auto probe = files.TryWriteLease(fd);
  if (!probe) return tl::unexpected(probe.error());
  if (*probe == LeaseResult::kBusy) return false;
  if (const auto released = files.ReleaseLease(fd); !released) {
    return tl::unexpected(released.error());
  }
  return true;
}

SysResult<bool> HoldsLease(FileSystem& files, int writer_fd,
                           UniqueFd reader_fd) {
  const auto lease = files.TryReadLease(reader_fd.get());
  if (!lease) return tl::unexpected(lease.error());
  auto mapping = files.Map(reader_fd.get(), MapAccess::kReadOnly, 0, 1);
  if (!mapping) return tl::unexpected(mapping.error());
  reader_fd.reset();
  const auto free_while_mapped = IsFree(files, writer_fd);
  if (!free_while_mapped) return free_while_mapped;

  *mapping = MappedRegion();
  const auto free_when_unmapped = IsFree(files, writer_fd);
  if (!free_when_unmapped) return free_when_unmapped;
  return *lease == LeaseResult::kGranted && !*free_while_mapped &&
         *free_when_unmapped;
}

}  // namespace

Result<bool> MappingsHoldLeases(int directory_fd,
                                const std::shared_ptr<FileSystem>& files) {
  const auto file =
      UnnamedFile::Create(directory_fd, kTestFileName, 0600, files);
  if (!file) return Fail(file.error());
  const std::array<std::byte, 1> content{};
  if (const auto written = files->WriteAt(file->fd(), content, 0); !written) {
    return Fail(Failure(written.error()));
  }
  auto reader = file->Reopen();
  if (!reader) return Fail(std::move(reader.error()));
  const auto holds = HoldsLease(*files, file->fd(), *std::move(reader));
  if (holds) return *holds;
  if (LacksLeases(holds.error())) return false;
  return Fail(Failure(holds.error()));
}

}  // namespace goxel
