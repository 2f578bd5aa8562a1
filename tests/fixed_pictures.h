// Pictures that are drawn alike everywhere: a small scene in every style, from
// every side and with every setting that changes how pixels come about.

#ifndef TESTS_FIXED_PICTURES_H_
#define TESTS_FIXED_PICTURES_H_

#include <ostream>
#include <string>
#include <vector>

#include "tests/rendered_picture.h"

namespace goxel {

// A house with a tree on a meadow, 20 x 20 x 16.
Volume HouseOnAMeadow();

struct FixedPicture {
  std::string name;  // A valid file name.
  RenderSettings settings;
  std::string preset = "isometric";
  int width = 96;
  int height = 96;

  friend void PrintTo(const FixedPicture& picture, std::ostream* out) {
    *out << picture.name;
  }
};
std::vector<FixedPicture> FixedPictures();

// HouseOnAMeadow() as `what` says.
Picture Draw(Renderer& renderer, const FixedPicture& what);

}  // namespace goxel

#endif  // TESTS_FIXED_PICTURES_H_
