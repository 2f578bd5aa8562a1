#include "ipc/protocol.h"

#include <array>

namespace goxel {
namespace {

struct WireCode {
  StatusCode status;
  int wire;
};

// Where two statuses share a number, the first is what the number alone means.
constexpr std::array<WireCode, 15> kWireCodes = {
    {{StatusCode::kInvalidArgument, kInvalidParams},
     {StatusCode::kInternal, kInternalError},
     {StatusCode::kNotFound, -32001},
     {StatusCode::kPermissionDenied, -32002},
     {StatusCode::kResourceExhausted, -32003},
     {StatusCode::kTooLarge, -32004},
     {StatusCode::kStorageFailed, -32005},
     {StatusCode::kUnavailable, -32006},
     {StatusCode::kFailedPrecondition, -32006},
     {StatusCode::kFileTransferDisabled, -32007},
     {StatusCode::kIncompatibleProtocol, -32008},
     {StatusCode::kRenderFailed, -32009},
     {StatusCode::kDataLoss, -32010},
     {StatusCode::kCancelled, -32011},
     {StatusCode::kTimedOut, -32011}}};

}  // namespace

int WireErrorCode(StatusCode code) {
  for (const WireCode& entry : kWireCodes) {
    if (entry.status == code) return entry.wire;
  }
  return kInternalError;  // kOk is never an error.
}

StatusCode StatusCodeFromWire(int code, std::string_view reason) {
  for (const WireCode& entry : kWireCodes) {
    if (ToString(entry.status) == reason) return entry.status;
  }
  if (code == kParseError || code == kInvalidRequest ||
      code == kMethodNotFound) {
    return StatusCode::kInvalidArgument;
  }
  for (const WireCode& entry : kWireCodes) {
    if (entry.wire == code) return entry.status;
  }
  return StatusCode::kInternal;
}

}  // namespace goxel
