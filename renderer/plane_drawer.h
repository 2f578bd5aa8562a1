// Draws the planes of a view: quad ids window by window, read back, and from
// them the planes in the caller's memory.
//
// Memory beside the targets: ids, colour and depth of one window
// (window_layout.h), kept for the next view unless they are large.
//
// Thread safety: belongs to the thread of the GL context.

#ifndef RENDERER_PLANE_DRAWER_H_
#define RENDERER_PLANE_DRAWER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "ipc/status.h"
#include "renderer/data_planes.h"
#include "renderer/gl/frame_buffer.h"
#include "renderer/id_pass.h"
#include "renderer/scene_meshes.h"

namespace goxel {

class PlaneDrawer {
 public:
  // `gl` must outlive this object. kUnavailable when the shaders do not
  // compile.
  static Result<std::unique_ptr<PlaneDrawer>> Create(const GlFunctions& gl);

  // Overwrites every pixel of the targets, each of width x height pixels.
  // kRenderFailed.
  Status Draw(const Volume& volume, const SceneMesh& mesh, const Camera& camera,
              const PlaneValues& values, std::uint32_t width,
              std::uint32_t height, std::span<const PlaneTarget> targets);

 private:
  PlaneDrawer(const GlFunctions& gl, std::unique_ptr<IdPass> pass)
      : gl_(gl), pass_(std::move(pass)), frame_(gl) {}

  Status DrawIds(const SceneMesh& mesh, const Camera& camera,
                 const Window& window);

  const GlFunctions& gl_;
  const std::unique_ptr<IdPass> pass_;
  FrameBuffer frame_;
  std::vector<std::uint32_t> ids_;
};

}  // namespace goxel

#endif  // RENDERER_PLANE_DRAWER_H_
