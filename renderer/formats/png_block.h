// A 16^3 block of voxels kept as a PNG, as in the BL16 chunks of .gox files.

#ifndef RENDERER_FORMATS_PNG_BLOCK_H_
#define RENDERER_FORMATS_PNG_BLOCK_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "ipc/status.h"
#include "renderer/scene/volume.h"

namespace goxel {

// Decodes a PNG of 64x64 pixels. Pixel i, row by row, is voxel i of the tile:
// four rows make one z slice. The tile may be empty and is normalized.
//
// kDataLoss when the bytes are no PNG or of another size.
Result<std::shared_ptr<const Tile>> DecodePngBlock(
    std::span<const std::byte> png);

// The other way round. kInternal when libpng fails.
Result<std::string> EncodePngBlock(const Tile& tile);

}  // namespace goxel

#endif  // RENDERER_FORMATS_PNG_BLOCK_H_
