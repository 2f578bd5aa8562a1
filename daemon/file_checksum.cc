#include "daemon/file_checksum.h"

#include <fcntl.h>

#include <cerrno>

#include "ipc/mapped_region.h"
#include "ipc/unique_fd.h"
#include "transfer/checksum.h"

namespace goxel {

Result<Checksum> ChecksumOfFile(const std::filesystem::path& path,
                                ChecksumKind kind) {
  auto builder = ChecksumBuilder::Create(kind);
  if (!builder) return Fail(std::move(builder.error()));
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.valid())
    return Fail(Status::FromErrno("open " + path.string(), errno));
  auto file = MappedRegion::MapAll(fd.get(), MapAccess::kReadOnly);
  if (!file) return Fail(std::move(file.error()));
  builder->Add(file->bytes());
  return builder->Finish();
}

Result<Checksum> ChecksumOfRender(RenderStore& store, const RenderInfo& info,
                                  ChecksumKind kind) {
  if (auto leased = store.AcquireLease(info.id); !leased) {
    return Fail(std::move(leased.error()));
  }
  auto checksum = ChecksumOfFile(store.PathOf(info), kind);
  // A render that is gone by now has nobody left to show it to.
  if (checksum) (void)store.SetChecksum(info.id, *checksum);
  store.ReleaseLease(info.id);
  return checksum;
}

}  // namespace goxel
