// What clients of a busy day ask of a daemon, in an order that is always the
// same.

#ifndef TESTS_E2E_SOAK_REQUESTS_H_
#define TESTS_E2E_SOAK_REQUESTS_H_

#include <cstdint>
#include <string>

namespace goxel {

struct SoakRequest {
  std::string text;  // A line.
  // An error is an answer as well: where nothing is to undo, say, since others
  // work on the same project.
  bool may_fail = false;
};

// Request `number`, from 0 on: of twenty requests two order a render, ten edit
// voxels or layers, two undo and redo, and six look. Every 400 requests the
// project begins anew, so that it is as large at the end as in the middle.
SoakRequest MakeSoakRequest(std::uint64_t number);

}  // namespace goxel

#endif  // TESTS_E2E_SOAK_REQUESTS_H_
