// Brings a picture into its target: window by window, straight into the
// target's memory where the GL can do that; otherwise its samples are copied
// there, or averaged.
//
// Memory beside the target: colour and depth of one window (window_layout.h),
// kept for the next picture.
//
// Thread safety: belongs to the thread of the GL context.

#ifndef RENDERER_TARGET_DRAWER_H_
#define RENDERER_TARGET_DRAWER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ipc/status.h"
#include "renderer/camera.h"
#include "renderer/gl/frame_buffer.h"
#include "renderer/look.h"
#include "renderer/renderer.h"
#include "renderer/scene_meshes.h"
#include "renderer/voxel_pass.h"
#include "renderer/window_layout.h"

namespace goxel {

// What a picture shows and where it goes, all checked.
struct PictureInputs {
  const SceneMesh& mesh;
  const Camera& camera;
  const Look& look;
  std::uint32_t samples_per_side;
  const PixelTarget& target;
};

class TargetDrawer {
 public:
  // Both must outlive this object.
  TargetDrawer(const GlFunctions& gl, VoxelPass& pass)
      : gl_(gl), pass_(pass), frame_(gl) {}

  // Whether targets with memory are drawn into without a copy; false at first.
  // REQUIRES: gl.can_import_memory() when `allowed`.
  void AllowZeroCopy(bool allowed) { zero_copy_ = allowed; }
  bool zero_copy() const { return zero_copy_; }

  // Overwrites every pixel of the target and notes in `report` how it went and
  // how long it took. kRenderFailed; kInvalidArgument and kStorageFailed
  // (ImportedTexture).
  // REQUIRES: `pass` has prepared the picture.
  Status Draw(const PictureInputs& picture, DrawReport& report);

 private:
  // Rows of a part that become final together, counted in the picture's pixels.
  struct Band {
    std::uint32_t first = 0;
    std::uint32_t count = 0;

    std::uint32_t end() const { return first + count; }
  };

  bool MayDrawInto(const PictureInputs& picture) const;
  Status DrawZeroCopy(const PictureInputs& picture, const PicturePart& whole,
                      DrawReport& report);
  Status DrawAndCopy(const PictureInputs& picture,
                     const std::vector<PicturePart>& parts, DrawReport& report);
  template <typename Finished>
  Status DrawPart(const PictureInputs& picture, const PicturePart& part,
                  const Finished& finished);
  Status DrawBand(const PictureInputs& picture, const PicturePart& part,
                  Band band);
  Status CopyBand(const PictureInputs& picture, const PicturePart& part,
                  Band band);
  Status AverageBand(const PictureInputs& picture, const PicturePart& part,
                     Band band);

  const GlFunctions& gl_;
  VoxelPass& pass_;
  FrameBuffer frame_;
  std::vector<std::byte> samples_;  // Of some rows, on their way to pixels.
  bool zero_copy_ = false;
};

}  // namespace goxel

#endif  // RENDERER_TARGET_DRAWER_H_
