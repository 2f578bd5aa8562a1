// Finds the voxels behind the faces of a mesh that was made of voxels.
//
// Each face must be an axis-parallel rectangle with corners at whole numbers,
// or a right triangle that the next one completes to such a rectangle. Its
// corners run counter-clockwise seen from outside, so that the cells behind it
// are known; each of them becomes a voxel. What no face shows, the inside of a
// solid above all, is not in such a file and stays empty.
//
// Points are in the axes of the file, Y up, and are turned to Z up.

#ifndef RENDERER_FORMATS_FACE_CELLS_H_
#define RENDERER_FORMATS_FACE_CELLS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "ipc/status.h"
#include "renderer/formats/read_budget.h"
#include "renderer/formats/scene_file.h"
#include "renderer/scene/volume.h"

namespace goxel {

using FilePoint = std::array<double, 3>;

// The voxels of a file that gives none of its faces a colour.
inline constexpr Color kUncolored = {255, 255, 255, 255};

class FaceCells {
 public:
  // `budget` must outlive this object.
  FaceCells(const ReadLimits& limits, ReadBudget& budget);

  // Writes the voxels behind one face into `volume`. kInvalidArgument, saying
  // what the face looks like, when it is no face of voxels; kTooLarge when the
  // limits do not allow so many.
  Status Add(std::span<const FilePoint> corners, Color color, Volume& volume);

  // To be called when no face follows that could complete the last one.
  Status Finish() const;

 private:
  Status AddRectangle(const std::array<FilePoint, 4>& corners, Color color,
                      Volume& volume);
  Status Fill(const Box& cells, Color color, Volume& volume);

  ReadBudget& budget_;
  const std::uint64_t max_cells_;  // Behind all faces, each counted.
  std::uint64_t cells_left_;
  std::optional<std::array<FilePoint, 3>> half_;  // Of a rectangle.
};

}  // namespace goxel

#endif  // RENDERER_FORMATS_FACE_CELLS_H_
