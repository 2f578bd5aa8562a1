#include "renderer/plane_drawer.h"

#include <fmt/format.h>

#include <bit>
#include <utility>

#include "renderer/window_layout.h"

namespace goxel {

static_assert(std::endian::native == std::endian::little,
              "ids are read as bytes, and planes are little-endian");

Result<std::unique_ptr<PlaneDrawer>> PlaneDrawer::Create(
    const GlFunctions& gl) {
  auto pass = IdPass::Create(gl);
  if (!pass) return Fail(std::move(pass.error()));
  return std::unique_ptr<PlaneDrawer>(new PlaneDrawer(gl, std::move(*pass)));
}

Status PlaneDrawer::Draw(const Volume& volume, const SceneMesh& mesh,
                         const Camera& camera, const PlaneValues& values,
                         std::uint32_t width, std::uint32_t height,
                         std::span<const PlaneTarget> targets) {
  const PlaneInputs inputs = {
      .volume = volume, .mesh = *mesh.mesh, .camera = camera, .values = values};
  for (const PicturePart& part : PartsOf({.width = width, .height = height})) {
    Status status = DrawIds(mesh, camera, part.window);
    if (!status.ok()) return status;
    FillPlanes(inputs, {.window = part.window, .ids = ids_}, targets);
  }
  frame_.Release();
  return {};
}

Status PlaneDrawer::DrawIds(const SceneMesh& mesh, const Camera& camera,
                            const Window& window) {
  Status status = frame_.Bind(window.width, window.height, /*texture=*/0);
  if (!status.ok()) return status;
  pass_->Draw(mesh, camera, window);
  ids_.resize(std::size_t{window.width} * window.height);
  gl_.PixelStorei(GL_PACK_ROW_LENGTH, 0);
  gl_.ReadPixels(0, 0, static_cast<GLsizei>(window.width),
                 static_cast<GLsizei>(window.height), GL_RGBA, GL_UNSIGNED_BYTE,
                 ids_.data());
  return TakeGlError(gl_, fmt::format("draw which quads {} x {} pixels show",
                                      window.width, window.height));
}

}  // namespace goxel
