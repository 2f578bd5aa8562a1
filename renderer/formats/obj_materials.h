// The materials of a Wavefront .mtl file, as far as voxels have use for them:
// a name and a colour (Kd, taken as sRGB values divided by 255).

#ifndef RENDERER_FORMATS_OBJ_MATERIALS_H_
#define RENDERER_FORMATS_OBJ_MATERIALS_H_

#include <map>
#include <string>
#include <string_view>

#include "ipc/status.h"
#include "renderer/scene/volume.h"

namespace goxel {

struct ObjMaterial {
  Color color = {255, 255, 255, 255};
  bool has_picture = false;  // map_Kd: the colours are in a picture.
};

class ObjMaterials {
 public:
  // Adds the materials of a file; of two with one name the later wins.
  // kInvalidArgument, naming the line, when a Kd is no colour.
  Status Add(std::string_view text);

  // nullptr when there is none of this name.
  const ObjMaterial* Find(std::string_view name) const;

 private:
  std::map<std::string, ObjMaterial, std::less<>> materials_;
};

}  // namespace goxel

#endif  // RENDERER_FORMATS_OBJ_MATERIALS_H_
