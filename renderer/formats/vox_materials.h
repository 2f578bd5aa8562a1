// MagicaVoxel's material settings as glTF-style materials.
//
//   _type      becomes
//   _metal     metallic = _metal, or _weight in old files; roughness = _rough
//   _glass,    opacity 1 - _alpha, or _trans, or _weight; at least 0.1
//   _blend     so that no voxel vanishes
//   _media     opacity 0.35
//   _emit      emission = the voxel's colour * _emit * (1 + _flux)
//   others     a dull surface; roughness = _rough where given

#ifndef RENDERER_FORMATS_VOX_MATERIALS_H_
#define RENDERER_FORMATS_VOX_MATERIALS_H_

#include <string>
#include <utility>
#include <vector>

#include "renderer/formats/vox_chunks.h"
#include "renderer/scene/scene.h"

namespace goxel {

// Fills scene.palette and scene.materials: one material per MATL chunk, in file
// order, named after its type ("metal", "diffuse", ...).
void AddPalette(const VoxFile& file, Scene& scene);

// Names and values of a DICT that is to be written.
using VoxAttributes = std::vector<std::pair<std::string, std::string>>;

// The settings that become `material` again. A material that is not named after
// a type gets the one that says most about it: what shines, then what one can
// look through, then metal.
VoxAttributes VoxMaterialSettings(const Material& material, Color color);

}  // namespace goxel

#endif  // RENDERER_FORMATS_VOX_MATERIALS_H_
