// Wavefront files (.obj) where they hold the surface of voxels: what Goxel and
// WriteObj() export. http://paulbourke.net/dataformats/obj/
//
//   v X Y Z [R G B]     a corner, Y up; Goxel adds a colour from 0 to 1
//   f A B C [D]         a face by the numbers of its corners, from 1, or
//                       backward from -1; "A/T/N" and "A//N" too
//   usemtl NAME         the colour of the faces that follow
//   mtllib FILE         where the colours are: a file beside this one
//   o NAME              a layer of its own
//
// A face has the colour of its material, else that of its first corner, else
// white. Normals, texture coordinates and groups are skipped. How faces become
// voxels is said in face_cells.h.

#ifndef RENDERER_FORMATS_OBJ_FORMAT_H_
#define RENDERER_FORMATS_OBJ_FORMAT_H_

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "ipc/status.h"
#include "renderer/formats/scene_file.h"
#include "renderer/scene/scene.h"

namespace goxel {

// Gives the content of the file of this name beside the .obj file.
using MaterialSource =
    std::function<Result<std::string>(std::string_view file_name)>;

// True when the first line that is not a comment starts as those of .obj files
// do.
bool LooksLikeObj(std::span<const std::byte> bytes);

// A layer per object that has faces. kInvalidArgument, naming the line, when
// the mesh is not one of voxels or a material that is used has no colour.
Result<Scene> ReadObj(std::span<const std::byte> bytes,
                      const ReadLimits& limits,
                      const MaterialSource& materials);

}  // namespace goxel

#endif  // RENDERER_FORMATS_OBJ_FORMAT_H_
