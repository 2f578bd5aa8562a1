// The code of a result, kOk for a success: error() of a success is undefined.

#ifndef TESTS_RESULT_CODE_H_
#define TESTS_RESULT_CODE_H_

#include "ipc/status.h"

namespace goxel {

template <typename T>
StatusCode CodeOf(const Result<T>& result) {
  return result ? StatusCode::kOk : result.error().code();
}

}  // namespace goxel

#endif  // TESTS_RESULT_CODE_H_
