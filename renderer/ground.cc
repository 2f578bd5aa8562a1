#include "renderer/ground.h"

#include <cmath>
#include <glm/common.hpp>
#include <glm/ext/matrix_transform.hpp>
#include <glm/geometric.hpp>
#include <string>
#include <utility>

#include "renderer/quad_placement.h"

namespace goxel {
namespace {

// A sun lower than this throws shadows too long to be seen whole.
constexpr double kMinSunHeight = 0.1;  // Sine of its elevation.
// The shadow fades out over the outer part of a disc so much larger than what
// it can reach.
constexpr double kRoom = 1.5;
constexpr double kEdgeWidth = 1.2;  // Of a shadow, in cells.
constexpr int kLooks = 4;           // At the map, in each direction.

constexpr const char* kGroundVertexSource = R"(#version 330 core
uniform mat4 clip_from_ground;
uniform mat4 shadow_from_ground;
out vec2 place;
out vec3 shadow_place;

void main() {
  place = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
  vec4 at = vec4(place, 0.0, 1.0);
  gl_Position = clip_from_ground * at;
  shadow_place = (shadow_from_ground * at).xyz;
}
)";

constexpr const char* kGroundFragmentSource = R"(
uniform sampler2DShadow shadow_map;
uniform vec3 step_and_slope;  // Between looks, and of the plane's depth.
uniform float darkness;
in vec2 place;
in vec3 shadow_place;
out vec4 pixel;

void main() {
  float shade = 1.0 - SoftSun(shadow_map, shadow_place, step_and_slope.yz,
                              step_and_slope.x);
  float fade = 1.0 - smoothstep(0.6, 1.0, length(place));
  pixel = vec4(0.0, 0.0, 0.0, shade * darkness * fade);
}
)";

// From -1..1 on the plane to the world.
glm::dmat4 WorldFromGround(const ShadowMap& map) {
  const glm::dvec3 size = map.highest - map.lowest;
  const glm::dvec2 across(map.to_sun);
  const double reach = size.z * glm::length(across) / map.to_sun.z;
  const double radius = kRoom * (glm::length(glm::dvec2(size)) / 2 + reach);
  const glm::dvec3 middle(
      (glm::dvec2(map.lowest) + glm::dvec2(map.highest)) / 2.0, map.lowest.z);
  return glm::scale(glm::translate(glm::dmat4(1), middle), {radius, radius, 1});
}

}  // namespace

Result<std::unique_ptr<Ground>> Ground::Create(const GlFunctions& gl) {
  const std::string fragment =
      "#version 330 core\n" + SoftSunSource(kLooks) + kGroundFragmentSource;
  auto program = GlProgram::Create(gl, kGroundVertexSource, fragment.c_str());
  if (!program) return Fail(std::move(program.error()));
  return std::unique_ptr<Ground>(new Ground(gl, std::move(*program)));
}

Ground::Ground(const GlFunctions& gl, std::unique_ptr<GlProgram> program)
    : gl_(gl),
      program_(std::move(program)),
      array_(gl.GenVertexArrays, gl.DeleteVertexArrays),
      clip_from_ground_(program_->UniformLocation("clip_from_ground")),
      shadow_from_ground_(program_->UniformLocation("shadow_from_ground")),
      step_(program_->UniformLocation("step_and_slope")),
      darkness_(program_->UniformLocation("darkness")) {}

void Ground::Draw(const Camera& camera, const Look& look, const Window& window,
                  const ShadowMap& map) const {
  if (map.to_sun.z < kMinSunHeight) return;
  const glm::dmat4 world_from_ground = WorldFromGround(map);
  const glm::mat4 clip(ClipFromWorld(camera, window) * world_from_ground);
  const glm::dvec3 nudge = map.NudgeOf(Face::kPlusZ);
  const glm::mat4 shadow(glm::translate(glm::dmat4(1), nudge) *
                         map.texture_from_world * world_from_ground);
  const glm::vec3 step(map.LookStep(kEdgeWidth, kLooks),
                       map.SlopeOf(Face::kPlusZ));

  gl_.UseProgram(program_->id());
  gl_.BindTexture(GL_TEXTURE_2D, map.texture.id());
  gl_.UniformMatrix4fv(clip_from_ground_, 1, GL_FALSE, &clip[0][0]);
  gl_.UniformMatrix4fv(shadow_from_ground_, 1, GL_FALSE, &shadow[0][0]);
  gl_.Uniform3fv(step_, 1, &step.x);
  gl_.Uniform1f(darkness_, look.ground_shadow);
  gl_.Enable(GL_BLEND);
  gl_.BlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
  // The plane reaches beyond the camera's far plane, which fits the voxels.
  gl_.Enable(GL_DEPTH_CLAMP);
  gl_.DepthFunc(GL_LEQUAL);
  gl_.DepthMask(GL_FALSE);
  gl_.BindVertexArray(array_.id());
  gl_.DrawArrays(GL_TRIANGLE_STRIP, 0, 4);
  gl_.BindVertexArray(0);
  gl_.DepthMask(GL_TRUE);
  gl_.DepthFunc(GL_LESS);
  gl_.Disable(GL_DEPTH_CLAMP);
  gl_.Disable(GL_BLEND);
}

}  // namespace goxel
