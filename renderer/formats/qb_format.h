// Qubicle Binary (.qb): boxes of voxels ("matrices") with a position each.
// Described at https://getqubicle.com/qubicle/documentation/docs/file/qb/
//
//   u32 version, colour format (0 RGBA, 1 BGRA), z-axis orientation (0 left,
//   1 right handed), compressed (0, 1), visibility mask encoded (0, 1), number
//   of matrices; then per matrix
//   u8 length of the name, name, 3 x u32 size, 3 x i32 position, voxels
//
// Voxels run x fastest, then y, then z. Compressed, each z slice is a run of
// words: 2, count, colour; or 6, the end of the slice; or one colour. Alpha 0
// is an empty cell; with a visibility mask, alpha is a mask of visible faces,
// and 0 a voxel inside the solid, which no picture shows.
//
// Qubicle's Y is up. Y and z are swapped, and in files whose header says "left"
// (the usual) the new y is negated, which real files agree with: the same scene
// saved as .qb, .vox and .gox then differs by a rotation, not by a mirror.

#ifndef RENDERER_FORMATS_QB_FORMAT_H_
#define RENDERER_FORMATS_QB_FORMAT_H_

#include <cstddef>
#include <span>

#include "ipc/status.h"
#include "renderer/formats/scene_file.h"
#include "renderer/scene/scene.h"

namespace goxel {

// True when the bytes start with a plausible header. The format has no magic.
bool LooksLikeQb(std::span<const std::byte> bytes);

// One layer per matrix, named as in the file. kDataLoss when the file is cut
// off or contradicts itself.
Result<Scene> ReadQb(std::span<const std::byte> bytes,
                     const ReadLimits& limits);

}  // namespace goxel

#endif  // RENDERER_FORMATS_QB_FORMAT_H_
