// What a word of a compressed Qubicle slice says when it is no colour.
// https://getqubicle.com/qubicle/documentation/docs/file/qb/

#ifndef RENDERER_FORMATS_QB_WORDS_H_
#define RENDERER_FORMATS_QB_WORDS_H_

#include <cstdint>

namespace goxel {

inline constexpr std::uint32_t kQbRun = 2;  // Count and colour follow.
inline constexpr std::uint32_t kQbEndOfSlice = 6;

}  // namespace goxel

#endif  // RENDERER_FORMATS_QB_WORDS_H_
