// Volumes that a matrix places in the world: geometric shapes, and moved copies
// of other volumes. Both take their cells from a budget, since a matrix can
// blow up anything to any size.

#ifndef RENDERER_SCENE_PLACED_VOLUME_H_
#define RENDERER_SCENE_PLACED_VOLUME_H_

#include <cstdint>

#include "ipc/status.h"
#include "renderer/scene/scene.h"
#include "renderer/scene/volume.h"

namespace goxel {

enum class UnitShape { kCube, kSphere, kCylinder };

// The cells inside `clip` whose centre lies in the shape. The matrix maps the
// unit shape to the world: the cube -1 <= x, y, z < 1; the sphere
// x^2 + y^2 + z^2 <= 1; the cylinder x^2 + y^2 <= 1, -1 <= z <= 1. A matrix
// that cannot be inverted gives no cells.
//
// kTooLarge when more than `cells_left` cells would have to be looked at; those
// that were are taken off.
Result<Volume> FillShape(UnitShape kind, const Matrix4& matrix, Color color,
                         const Box& clip, std::uint64_t& cells_left);

// `volume`, moved by `matrix`: the cell p shows the voxel at
// round(inverse(matrix) * p) of `volume`, halves rounded away from zero, as in
// Goxel. The identity costs O(1). kTooLarge as above.
Result<Volume> TransformVolume(const Volume& volume, const Matrix4& matrix,
                               std::uint64_t& cells_left);

}  // namespace goxel

#endif  // RENDERER_SCENE_PLACED_VOLUME_H_
