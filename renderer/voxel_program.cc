#include "renderer/voxel_program.h"

#include <fmt/format.h>

#include <glm/mat4x4.hpp>
#include <string>
#include <utility>

namespace goxel {
namespace {

// A soft shadow is the mean of so many looks in each direction.
constexpr int kSmoothLooks = 4;
constexpr double kSmoothWidth = 0.9;  // Of its edge, in cells.

// What both stages agree on. Where there are no materials a quad has one colour
// in all its pixels, exactly.
constexpr const char* kVarying = R"(
#if MATERIALS
#define COLOR_VARYING smooth
#else
#define COLOR_VARYING flat
#endif
)";

constexpr const char* kVoxelVertexSource = R"(
uniform vec3 sunlit_light[6];
uniform vec3 shaded_light[6];
uniform vec4 paint;  // Its alpha: how much of the voxel's colour it covers.

COLOR_VARYING out vec3 sunlit;
COLOR_VARYING out vec3 shaded;
#if MATERIALS
COLOR_VARYING out float opacity;
#endif
#if OCCLUSION
smooth out float closed;
#endif
#if SHADOW_LOOKS
uniform mat4 shadow_from_region;
uniform vec3 shadow_nudge[6];
uniform vec2 shadow_slope[6];
smooth out vec3 shadow_place;
flat out vec2 slope;
#endif

#if MATERIALS
uniform sampler2D materials;
uniform vec4 viewer;  // A place, or with w = 0 a direction.
uniform vec3 to_sun;

const float kGamma = 2.2;

vec3 Linear(vec3 encoded) { return pow(encoded, vec3(kGamma)); }
vec3 Encoded(vec3 linear) { return pow(min(linear, 1.0), vec3(1.0 / kGamma)); }

// What a smooth surface mirrors: ground, horizon and sky.
vec3 Surroundings(vec3 direction, float roughness) {
  float blur = 0.08 + roughness;
  float above = smoothstep(-blur, blur, direction.z);
  vec3 sky = mix(vec3(0.95, 0.97, 1.0), vec3(0.42, 0.58, 0.85),
                 clamp(direction.z, 0.0, 1.0));
  return mix(vec3(0.16, 0.15, 0.14), sky, above);
}

void ApplyMaterial(vec3 normal) {
  vec4 base = texelFetch(materials, ivec2(material, 0), 0);
  vec4 glow = texelFetch(materials, ivec2(material, 1), 0);
  float metallic = glow.a;
  float roughness = texelFetch(materials, ivec2(material, 2), 0).r;
  opacity = base.a;
  if (base == vec4(1.0) && glow == vec4(0.0)) return;

  vec3 to_viewer = normalize(viewer.xyz - position * viewer.w);
  vec3 mirrored = reflect(-to_viewer, normal);
  float grazing = 1.0 - max(dot(to_viewer, normal), 0.0);
  float fresnel = grazing * grazing * grazing;
  vec3 albedo = Linear(color) * base.rgb;
  vec3 gloss = albedo * metallic * (1.0 - 0.5 * roughness) +
               vec3(0.05 + 0.4 * fresnel) * (1.0 - base.a);
  vec3 surroundings = Surroundings(mirrored, roughness);
  float shininess = mix(120.0, 4.0, sqrt(roughness));
  vec3 sun = vec3((1.0 - roughness) *
                  pow(max(dot(mirrored, to_sun), 0.0), shininess));
  vec3 diffuse = albedo * mix(1.0, 0.35, metallic);
  vec3 light = Linear(sunlit_light[face_corner.x]);
  vec3 shade = Linear(shaded_light[face_corner.x]);
  sunlit = Encoded(diffuse * light + gloss * (surroundings + sun) + glow.rgb);
  shaded = Encoded(diffuse * shade + gloss * surroundings + glow.rgb);
  opacity = mix(base.a, 1.0, (1.0 - base.a) * 0.6 * fresnel);
#if OCCLUSION
  closed *= 1.0 - clamp(max(glow.r, max(glow.g, glow.b)), 0.0, 1.0);
#endif
}
#endif

void main() {
  uint face = face_corner.x;
  gl_Position = PlaceCorner();
  vec3 shown = mix(color, paint.rgb, paint.a);
  sunlit = shown * sunlit_light[face];
  shaded = shown * shaded_light[face];
#if OCCLUSION
  closed = 1.0 - float(face_corner.y >> 2 & 3u) / 3.0;
#endif
#if SHADOW_LOOKS
  shadow_place =
      (shadow_from_region * vec4(position, 1.0)).xyz + shadow_nudge[face];
  slope = shadow_slope[face];
#endif
#if MATERIALS
  vec3 normal = vec3(0.0);
  normal[face >> 1] = (face & 1u) == 0u ? 1.0 : -1.0;
  ApplyMaterial(normal);
#endif
}
)";

constexpr const char* kVoxelFragmentSource = R"(
COLOR_VARYING in vec3 sunlit;
COLOR_VARYING in vec3 shaded;
#if MATERIALS
COLOR_VARYING in float opacity;
#endif
#if OCCLUSION
uniform vec2 occlusion;  // In the sun and out of it.
smooth in float closed;
#endif
#if SHADOW_LOOKS
uniform sampler2DShadow shadow_map;
uniform float shadow_step;  // Between looks.
smooth in vec3 shadow_place;
flat in vec2 slope;

float Sun() {
#if SHADOW_LOOKS == 1
  return texture(shadow_map, shadow_place);
#else
  return SoftSun(shadow_map, shadow_place, slope, shadow_step);
#endif
}
#endif

