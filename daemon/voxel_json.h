// How voxels look in replies.
//
// Thread safety: all functions may be called from any thread.

#ifndef DAEMON_VOXEL_JSON_H_
#define DAEMON_VOXEL_JSON_H_

#include <string>

#include "daemon/result_writer.h"
#include "renderer/scene/volume.h"

namespace goxel {

// "x":1,"y":2,"z":3
void WriteCell(ResultWriter& out, Cell cell);

// [255,0,0,255]
void WriteColor(ResultWriter& out, Color color);

// The same for lists of a million, several times faster. They append
// {"x":1,"y":2,"z":3 and {"x":1,"y":2,"z":3,"color":[255,0,0,255]}.
void AppendCell(std::string& text, Cell cell);
void AppendVoxel(std::string& text, Cell cell, Color color);

}  // namespace goxel

#endif  // DAEMON_VOXEL_JSON_H_
