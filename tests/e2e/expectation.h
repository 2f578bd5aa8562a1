// A call and the reply that clients know, for tables of them.

#ifndef TESTS_E2E_EXPECTATION_H_
#define TESTS_E2E_EXPECTATION_H_

namespace goxel {

struct Expectation {
  const char* method;
  const char* params;
  const char* result;  // Compact JSON.
};

}  // namespace goxel

#endif  // TESTS_E2E_EXPECTATION_H_
