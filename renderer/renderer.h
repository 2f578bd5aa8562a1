// Draws a scene into memory the caller owns, off screen.
//
// The renderer knows nothing of files, sockets or the index: the daemon hands
// it the mapped bytes of a staged render, a test hands it a vector.
//
// Thread safety: a Renderer owns one GL context, which belongs to the thread
// that called Create(): draw and destroy it there. A thread may have several,
// but all llvmpipe contexts of a process share one rasteriser that uses every
// core, so a process wants one Renderer.

#ifndef RENDERER_RENDERER_H_
#define RENDERER_RENDERER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ipc/status.h"
#include "renderer/camera.h"
#include "renderer/data_planes.h"
#include "renderer/gl/context.h"
#include "renderer/render_settings.h"
#include "renderer/scene/scene_view.h"

namespace goxel {

inline constexpr int kMaxRenderSide = 16384;  // Pixels; GL_MAX_TEXTURE_SIZE.

// Memory behind a target that the GL may draw into without a copy: `fd` is a
// file or memfd, mapped shared by the caller, whose pixels start at
// `pixel_offset` (a multiple of 4096, at least 4096). While drawing, the first
// 32 bytes of the file and the last 8 before the pixels are overwritten, and
// the file offset of `fd` is moved. When Draw() returns, nothing of the file is
// mapped or open here any more: it may be sealed, renamed or recycled at once.
struct ImportableMemory {
  int fd = -1;
  std::size_t size_bytes = 0;  // Of the file.
  std::size_t pixel_offset = 4096;
};

// RGBA8 pixels, sRGB, straight alpha, row 0 at the top.
//
//   pixels.data() + y * stride_bytes + x * 4  ->  R G B A of column x, row y
struct PixelTarget {
  std::span<std::byte> pixels;     // At least height * stride_bytes.
  std::uint32_t width = 0;         // Pixels.
  std::uint32_t height = 0;        // Pixels.
  std::uint32_t stride_bytes = 0;  // From one row to the next.
  std::optional<ImportableMemory> memory = std::nullopt;
  // When set, the picture is drawn in bands from the top, and this is called
  // after each with the number of rows that are final in the target, the last
  // time with all of them. Empty: drawn in one go, which is faster.
  std::function<void(std::uint32_t rows)> rows_done = nullptr;
};

enum class PixelPath {
  kZeroCopy,  // The rasteriser drew into the target's memory.
  kReadBack,  // One copy from the rasteriser into the target.
};
std::string_view ToString(PixelPath path);

struct DrawReport {
  PixelPath path = PixelPath::kReadBack;
  std::uint64_t quads = 0;
  std::uint64_t mesh_ns = 0;  // 0 when the mesh was cached.
  std::uint64_t draw_ns = 0;  // Until the last draw call has finished.
  std::uint64_t read_ns = 0;  // The read-back; 0 for kZeroCopy.
};

struct RendererOptions {
  GlBackend gl = GlBackend::kAuto;
  bool allow_zero_copy = true;  // False: always read back (tests, comparison).
};

class Renderer {
 public:
  // Makes the context, compiles and warms the shaders and proves on a 64x64
  // frame, byte for byte, whether zero-copy targets work here. kUnavailable
  // when there is no GL 3.3 core context by way of options.gl.
  static Result<std::unique_ptr<Renderer>> Create(RendererOptions options = {});

  ~Renderer();
  Renderer(const Renderer&) = delete;
  Renderer& operator=(const Renderer&) = delete;

  // Draws `scene` as `camera` sees it, overwriting every pixel of `target`.
  // Voxels with alpha >= kSolidAlpha are drawn opaque, fainter ones not at all.
  // Equal inputs give equal bytes. Meshes are cached under the scene's hash.
  //
  // kInvalidArgument when the target is empty, too short for its geometry, or
  // wider or taller than kMaxRenderSide. kTooLarge when the scene has more
  // surface than BuildMesh() takes. kRenderFailed when GL reports an
  // error. On error the content of `target` is unspecified.
  Result<DrawReport> Draw(const SceneView& scene, const Camera& camera,
                          const RenderSettings& settings,
                          const PixelTarget& target);

  // Fills the planes of the view of `scene` by `camera`, all of them from one
  // drawing, without any shading; `values` are the scene's. Equal inputs give
  // equal bytes.
  //
  // kInvalidArgument when there is no plane, or one's memory is not that of
  // width x height pixels, or a side is 0 or above kMaxRenderSide; otherwise as
  // Draw().
  Result<DrawReport> DrawPlanes(const SceneView& scene, const Camera& camera,
                                const PlaneValues& values, std::uint32_t width,
                                std::uint32_t height,
                                std::span<const PlaneTarget> targets);

  // True when the start-up proof of zero-copy targets succeeded.
  bool zero_copy_available() const;

  // Part of every content key: changes whenever equal inputs may give other
  // pixels (our own look version, the GL renderer string).
  std::string build_id() const;

 private:
  class State;
  explicit Renderer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// True when a zero-copy target of this size has no row padding, which a PAM
// file could not express: width % 16 == 0 and height % 4 == 0.
constexpr bool SupportsZeroCopy(std::uint32_t width, std::uint32_t height) {
  return width % 16 == 0 && height % 4 == 0;
}

}  // namespace goxel

#endif  // RENDERER_RENDERER_H_