out vec4 pixel;

void main() {
  vec3 in_sun = sunlit;
  vec3 in_shade = shaded;
#if OCCLUSION
  in_sun *= 1.0 - occlusion.x * closed;
  in_shade *= 1.0 - occlusion.y * closed;
#endif
#if SHADOW_LOOKS
  pixel.rgb = mix(in_shade, in_sun, Sun());
#else
  pixel.rgb = in_sun;
#endif
#if MATERIALS
  pixel.a = opacity;
#else
  pixel.a = 1.0;
#endif
}
)";

int LooksOf(Shadows shadows) {
  switch (shadows) {
    case Shadows::kOff:
      return 0;
    case Shadows::kFast:
      return 1;
    case Shadows::kSmooth:
      return kSmoothLooks;
  }
  return 0;
}

std::string Definitions(VoxelShading shading) {
  return fmt::format(
             "#define SHADOW_LOOKS {}\n#define OCCLUSION {:d}\n"
             "#define MATERIALS {:d}\n",
             LooksOf(shading.shadows), shading.occlusion, shading.materials) +
         kVarying;
}

}  // namespace

Result<std::unique_ptr<VoxelProgram>> VoxelProgram::Create(
    const GlFunctions& gl, VoxelShading shading) {
  const std::string definitions = Definitions(shading);
  const std::string vertex =
      QuadShaderStart() + definitions + kVoxelVertexSource;
  const std::string fragment = "#version 330 core\n" + definitions +
                               SoftSunSource(LooksOf(shading.shadows)) +
                               kVoxelFragmentSource;
  auto program = GlProgram::Create(gl, vertex.c_str(), fragment.c_str());
  if (!program) return Fail(std::move(program.error()));
  gl.UseProgram((*program)->id());
  gl.Uniform1i((*program)->UniformLocation("shadow_map"), kShadowUnit);
  gl.Uniform1i((*program)->UniformLocation("materials"), kMaterialUnit);
  return std::unique_ptr<VoxelProgram>(
      new VoxelProgram(gl, std::move(*program), shading));
}

VoxelProgram::VoxelProgram(const GlFunctions& gl,
                           std::unique_ptr<GlProgram> program,
                           VoxelShading shading)
    : gl_(gl),
      program_(std::move(program)),
      shading_(shading),
      placement_(gl, *program_),
      sunlit_(program_->UniformLocation("sunlit_light")),
      shaded_(program_->UniformLocation("shaded_light")),
      paint_(program_->UniformLocation("paint")),
      occlusion_(program_->UniformLocation("occlusion")),
      shadow_from_region_(program_->UniformLocation("shadow_from_region")),
      shadow_nudge_(program_->UniformLocation("shadow_nudge")),
      shadow_slope_(program_->UniformLocation("shadow_slope")),
      shadow_step_(program_->UniformLocation("shadow_step")),
      viewer_(program_->UniformLocation("viewer")),
      to_sun_(program_->UniformLocation("to_sun")) {}

void VoxelProgram::EnterWindow(const Camera& camera, const Look& look,
                               const Window& window,
                               const ShadowMap* shadow_map,
                               QuadPlacement::Edges edges) {
  gl_.UseProgram(program_->id());
  placement_.EnterWindow(camera, window, edges);
  const FaceLight& faces = look.light.faces;
  gl_.Uniform3fv(sunlit_, 6, &faces.sunlit[0].x);
  gl_.Uniform3fv(shaded_, 6, &faces.shaded[0].x);
  const Color paint = look.paint.value_or(Color{});
  gl_.Uniform4f(paint_, paint.r / 255.0f, paint.g / 255.0f, paint.b / 255.0f,
                look.paint ? 1 : 0);
  const Occlusion occlusion = look.occlusion.value_or(Occlusion{});
  gl_.Uniform2f(occlusion_, occlusion.sunlit, occlusion.shaded);
  const glm::vec3 to_sun(look.light.to_sun);
  gl_.Uniform3fv(to_sun_, 1, &to_sun.x);
  viewer_in_world_ = ViewerOf(camera);
  if (shadow_map != nullptr) SetShadow(*shadow_map);
}

void VoxelProgram::SetShadow(const ShadowMap& map) {
  shadow_from_world_ = map.texture_from_world;
  const double step = map.LookStep(kSmoothWidth, LooksOf(shading_.shadows));
  std::array<glm::vec3, 6> nudges;
  std::array<glm::vec2, 6> slopes;
  for (const Face face : kFaces) {
    nudges[IndexOf(face)] = map.NudgeOf(face);
    slopes[IndexOf(face)] = map.SlopeOf(face);
  }
  gl_.Uniform3fv(shadow_nudge_, 6, &nudges[0].x);
  gl_.Uniform2fv(shadow_slope_, 6, &slopes[0].x);
  gl_.Uniform1f(shadow_step_, static_cast<float>(step));
}

void VoxelProgram::EnterRegion(const MeshRegion& region) {
  placement_.EnterRegion(region);
  const glm::mat4 shadow = FromRegion(shadow_from_world_, region);
  gl_.UniformMatrix4fv(shadow_from_region_, 1, GL_FALSE, &shadow[0][0]);
  const glm::dvec3 origin(region.origin[0], region.origin[1], region.origin[2]);
  const Viewer& viewer = viewer_in_world_;
  const glm::vec3 at(viewer.is_far ? viewer.at : viewer.at - origin);
  gl_.Uniform4f(viewer_, at.x, at.y, at.z, viewer.is_far ? 0 : 1);
}

}  // namespace goxel
