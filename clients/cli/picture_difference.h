// Where two pictures differ.

#ifndef CLIENTS_CLI_PICTURE_DIFFERENCE_H_
#define CLIENTS_CLI_PICTURE_DIFFERENCE_H_

#include <cstdint>

#include "clients/cli/rgba_picture.h"

namespace goxel {

struct PictureDifference {
  std::uint64_t changed = 0;  // Pixels with a channel over the tolerance.
  int worst_channel = 0;      // The largest difference of any, 0 to 255.
  RgbaPicture picture;        // The first, pale, with the changed pixels red.
};

// REQUIRES: both pictures have one size.
PictureDifference ComparePictures(const RgbaPicture& a, const RgbaPicture& b,
                                  int tolerance);

}  // namespace goxel

#endif  // CLIENTS_CLI_PICTURE_DIFFERENCE_H_
