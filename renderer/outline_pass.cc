#include "renderer/outline_pass.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

namespace goxel {
namespace {

// What counts as a step: less than one voxel, so that each that stands out has
// a line, and more than what rounding does.
constexpr double kStep = 0.8;  // Cells.

// Within a plane the depth that the GL stores changes evenly over the screen,
// in either projection. So a plane that goes on has at `toward` the depth that
// the slope beside the pixel leads to, and that which continues from `away`
// through the pixel; a step falls short of both. kStep is `step.x` of that
// depth where it is 0, and, seen in perspective, less with the square of the
// distance.
constexpr const char* kOutlineFragmentSource = R"(
uniform sampler2D depths;
uniform vec4 ink;
uniform ivec2 offsets[OFFSETS];  // Of the samples looked at; of each pair of
uniform int offset_count;        // opposite ones the first.
uniform vec2 step;  // Of depth, where it is 0 and where it is 1.
out vec4 pixel;

float DepthAt(ivec2 at) {
  return texelFetch(depths, clamp(at, ivec2(0), textureSize(depths, 0) - 1), 0)
      .r;
}

float Smaller(float a, float b) { return abs(a) < abs(b) ? a : b; }

// One of the two sides is in the pixel's own plane, and changes less.
vec2 SlopeAt(ivec2 at, float depth) {
  ivec2 x = ivec2(1, 0);
  ivec2 y = ivec2(0, 1);
  return vec2(Smaller(DepthAt(at + x) - depth, depth - DepthAt(at - x)),
              Smaller(DepthAt(at + y) - depth, depth - DepthAt(at - y)));
}

// Of the sample whose depth is `toward`; `lead` is by how much the slope
// changes on the way there.
bool StandsBefore(float depth, float lead, float toward, float away) {
  if (toward >= depth) return false;
  if (depth == 1.0) return true;
  float drop = depth + lead - toward;
  if (away < 1.0) drop = min(drop, 2.0 * depth - away - toward);
  float root = mix(sqrt(step.x), sqrt(step.y), toward);
  return drop > root * root;
}

void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  float depth = DepthAt(at);
  vec2 slope = SlopeAt(at, depth);
  bool inked = false;
  for (int i = 0; i < offset_count; ++i) {
    float lead = dot(slope, vec2(offsets[i]));
    float one = DepthAt(at + offsets[i]);
    float other = DepthAt(at - offsets[i]);
    inked = inked || StandsBefore(depth, lead, one, other) ||
            StandsBefore(depth, -lead, other, one);
  }
  if (!inked) discard;
  pixel = ink;
}
)";

// Two numbers each. Lines of 48 samples, the widest there are, take 32 rings of
// eight pairs.
constexpr std::size_t kMaxOffsets = 256;

// The samples that a line of `width` samples is found by: rings of 16, close
// enough together to meet every voxel that is not much smaller than the line.
std::vector<std::array<GLint, 2>> OffsetsOf(double width) {
  constexpr int kPairs = 8;
  constexpr double kBetweenRings = 1.5;
  std::vector<std::array<GLint, 2>> offsets;
  for (double reach = std::max(width, 1.0); reach > 0.25;
       reach -= kBetweenRings) {
    for (int i = 0; i < kPairs; ++i) {
      const double angle = std::numbers::pi * i / kPairs;
      const std::array<GLint, 2> offset = {
          static_cast<GLint>(std::lround(reach * std::cos(angle))),
          static_cast<GLint>(std::lround(reach * std::sin(angle)))};
      if (std::ranges::find(offsets, offset) == offsets.end() &&
          offsets.size() < kMaxOffsets) {
        offsets.push_back(offset);
      }
    }
  }
  return offsets;
}

}  // namespace

Result<std::unique_ptr<OutlinePass>> OutlinePass::Create(
    const GlFunctions& gl) {
  const std::string source =
      fmt::format("#version 330 core\n#define OFFSETS {}\n", kMaxOffsets) +
      kOutlineFragmentSource;
  auto frame = FullFrame::Create(gl, source.c_str());
  if (!frame) return Fail(std::move(frame.error()));
  return std::unique_ptr<OutlinePass>(new OutlinePass(gl, std::move(*frame)));
}

OutlinePass::OutlinePass(const GlFunctions& gl, FullFrame frame)
    : gl_(gl),
      frame_(std::move(frame)),
      ink_(frame_.UniformLocation("ink")),
      offsets_(frame_.UniformLocation("offsets")),
      offset_count_(frame_.UniformLocation("offset_count")),
      step_(frame_.UniformLocation("step")) {}

void OutlinePass::Draw(const Camera& camera, const Outline& outline,
                       FrameBuffer& frame) const {
  // d depth / d cell at the near and at the far plane.
  const double near = camera.near_plane;
  const double far = camera.far_plane;
  const double even = 1 / (far - near);
  const double at_near = camera.orthographic ? even : even * far / near;
  const double at_far = camera.orthographic ? even : even * near / far;
  // A line thinner than a sample is one of a sample that shines through.
  const float opacity = static_cast<float>(std::min(1.0, outline.width)) *
                        static_cast<float>(outline.color.a) / 255;
  const auto channel = [&](std::uint8_t value) {
    return opacity * static_cast<float>(value) / 255;
  };
  gl_.UseProgram(frame_.program().id());
  gl_.Uniform4f(ink_, channel(outline.color.r), channel(outline.color.g),
                channel(outline.color.b), opacity);
  const auto offsets = OffsetsOf(outline.width);
  const auto count = static_cast<GLint>(offsets.size());
  gl_.Uniform2iv(offsets_, count, offsets[0].data());
  gl_.Uniform1i(offset_count_, count);
  gl_.Uniform2f(step_, static_cast<float>(kStep * at_near),
                static_cast<float>(kStep * at_far));
  gl_.BindTexture(GL_TEXTURE_2D, frame.depth_texture());
  frame.DetachDepth();
  gl_.Disable(GL_DEPTH_TEST);
  gl_.Enable(GL_BLEND);
  gl_.BlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
  frame_.Draw(gl_);
  gl_.Disable(GL_BLEND);
  gl_.Enable(GL_DEPTH_TEST);
  frame.AttachDepth();
  gl_.BindTexture(GL_TEXTURE_2D, 0);
}

}  // namespace goxel
