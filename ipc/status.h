// The result of an operation that can fail: a code for programs, a message for
// people, and optionally the figures behind the message.
//
// Everything in this project that can fail at run time returns a Status, or a
// Result<T> when success carries a value. Exceptions of libraries are caught in
// the .cc file that calls them and become a Status there.
//
//   Result<int> Half(int n) {
//     if (n % 2 != 0) {
//       return Fail(StatusCode::kInvalidArgument,
//                   fmt::format("{} is odd; give an even number", n));
//     }
//     return n / 2;
//   }
//
// Thread safety: const methods may run concurrently; anything else needs
// external synchronization.

#ifndef IPC_STATUS_H_
#define IPC_STATUS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <variant>
#include <vector>

namespace goxel {

// Codes cross the socket as words (ToString), so a word never changes its
// meaning. Choose a code by what the caller should do next.
enum class StatusCode : int {
  kOk = 0,
  kInvalidArgument,     // The caller's fault; the same call will fail again.
  kNotFound,            // No such render, file, project or socket.
  kPermissionDenied,    // The OS or a rule of the daemon forbids it.
  kFailedPrecondition,  // Right call, wrong moment: already owned, no project.
  kResourceExhausted,   // Quota, disk or table is full; retry later.
  kTooLarge,            // Over a limit that waiting does not lift.
  kStorageFailed,       // A file could not be made, written or named.
  kUnavailable,         // Daemon absent, busy or shutting down; retry later.
  kFileTransferDisabled,  // The operator switched file modes off.
  kIncompatibleProtocol,  // Client and daemon share no protocol version.
  kRenderFailed,          // The renderer could not draw.
  kDataLoss,              // Bytes on disk or in shared memory are not ours.
  kCancelled,             // The caller, or its disconnect, ended the request.
  kTimedOut,              // The time the caller gave is over.
  kInternal,              // A bug here, or the OS said the unexpected.
};

// "invalid_argument", "not_found", ...: the `error.data.reason` of the wire
// API.
std::string_view ToString(StatusCode code);

// One figure, word or list of words behind an error: "max_size" = 1073741824.
struct StatusDetail {
  std::string key;
  std::variant<std::int64_t, std::string, std::vector<std::string>> value;
};

class [[nodiscard]] Status {
 public:
  Status() = default;  // OK.
  Status(StatusCode code, std::string message)
      : code_(code), message_(std::move(message)) {}

  // Lets `return Fail(...)` serve functions that return a Status as well.
  Status(tl::unexpected<Status> failure)  // NOLINT(google-explicit-constructor)
      : Status(std::move(failure.value())) {}

  // `context` names the failed call and its operand, e.g. "bind /run/x.sock".
  // The message adds the system's own words. ENOENT becomes kNotFound; EACCES
  // and EPERM kPermissionDenied; ENOSPC, EDQUOT, EROFS and EIO kStorageFailed;
  // EMFILE, ENFILE and ENOMEM kResourceExhausted; the rest kInternal. The errno
  // name ("ENOSPC") is kept as the detail "errno".
  static Status FromErrno(std::string_view context, int error_number);

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  const std::string &message() const { return message_; }
  const std::vector<StatusDetail> &details() const { return details_; }

  // The same details behind another code and message.
  Status Retold(StatusCode code, std::string message) const;

  // Adds a detail and returns *this, for use in a return statement.
  Status With(std::string key, std::int64_t value) &&;
  Status With(std::string key, std::string value) &&;
  Status With(std::string key, std::vector<std::string> value) &&;

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
  std::vector<StatusDetail> details_;
};

// Either a T or the Status that says why there is none. `result.error()` is the
// Status; a Result never holds an OK Status as its error.
template <typename T>
using Result = tl::expected<T, Status>;

// The failure half of a Result<T>, for any T.
inline tl::unexpected<Status> Fail(StatusCode code, std::string message) {
  return tl::unexpected<Status>(Status(code, std::move(message)));
}
inline tl::unexpected<Status> Fail(Status status) {
  return tl::unexpected<Status>(std::move(status));
}

}  // namespace goxel

#endif  // IPC_STATUS_H_
