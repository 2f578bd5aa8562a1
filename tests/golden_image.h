// Pictures that were looked at and found good, against pictures drawn since.
//
// They come second to tests that assert facts: they notice what nobody thought
// of. tests/golden/NAME.png holds each. After a change that is meant,
//
//   GOXEL_UPDATE_GOLDEN=1 picture_tests --gtest_filter='*Golden*'
//
// writes them anew: look at every one that `git diff` names.

#ifndef TESTS_GOLDEN_IMAGE_H_
#define TESTS_GOLDEN_IMAGE_H_

#include <gtest/gtest.h>

#include <string>

#include "tests/rendered_picture.h"

namespace goxel {

// Whether `picture` looks like tests/golden/`name`.png: at most one pixel in
// 500 differs by more than two levels in a channel, which other rasterisers may
// do along edges. If not, the message names the folder that has NAME.actual.png
// and NAME.diff.png: the golden picture in faint grey, what differs in red.
testing::AssertionResult LooksLikeGolden(const Picture& picture,
                                         const std::string& name);

// The most that a channel differs, and how many pixels differ by more than
// `tolerance` in one. REQUIRES: the same size.
struct PictureDifference {
  int largest = 0;
  int pixels = 0;
};
PictureDifference Compare(const Picture& a, const Picture& b, int tolerance);

}  // namespace goxel

#endif  // TESTS_GOLDEN_IMAGE_H_
