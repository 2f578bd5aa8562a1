#include "transfer/storage_failure.h"

#include <string>
#include <variant>

namespace goxel {

Status StorageFailure(std::string_view what, int error_number) {
  return StorageFailure(Status::FromErrno(what, error_number));
}

Status StorageFailure(const Status& cause) {
  if (ErrnoOf(cause).empty()) return cause;
  return cause.Retold(StatusCode::kStorageFailed, cause.message());
}

std::string_view ErrnoOf(const Status& status) {
  for (const StatusDetail& detail : status.details()) {
    const auto* word = std::get_if<std::string>(&detail.value);
    if (detail.key == "errno" && word != nullptr) return *word;
  }
  return {};
}

}  // namespace goxel
