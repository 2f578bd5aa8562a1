#include "renderer/shadow_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <glm/ext/matrix_transform.hpp>
#include <glm/geometric.hpp>
#include <limits>
#include <utility>

#include "renderer/light.h"
#include "renderer/quad_placement.h"
#include "renderer/viewer.h"

namespace goxel {
namespace {

// Two, so that two lights can take turns.
constexpr std::size_t kMaxMaps = 2;

constexpr int kSide = 2048;  // Texels; 8 MiB of 16 bits each.
constexpr int kLargeSide = 4096;
// A scene that is this wide for the sun gets the large map.
constexpr double kLargeExtent = 512;  // Cells.

// Texels at the edge in which nothing stands, so that what lies beyond is lit.
constexpr int kEmptyEdge = 4;

// Of the depth range, at either end.
constexpr double kDepthMargin = 1.0 / 256;

// What the rounding of depths to 16 bits and of places can add up to.
constexpr double kDepthError = 2.0 / 65536;

// The side of a texel is a multiple of this, so that a small change of a scene
// leaves the grid where it was.
constexpr double kTexelStep = 1.0 / 64;  // Cells.

// How far from its place one look at the map reaches, in texels: it mixes the
// four around, and the map's depths stand at their middles.
constexpr double kLookReach = 1.5;

// A soft edge is never narrower.
constexpr double kMinEdgeTexels = 4;

constexpr const char* kShadowFragmentSource =
    "#version 330 core\nvoid main() {}\n";

// A box in some coordinates.
struct Extent {
  glm::dvec3 low{std::numeric_limits<double>::max()};
  glm::dvec3 high{std::numeric_limits<double>::lowest()};

