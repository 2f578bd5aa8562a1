#include "renderer/id_pass.h"

#include <string>
#include <utility>

#include "renderer/viewer.h"

namespace goxel {
namespace {

// A frame of bytes is what every GL has and reads back without conversion;
// n / 255 becomes exactly n in it. gl_VertexID counts from the mesh's start.
constexpr const char* kVertexEnd = R"(
flat out vec4 id;

void main() {
  gl_Position = PlaceCorner();
  uint number = uint(gl_VertexID) / 4u + 1u;
  id = vec4(uvec4(number, number >> 8, number >> 16, number >> 24) & 255u)
       / 255.0;
}
)";

constexpr const char* kIdFragmentSource = R"(#version 330 core
flat in vec4 id;
out vec4 pixel;

void main() { pixel = id; }
)";

}  // namespace

Result<std::unique_ptr<IdPass>> IdPass::Create(const GlFunctions& gl) {
  const std::string vertex_source = QuadShaderStart() + kVertexEnd;
  auto program =
      GlProgram::Create(gl, vertex_source.c_str(), kIdFragmentSource);
  if (!program) return Fail(std::move(program.error()));
  return std::unique_ptr<IdPass>(new IdPass(gl, std::move(*program)));
}

IdPass::IdPass(const GlFunctions& gl, std::unique_ptr<GlProgram> program)
    : gl_(gl), program_(std::move(program)), placement_(gl, *program_) {}

void IdPass::Draw(const SceneMesh& mesh, const Camera& camera,
                  const Window& window) {
  gl_.Viewport(0, 0, static_cast<GLsizei>(window.width),
               static_cast<GLsizei>(window.height));
  gl_.Disable(GL_BLEND);
  gl_.Disable(GL_SCISSOR_TEST);
  gl_.DepthMask(GL_TRUE);
  gl_.ClearColor(0, 0, 0, 0);
  gl_.Clear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);

  gl_.Enable(GL_DEPTH_TEST);
  gl_.Enable(GL_CULL_FACE);
  gl_.FrontFace(GL_CW);  // Since the picture is upside down.
  gl_.UseProgram(program_->id());
  placement_.EnterWindow(camera, window);
  const Viewer viewer = ViewerOf(camera);
  for (const MeshRegion& region : mesh.gpu.regions()) {
    if (!MaySeeFronts(viewer, region)) continue;
    placement_.EnterRegion(region);
    mesh.gpu.DrawRegion(gl_, region);
  }
}

}  // namespace goxel
