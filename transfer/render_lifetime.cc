#include "transfer/render_lifetime.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <utility>

namespace goxel {

RenderLifetime::RenderLifetime(const ManagedDirectory* directory,
                               RenderTable* table)
    : directory_(directory), table_(table) {}

Result<RenderInfo> RenderLifetime::Touch(RenderId id,
                                         std::chrono::seconds ttl) {
  const std::lock_guard lock(changes_);
  return Date(table_->Touch(id, ttl));
}

Result<RenderInfo> RenderLifetime::Reuse(ContentKey key,
                                         std::chrono::seconds ttl,
                                         bool plain_reader) {
  const std::lock_guard lock(changes_);
  const auto renewal = table_->Reuse(key, ttl, plain_reader);
  if (!renewal) return Fail(renewal.error());
  const RenderInfo& info = renewal->info;
  Status there = directory_->CheckReachable(RenderFileName(info));
  if (there.ok()) return renewal->moved ? Date(renewal) : info;
  if (there.code() == StatusCode::kNotFound) table_->Forget(info.id);
  return Fail(std::move(there));
}

// The table first: from then on the render is not evicted, and whatever happens
// to its file, it is not used for another render.
Result<RenderInfo> RenderLifetime::Pin(RenderId id) {
  const std::lock_guard lock(changes_);
  const auto before = table_->Find(id);
  if (!before) return before;
  const auto pinned = table_->Pin(id);
  if (!pinned) return Fail(pinned.error());
  if (Status marked = SetSticky(pinned->info, true); !marked.ok()) {
    (void)table_->Unpin(id, std::chrono::seconds(before->ttl_s));
    return Fail(Lose(id, std::move(marked)));
  }
  return Date(pinned);
}

// The file first: while the table says pinned, the file stays this render's.
Result<RenderInfo> RenderLifetime::Unpin(
    RenderId id, std::optional<std::chrono::seconds> ttl) {
  const std::lock_guard lock(changes_);
  const auto info = table_->Find(id);
  if (!info || (info->flags & kRenderPinned) == 0) return info;
  if (Status unmarked = SetSticky(*info, false); !unmarked.ok()) {
    return Fail(Lose(id, std::move(unmarked)));
  }
  return Date(table_->Unpin(id, ttl));
}

Result<RenderInfo> RenderLifetime::Date(
    const Result<RenderTable::Renewal>& renewal) {
  if (!renewal) return Fail(renewal.error());
  const RenderInfo& info = renewal->info;
  Status dated =
      directory_->SetModified(RenderFileName(info), renewal->modified_unix_ns);
  if (dated.code() == StatusCode::kNotFound) {
    return Fail(Lose(info.id, std::move(dated)));
  }
  // Otherwise only the next start would take it for older than it is.
  if (!dated.ok()) table_->Count(IndexCounter::kStorageErrors);
  return info;
}

Status RenderLifetime::SetSticky(const RenderInfo& info, bool sticky) {
  const auto fd = directory_->OpenFile(RenderFileName(info), O_RDONLY);
  if (!fd) return fd.error();
  FileSystem& files = directory_->files();
  const auto failure = [&](int error) {
    return directory_->Failure(
        fmt::format("mark {} as pinned in", RenderFileName(info)), error);
  };
  const auto status = files.Stat(fd->get());
  if (!status) return failure(status.error());
  const mode_t mode = status->st_mode & 0777;
  const auto set = files.SetMode(fd->get(), sticky ? mode | S_ISVTX : mode);
  return set ? Status() : failure(set.error());
}

Status RenderLifetime::Lose(RenderId id, Status failure) {
  if (failure.code() == StatusCode::kNotFound) {
    table_->Forget(id);
  } else {
    table_->Count(IndexCounter::kStorageErrors);
  }
  return failure;
}

}  // namespace goxel
