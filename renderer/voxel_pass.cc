#include "renderer/voxel_pass.h"

#include <glm/ext/matrix_transform.hpp>
#include <glm/mat4x4.hpp>
#include <utility>

namespace goxel {
namespace {

// Quads of different size that meet along an edge (T-junctions) can leave out a
// pixel between them, through which the background shows. So every edge of a
// quad is moved outwards in the quad's plane until it has moved by this part of
// a pixel on the screen: enough to close every gap, since the rasteriser snaps
// corners to 1/256 pixel, and too little to be seen.
constexpr float kGrowPixels = 1.5f / 256;

// The slanter a plane is seen, the further its edges have to move in it; up to
// this many times as far as in a plane seen face on.
constexpr float kMaxSlant = 128;

// Near a corner, `a` and `b` are what one cell along the two axes of the face
// measures on the screen, in pixels. Moving the edge along b by e cells along a
// moves it by e * |a x b| / |b| pixels.
constexpr const char* kVertexSource = R"(#version 330 core
layout(location = 0) in vec3 position;
layout(location = 1) in uvec2 face_corner;
layout(location = 2) in vec3 color;

uniform mat4 clip_from_region;
uniform vec2 half_frame;       // Pixels.
uniform float grow_pixels;
uniform float max_grow_cells;  // At clip w = 1.
uniform float light[6];

flat out vec3 shaded;

vec2 Screen(vec4 clip_axis, vec4 clip) {
  return (clip_axis.xy - clip.xy / clip.w * clip_axis.w) / clip.w * half_frame;
}

void main() {
  uint axis = face_corner.x >> 1;
  vec4 clip = clip_from_region * vec4(position, 1.0);
  vec4 clip_a = clip_from_region[(axis + 1u) % 3u];
  vec4 clip_b = clip_from_region[(axis + 2u) % 3u];
  gl_Position = clip;
  if (clip.w > 0.0) {
    vec2 a = Screen(clip_a, clip);
    vec2 b = Screen(clip_b, clip);
    float area = max(abs(a.x * b.y - a.y * b.x), 1e-30);
    vec2 grow = min(grow_pixels * vec2(length(b), length(a)) / area,
                    vec2(max_grow_cells * clip.w));
    vec2 side = 2.0 * vec2(face_corner.y & 1u, face_corner.y >> 1 & 1u) - 1.0;
    gl_Position += clip_a * grow.x * side.x + clip_b * grow.y * side.y;
  }
  shaded = color * light[face_corner.x];
}
)";

constexpr const char* kFragmentSource = R"(#version 330 core
flat in vec3 shaded;
out vec4 pixel;

void main() { pixel = vec4(shaded, 1.0); }
)";

float Unit(std::uint8_t channel) {
  return static_cast<float>(channel) / 255.0f;
}

// Computed in double: far from 0 the parts of a transform are huge, only their
// sum is not.
glm::mat4 ClipFromRegion(const glm::dmat4& clip_from_world,
                         const MeshRegion& region) {
  const glm::dvec3 origin(region.origin[0], region.origin[1], region.origin[2]);
  return glm::mat4(glm::translate(clip_from_world, origin));
}

}  // namespace

Result<std::unique_ptr<VoxelPass>> VoxelPass::Create(const GlFunctions& gl) {
  auto program = GlProgram::Create(gl, kVertexSource, kFragmentSource);
  if (!program) return Fail(std::move(program.error()));
  return std::unique_ptr<VoxelPass>(new VoxelPass(gl, std::move(*program)));
}

VoxelPass::VoxelPass(const GlFunctions& gl, std::unique_ptr<GlProgram> program)
    : gl_(gl),
      program_(std::move(program)),
      clip_from_region_(program_->UniformLocation("clip_from_region")),
      half_frame_(program_->UniformLocation("half_frame")),
      grow_pixels_(program_->UniformLocation("grow_pixels")),
      max_grow_cells_(program_->UniformLocation("max_grow_cells")),
      light_(program_->UniformLocation("light")) {}

void VoxelPass::Draw(const SceneMesh& mesh, const Camera& camera,
                     const Look& look, const Window& window) {
  const auto [width, height] = std::pair(window.width, window.height);
  const Color background = look.background_top;
  const FaceLight& light = look.face_light;
  gl_.Viewport(0, 0, static_cast<GLsizei>(width), static_cast<GLsizei>(height));
  gl_.ClearColor(Unit(background.r), Unit(background.g), Unit(background.b),
                 Unit(background.a));
  gl_.Clear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);

  gl_.Enable(GL_DEPTH_TEST);
  gl_.Enable(GL_CULL_FACE);
  gl_.FrontFace(GL_CW);  // Since the picture is upside down.
  gl_.UseProgram(program_->id());
  gl_.Uniform1fv(light_, static_cast<GLsizei>(light.size()), light.data());
  gl_.Uniform2f(half_frame_, static_cast<float>(width) / 2,
                static_cast<float>(height) / 2);
  gl_.Uniform1f(grow_pixels_, kGrowPixels);
  const double cells_per_pixel = 2 / (camera.projection[1][1] * height);
  gl_.Uniform1f(max_grow_cells_,
                kMaxSlant * kGrowPixels * static_cast<float>(cells_per_pixel));

  const glm::dmat4 upside_down =
      glm::scale(glm::dmat4(1), glm::dvec3(1, -1, 1));
  const glm::dmat4 clip_from_world =
      upside_down * camera.projection * camera.world_to_camera;
  for (const MeshRegion& region : mesh.gpu.regions()) {
    const glm::mat4 matrix = ClipFromRegion(clip_from_world, region);
    gl_.UniformMatrix4fv(clip_from_region_, 1, GL_FALSE, &matrix[0][0]);
    mesh.gpu.DrawRegion(gl_, region);
  }
}

}  // namespace goxel
