#include "renderer/quad_placement.h"

#include <glm/ext/matrix_transform.hpp>

namespace goxel {
namespace {

// The rasteriser snaps corners to 1/256 pixel.
constexpr float kGrowPixels = 1.5f / 256;

// The slanter a plane is seen, the further its edges have to move in it; up to
// this many times as far as in a plane seen face on.
constexpr float kMaxSlant = 128;

// Near a corner, `a` and `b` are what one cell along the two axes of the face
// measures on the screen, in pixels. Moving the edge along b by e cells along a
// moves it by e * |a x b| / |b| pixels.
constexpr const char* kSource = R"(#version 330 core
layout(location = 0) in uvec3 vertex;
#define position \
  vec3(vertex.x & 0xFFFFu, vertex.x >> 16, vertex.y & 0xFFFFu)
#define face_corner uvec2(vertex.y >> 16 & 0xFFu, vertex.y >> 24)
#define color (vec3(uvec3(vertex.z, vertex.z >> 8, vertex.z >> 16) & 0xFFu) / 255.0)
#define material (vertex.z >> 24)

uniform mat4 clip_from_region;
uniform vec2 half_frame;       // Pixels.
uniform float grow_pixels;
uniform float max_grow_cells;  // At clip w = 1.

vec2 ScreenAxis(vec4 clip_axis, vec4 clip) {
  return (clip_axis.xy - clip.xy / clip.w * clip_axis.w) / clip.w * half_frame;
}

vec4 PlaceCorner() {
  uint axis = face_corner.x >> 1;
  vec4 clip = clip_from_region * vec4(position, 1.0);
  if (clip.w <= 0.0) return clip;
  vec4 clip_a = clip_from_region[(axis + 1u) % 3u];
  vec4 clip_b = clip_from_region[(axis + 2u) % 3u];
  vec2 a = ScreenAxis(clip_a, clip);
  vec2 b = ScreenAxis(clip_b, clip);
  float area = max(abs(a.x * b.y - a.y * b.x), 1e-30);
  vec2 grow = min(grow_pixels * vec2(length(b), length(a)) / area,
                  vec2(max_grow_cells * clip.w));
  vec2 side = 2.0 * vec2(face_corner.y & 1u, face_corner.y >> 1 & 1u) - 1.0;
  return clip + clip_a * grow.x * side.x + clip_b * grow.y * side.y;
}
)";

}  // namespace

glm::dmat4 ClipFromWorld(const Camera& camera, const Window& window) {
  const glm::dvec2 size(window.width, window.height);
  const glm::dvec2 picture(window.picture_width, window.picture_height);
  const glm::dvec2 first(window.x, window.y);
  const glm::dvec2 scale = picture / size;
  const glm::dvec2 shift = (picture - 2.0 * first) / size - 1.0;
  glm::dmat4 crop(1);
  crop[0][0] = scale.x;
  crop[1][1] = -scale.y;
  crop[3] = glm::dvec4(shift, 0, 1);
  return crop * camera.projection * camera.world_to_camera;
}

glm::mat4 FromRegion(const glm::dmat4& from_world, const MeshRegion& region) {
  const glm::dvec3 origin(region.origin[0], region.origin[1], region.origin[2]);
  return glm::mat4(glm::translate(from_world, origin));
}

std::string QuadShaderStart() { return kSource; }

QuadPlacement::QuadPlacement(const GlFunctions& gl, const GlProgram& program)
    : gl_(gl),
      clip_from_region_(program.UniformLocation("clip_from_region")),
      half_frame_(program.UniformLocation("half_frame")),
      grow_pixels_(program.UniformLocation("grow_pixels")),
      max_grow_cells_(program.UniformLocation("max_grow_cells")) {}

void QuadPlacement::EnterWindow(const Camera& camera, const Window& window,
                                Edges edges) {
  clip_from_world_ = ClipFromWorld(camera, window);
  const float grow = edges == Edges::kGrown ? kGrowPixels : 0;
  const double cells_per_pixel =
      2 / (camera.projection[1][1] * window.picture_height);
  gl_.Uniform2f(half_frame_, static_cast<float>(window.width) / 2,
                static_cast<float>(window.height) / 2);
  gl_.Uniform1f(grow_pixels_, grow);
  gl_.Uniform1f(max_grow_cells_,
                kMaxSlant * grow * static_cast<float>(cells_per_pixel));
}

void QuadPlacement::EnterRegion(const MeshRegion& region) {
  const glm::mat4 matrix = FromRegion(clip_from_world_, region);
  gl_.UniformMatrix4fv(clip_from_region_, 1, GL_FALSE, &matrix[0][0]);
}

}  // namespace goxel