  void Add(const glm::dvec3& point) {
    low = glm::min(low, point);
    high = glm::max(high, point);
  }
};

// Rows: two directions across the light, and the one towards the sun.
glm::dmat3 SunFromWorld(const glm::dvec3& to_sun) {
  const glm::dvec3 up =
      std::abs(to_sun.z) < 0.99 ? glm::dvec3(0, 0, 1) : glm::dvec3(0, 1, 0);
  const glm::dvec3 right = glm::normalize(glm::cross(up, to_sun));
  return glm::transpose(glm::dmat3(right, glm::cross(to_sun, right), to_sun));
}

// Visits corners, among them one that lies furthest in any direction: all of
// the faces across z, since a voxel that sticks out shows one of its two.
template <typename Visitor>
void ForEachOuterCorner(const Mesh& mesh, Visitor visit) {
  for (const MeshRegion& region : mesh.regions) {
    if (!IsOpaque(region.kind) || AxisOf(*region.face) != 2) continue;
    const glm::dvec3 origin(region.origin[0], region.origin[1],
                            region.origin[2]);
    const MeshVertex* vertex = &mesh.vertices[region.first_quad * 4];
    for (std::size_t i = 0; i < region.quad_count * 4; ++i) {
      const auto& at = vertex[i].position;
      visit(origin + glm::dvec3(at[0], at[1], at[2]));
    }
  }
}

// Fills in all but the texture.
void Fit(const Mesh& mesh, ShadowMap& map) {
  const glm::dmat3 sun_from_world = SunFromWorld(map.to_sun);
  Extent world;
  Extent sun;
  ForEachOuterCorner(mesh, [&](const glm::dvec3& corner) {
    world.Add(corner);
    sun.Add(sun_from_world * corner);
  });
  map.lowest = world.low;
  map.highest = world.high;
  const glm::dvec3 extent = sun.high - sun.low;
  const double across = std::max(extent.x, extent.y);
  map.side = across < kLargeExtent ? kSide : kLargeSide;
  map.texel = kTexelStep *
              std::ceil(across / (map.side - 2 * kEmptyEdge - 1) / kTexelStep);
  const auto snap = [&](double at) {
    return map.texel * (std::floor(at / map.texel) - kEmptyEdge);
  };
  const double width = map.texel * map.side;
  const double depth = std::max(extent.z, 1.0) / (1 - 2 * kDepthMargin);
  const double top = sun.high.z + depth * kDepthMargin;
  const glm::dmat4 scaled =
      glm::scale(glm::dmat4(1), {1 / width, 1 / width, -1 / depth});
  map.texture_from_world =
      glm::translate(scaled, {-snap(sun.low.x), -snap(sun.low.y), -top}) *
      glm::dmat4(sun_from_world);
}

GlObject MakeTexture(const GlFunctions& gl, int side) {
  GlObject texture(gl.GenTextures, gl.DeleteTextures);
  gl.BindTexture(GL_TEXTURE_2D, texture.id());
  const auto set = [&](GLenum name, GLint value) {
    gl.TexParameteri(GL_TEXTURE_2D, name, value);
  };
  set(GL_TEXTURE_MIN_FILTER, GL_LINEAR);
  set(GL_TEXTURE_MAG_FILTER, GL_LINEAR);
  set(GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  set(GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  set(GL_TEXTURE_COMPARE_MODE, GL_COMPARE_REF_TO_TEXTURE);
  set(GL_TEXTURE_COMPARE_FUNC, GL_LEQUAL);
  gl.TexImage2D(GL_TEXTURE_2D, 0, GL_DEPTH_COMPONENT16, side, side, 0,
                GL_DEPTH_COMPONENT, GL_UNSIGNED_SHORT, nullptr);
  gl.BindTexture(GL_TEXTURE_2D, 0);
  return texture;
}

}  // namespace

glm::dvec2 ShadowMap::SlopeOf(Face face) const {
  const glm::dvec3 normal =
      glm::transpose(glm::inverse(glm::dmat3(texture_from_world))) *
      NormalOf(face);
  return -glm::dvec2(normal) / normal.z;
}

glm::dvec3 ShadowMap::NudgeOf(Face face) const {
  const glm::dvec3 normal = NormalOf(face);
  const double cosine = glm::dot(normal, to_sun);
  const double sine = std::sqrt(std::max(0.0, 1 - cosine * cosine));
  const glm::dvec3 cells = normal * (kLookReach * texel * sine);
  return glm::dmat3(texture_from_world) * cells - glm::dvec3(0, 0, kDepthError);
}

double ShadowMap::LookStep(double cells, int looks) const {
  return std::max(cells / texel, kMinEdgeTexels) / looks / side;
}

std::string SoftSunSource(int looks) {
  return fmt::format("const int kLooks = {};\n", looks) + R"(
float SoftSun(sampler2DShadow map, vec3 place, vec2 slope, float step) {
  float sum = 0.0;
  for (int y = 0; y < kLooks; ++y) {
    for (int x = 0; x < kLooks; ++x) {
      vec2 aside = (vec2(x, y) - 0.5 * float(kLooks - 1)) * step;
      vec3 at = place + vec3(aside, dot(slope, aside));
      sum += texture(map, vec3(at.xy, min(at.z, 1.0)));
    }
  }
  return sum / float(kLooks * kLooks);
}
)";
}

Result<std::unique_ptr<ShadowMaps>> ShadowMaps::Create(const GlFunctions& gl) {
  const std::string vertex_source =
      QuadShaderStart() +
      "void main() { gl_Position = clip_from_region * vec4(position, 1.0); }\n";
  auto program =
      GlProgram::Create(gl, vertex_source.c_str(), kShadowFragmentSource);
  if (!program) return Fail(std::move(program.error()));
  return std::unique_ptr<ShadowMaps>(new ShadowMaps(gl, std::move(*program)));
}

ShadowMaps::ShadowMaps(const GlFunctions& gl,
                       std::unique_ptr<GlProgram> program)
    : gl_(gl),
      program_(std::move(program)),
      clip_from_region_(program_->UniformLocation("clip_from_region")),
      frame_(gl.GenFramebuffers, gl.DeleteFramebuffers) {}

Result<const ShadowMap*> ShadowMaps::Get(const SceneMesh& mesh,
                                         const glm::dvec3& to_sun) {
  const std::vector<MeshRegion>& regions = mesh.mesh->regions;
  // Opaque ones come first.
  if (regions.empty() || !IsOpaque(regions.front().kind)) return nullptr;
  const auto found =
      std::find_if(maps_.begin(), maps_.end(), [&](const ShadowMap& map) {
        return map.scene == mesh.scene && map.to_sun == to_sun;
      });
  if (found != maps_.end()) {
    maps_.splice(maps_.begin(), maps_, found);
    return &maps_.front();
  }
  ShadowMap map;
  map.scene = mesh.scene;
  map.to_sun = to_sun;
  Fit(*mesh.mesh, map);
  if (maps_.size() == kMaxMaps) {
    // Its texture is drawn over when it has the right size.
    if (maps_.back().side == map.side) {
      map.texture = std::move(maps_.back().texture);
    }
    maps_.pop_back();
  }
  Status status = Draw(mesh, map);
  if (!status.ok()) return Fail(std::move(status));
  maps_.push_front(std::move(map));
  return &maps_.front();
}

Status ShadowMaps::Draw(const SceneMesh& mesh, ShadowMap& map) {
  if (map.texture.id() == 0) map.texture = MakeTexture(gl_, map.side);
  gl_.BindFramebuffer(GL_FRAMEBUFFER, frame_.id());
  gl_.FramebufferTexture2D(GL_FRAMEBUFFER, GL_DEPTH_ATTACHMENT, GL_TEXTURE_2D,
                           map.texture.id(), 0);
  gl_.DrawBuffer(GL_NONE);
  gl_.ReadBuffer(GL_NONE);
  gl_.Viewport(0, 0, map.side, map.side);
  gl_.Clear(GL_DEPTH_BUFFER_BIT);
  gl_.Enable(GL_DEPTH_TEST);
  gl_.Enable(GL_CULL_FACE);
  gl_.FrontFace(GL_CCW);
  gl_.UseProgram(program_->id());
  // Clip space is -1 to 1 where the texture is 0 to 1.
  const glm::dmat4 clip_from_texture = glm::translate(
      glm::scale(glm::dmat4(1), glm::dvec3(2)), glm::dvec3(-0.5));
  const glm::dmat4 clip_from_world = clip_from_texture * map.texture_from_world;
  const Viewer sun{.at = map.to_sun, .is_far = true};
  for (const MeshRegion& region : mesh.gpu.regions()) {
    if (!IsOpaque(region.kind) || !MaySeeFronts(sun, region)) continue;
    const glm::mat4 matrix = FromRegion(clip_from_world, region);
    gl_.UniformMatrix4fv(clip_from_region_, 1, GL_FALSE, &matrix[0][0]);
    mesh.gpu.DrawRegion(gl_, region);
  }
  gl_.FramebufferTexture2D(GL_FRAMEBUFFER, GL_DEPTH_ATTACHMENT, GL_TEXTURE_2D,
                           0, 0);
  gl_.BindFramebuffer(GL_FRAMEBUFFER, 0);
  return TakeGlError(
      gl_, fmt::format("draw a shadow map of {} x {}", map.side, map.side));
}

}  // namespace goxel
