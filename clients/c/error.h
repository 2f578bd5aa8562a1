// How a failure leaves the C interface: as a code and a goxel_error.
//
// Thread safety: calls are independent.

#ifndef CLIENTS_C_ERROR_H_
#define CLIENTS_C_ERROR_H_

#include <exception>
#include <new>

#include "clients/c/goxel.h"
#include "ipc/status.h"

namespace goxel {

// The code of `status`. When it is an error, and the caller wants to know, a
// goxel_error too; where there is no memory for one, null.
goxel_code ReportToC(const Status& status, goxel_error** error) noexcept;

// Runs `body`, which returns a Status, and reports it. Nothing that is thrown
// leaves.
template <typename Body>
goxel_code GuardForC(goxel_error** error, const Body& body) noexcept {
  try {
    return ReportToC(body(), error);
  } catch (const std::bad_alloc&) {
    if (error != nullptr) *error = nullptr;
    return GOXEL_RESOURCE_EXHAUSTED;
  } catch (const std::exception& failure) {
    return ReportToC(Status(StatusCode::kInternal, failure.what()), error);
  }
}

}  // namespace goxel

#endif  // CLIENTS_C_ERROR_H_
