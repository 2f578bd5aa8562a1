// MagicaVoxel's cameras (rCAM) as stored cameras.
//
//   key        becomes
//   _mode      "orth" and "iso" orthographic, any other word perspective
//   _focus     the point looked at, x y z in voxels of the world
//   _angle     pitch, yaw and roll in degrees: the elevation is -pitch, the
//              azimuth yaw and the roll roll (docs/cameras.md)
//   _radius    voxels from the camera to the focus
//   _frustum   voxels from the top to the bottom edge, when orthographic
//   _fov       degrees from the top to the bottom edge

#ifndef RENDERER_FORMATS_VOX_CAMERAS_H_
#define RENDERER_FORMATS_VOX_CAMERAS_H_

#include <vector>

#include "renderer/formats/vox_chunks.h"
#include "renderer/formats/vox_materials.h"
#include "renderer/scene/scene.h"

namespace goxel {

// In file order, named "camera N" by their ids. MagicaVoxel writes all of its
// slots: one that was never set, with a focus and an angle of 0 and a radius of
// at most 1, is left out, and so is one whose numbers make no camera.
std::vector<StoredCamera> CamerasOf(const VoxFile& file);

// The settings that become `camera` again, but for its name.
VoxAttributes VoxCameraSettings(const StoredCamera& camera);

}  // namespace goxel

#endif  // RENDERER_FORMATS_VOX_CAMERAS_H_
