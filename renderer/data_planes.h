// Planes: what machine learning wants to know of each pixel of a view, as exact
// numbers beside the picture.
//
// All planes of a view are computed from one drawing of the front-most quad of
// each pixel (id_pass.h), by meeting that quad with the ray through the pixel's
// centre, in double; so they agree with one another. Quads are drawn a little
// larger than they are (quad_placement.h): the few rays that pass the quad that
// was drawn are followed through the volume instead.
//
//   plane          a pixel, little-endian          where nothing is seen
//   depth          float32, voxels along the       +infinity
//                  optical axis
//   distance       float32, voxels along the ray   +infinity
//   normal         int8 x, y, z in the world, 0    0 0 0 0
//   object_id      uint16, 1 to 65535              0
//   palette_index  uint8, 1 to 255; 0 also for a   0
//                  colour that the palette lacks
//   voxel          int16 x, y, z of the cell less  0 0 0 -1
//                  PlaneValues::voxel_origin,
//                  then the Face
//   face           uint8, Face                     255

#ifndef RENDERER_DATA_PLANES_H_
#define RENDERER_DATA_PLANES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "renderer/camera.h"
#include "renderer/mesher.h"
#include "renderer/plane_values.h"
#include "renderer/window.h"

namespace goxel {

// Where a plane goes: rows of width * BytesPerPixel(plane) bytes without gaps,
// row 0 at the top.
struct PlaneTarget {
  Plane plane = Plane::kDepth;
  std::span<std::byte> pixels;
};

// A piece of a view in which IdPass has drawn.
struct QuadIds {
  Window window;
  // window.height rows of window.width numbers: quad + 1, or 0 for none.
  std::span<const std::uint32_t> ids;
};

// What the ids are of; all of one view.
struct PlaneInputs {
  const Volume& volume;
  const Mesh& mesh;
  const Camera& camera;
  const PlaneValues& values;
};

// Fills the pixels of `targets` that lie in the window, on several threads when
// there are many; the outcome does not depend on how many.
// REQUIRES: targets are as large as the picture.
void FillPlanes(const PlaneInputs& inputs, const QuadIds& quads,
                std::span<const PlaneTarget> targets);

}  // namespace goxel

#endif  // RENDERER_DATA_PLANES_H_
