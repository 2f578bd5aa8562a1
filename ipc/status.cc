#include "ipc/status.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace goxel {
namespace {

StatusCode CodeOfErrno(int error_number) {
  switch (error_number) {
    case ENOENT:
      return StatusCode::kNotFound;
    case EACCES:
    case EPERM:
      return StatusCode::kPermissionDenied;
    case ENOSPC:
    case EDQUOT:
    case EROFS:
    case EIO:
      return StatusCode::kStorageFailed;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return StatusCode::kResourceExhausted;
    default:
      return StatusCode::kInternal;
  }
}

// "ENOSPC", or the number as text for one that the C library does not know.
std::string NameOfErrno(int error_number) {
#ifdef __GLIBC__
  if (const char* name = ::strerrorname_np(error_number)) return name;
#endif
  return std::to_string(error_number);
}

}  // namespace

std::string_view ToString(StatusCode code) {
  switch (code) {
    case StatusCode::kOk:
      return "ok";
    case StatusCode::kInvalidArgument:
      return "invalid_argument";
    case StatusCode::kNotFound:
      return "not_found";
    case StatusCode::kPermissionDenied:
      return "permission_denied";
    case StatusCode::kFailedPrecondition:
      return "failed_precondition";
    case StatusCode::kResourceExhausted:
      return "resource_exhausted";
    case StatusCode::kTooLarge:
      return "too_large";
    case StatusCode::kStorageFailed:
      return "storage_failed";
    case StatusCode::kUnavailable:
      return "unavailable";
    case StatusCode::kFileTransferDisabled:
      return "file_transfer_disabled";
    case StatusCode::kIncompatibleProtocol:
      return "incompatible_protocol";
    case StatusCode::kRenderFailed:
      return "render_failed";
    case StatusCode::kDataLoss:
      return "data_loss";
    case StatusCode::kCancelled:
      return "cancelled";
    case StatusCode::kTimedOut:
      return "timed_out";
    case StatusCode::kInternal:
      return "internal";
  }
  return "internal";
}

Status Status::FromErrno(std::string_view context, int error_number) {
  return Status(CodeOfErrno(error_number),
                fmt::format("{}: {}", context,
                            std::generic_category().message(error_number)))
      .With("errno", NameOfErrno(error_number));
}

Status Status::Retold(StatusCode code, std::string message) const {
  Status status(code, std::move(message));
  status.details_ = details_;
  return status;
}

Status Status::With(std::string key, std::int64_t value) && {
  details_.push_back({std::move(key), value});
  return std::move(*this);
}

Status Status::With(std::string key, std::string value) && {
  details_.push_back({std::move(key), std::move(value)});
  return std::move(*this);
}

Status Status::With(std::string key, std::vector<std::string> value) && {
  details_.push_back({std::move(key), std::move(value)});
  return std::move(*this);
}

}  // namespace goxel
