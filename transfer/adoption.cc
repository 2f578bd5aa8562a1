#include "transfer/adoption.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "transfer/file_examination.h"

namespace goxel {
namespace {

using Verdict = FoundFile::Verdict;

// Where the renders begin that the limits allow, oldest first.
std::size_t FirstThatFits(const std::vector<FoundFile>& found,
                          const RenderStoreStats& limits) {
  std::uint64_t bytes = limits.orphaned_bytes;
  std::size_t first = found.size();
  while (first > 0 && found.size() - first < limits.max_renders) {
    bytes += ChargedBytes(found[first - 1].render.info.size_bytes);
    if (bytes > limits.max_cache_bytes) break;
    --first;
  }
  return first;
}

void RemoveFile(StoreCore& core, const FoundFile& file, IndexCounter reason) {
  core.table.Count(reason);
  core.eviction.RemoveStray(file.name, file.id);
}

}  // namespace

Status AdoptRenders(StoreCore& core, const ProvenFiles& proven) {
  const auto names = core.directory.files().List(core.directory.fd());
  if (!names) return core.directory.Failure("list", names.error());
  auto found = ExamineFiles(core.directory, *core.clock, proven, *names);
  if (!found) return found.error();
  for (const std::string& name : *names) {
    if (IsHiddenFileName(name)) core.eviction.RemoveStray(name, 0);
  }
  std::erase_if(*found, [&core](const FoundFile& file) {
    if (file.verdict == Verdict::kValid) return false;
    const bool expired = file.verdict == Verdict::kExpired;
    RemoveFile(core, file,
               expired ? IndexCounter::kEvictedTtl : IndexCounter::kBroken);
    return true;
  });
  std::ranges::sort(*found, {}, [](const FoundFile& file) {
    return std::pair(file.pinned(), file.modified_unix_ns);
  });
  const std::size_t first = FirstThatFits(*found, core.table.Stats());
  for (std::size_t i = 0; i < found->size(); ++i) {
    FoundFile& file = (*found)[i];
    if (i < first || !core.table.Adopt(std::move(file.render)).ok()) {
      RemoveFile(core, file, IndexCounter::kEvictedQuota);
    }
  }
  return {};
}

}  // namespace goxel
