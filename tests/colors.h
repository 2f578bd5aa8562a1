// Colours that tests can tell apart.

#ifndef TESTS_COLORS_H_
#define TESTS_COLORS_H_

#include "renderer/scene/volume.h"

namespace goxel {

inline constexpr Color kRed = {255, 0, 0, 255};
inline constexpr Color kGreen = {0, 255, 0, 255};
inline constexpr Color kBlue = {0, 0, 255, 255};
inline constexpr Color kOrange = {255, 128, 0, 255};
inline constexpr Color kWhite = {255, 255, 255, 255};

// Colours of no bright channel, for what shading and averaging change.
inline constexpr Color kOchre = {231, 122, 17, 255};
inline constexpr Color kSlate = {12, 34, 56, 255};

}  // namespace goxel

#endif  // TESTS_COLORS_H_
