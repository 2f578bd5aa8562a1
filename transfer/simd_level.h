// Which vector instructions a loop may use. Functions that have a vector form
// take the level as their last parameter, so that tests can compare both forms
// on one machine.

#ifndef TRANSFER_SIMD_LEVEL_H_
#define TRANSFER_SIMD_LEVEL_H_

namespace goxel {

enum class SimdLevel {
  kScalar,  // Plain C++; every processor.
  kAvx2,
};

// The best level that this processor has.
inline SimdLevel BestSimdLevel() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return SimdLevel::kAvx2;
#endif
  return SimdLevel::kScalar;
}

}  // namespace goxel

#endif  // TRANSFER_SIMD_LEVEL_H_
