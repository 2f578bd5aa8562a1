// The objects of layers in .gox files. Goxel knows none: they are in chunks of
// their own, which it passes over.
//
//   OBJS     int32 id of the layer
//            int32 count, and for each object an int32 id and its name
//            to the end, for each tile that objects have a part in: 3 int32,
//            the tile's corner / 16; then an int32, the place of the one object
//            in the list, or -1 and, as text, a block as in BL16 whose red and
//            green are the low and high byte of the place of each voxel's
//            object, 65535 for none
//
// A name or a block is an int32 length and so many bytes.

#ifndef RENDERER_FORMATS_GOX_OBJECTS_H_
#define RENDERER_FORMATS_GOX_OBJECTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ipc/status.h"
#include "renderer/formats/byte_reader.h"
#include "renderer/scene/scene.h"

namespace goxel {

struct GoxObjects {
  std::int32_t layer = 0;  // Its id.
  std::vector<SceneObject> objects;
  TileOwnersTable owners;
};

// The content of the chunk. kInternal when libpng fails.
// REQUIRES: layer.objects
Result<std::string> EncodeObjects(const Layer& layer);

// kDataLoss; kTooLarge for more than `max_tiles` tiles. Content that is cut off
// is the reader's failure, and what is returned then of no use.
Result<GoxObjects> DecodeObjects(ByteReader& content, std::uint64_t max_tiles);

// Gives the layer its objects; the voxels are in place. Of a layer that is not
// there or of ids that are taken, nothing.
void AttachObjects(GoxObjects source, Scene& scene);

}  // namespace goxel

#endif  // RENDERER_FORMATS_GOX_OBJECTS_H_
