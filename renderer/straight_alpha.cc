#include "renderer/straight_alpha.h"

#include <utility>

namespace goxel {
namespace {

constexpr const char* kStraightAlphaFragmentSource = R"(#version 330 core
uniform sampler2D premultiplied;
out vec4 pixel;

void main() {
  vec4 color = texelFetch(premultiplied, ivec2(gl_FragCoord.xy), 0);
  pixel = vec4(color.rgb / max(color.a, 1.0 / 255.0), color.a);
}
)";

// A copy of the colours that are bound.
GlObject CopyOfFrame(const GlFunctions& gl, GLsizei width, GLsizei height) {
  GlObject texture(gl.GenTextures, gl.DeleteTextures);
  gl.BindTexture(GL_TEXTURE_2D, texture.id());
  gl.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  gl.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
  gl.TexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width, height, 0, GL_RGBA,
                GL_UNSIGNED_BYTE, nullptr);
  gl.CopyTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, 0, 0, width, height);
  return texture;
}

}  // namespace

Result<std::unique_ptr<StraightAlpha>> StraightAlpha::Create(
    const GlFunctions& gl) {
  auto frame = FullFrame::Create(gl, kStraightAlphaFragmentSource);
  if (!frame) return Fail(std::move(frame.error()));
  return std::unique_ptr<StraightAlpha>(
      new StraightAlpha(gl, std::move(*frame)));
}

StraightAlpha::StraightAlpha(const GlFunctions& gl, FullFrame frame)
    : gl_(gl), frame_(std::move(frame)) {}

void StraightAlpha::Convert(const Window& window) const {
  const GlObject copy = CopyOfFrame(gl_, static_cast<GLsizei>(window.width),
                                    static_cast<GLsizei>(window.height));
  gl_.UseProgram(frame_.program().id());
  gl_.Disable(GL_DEPTH_TEST);
  frame_.Draw(gl_);
  gl_.Enable(GL_DEPTH_TEST);
  gl_.BindTexture(GL_TEXTURE_2D, 0);
}

}  // namespace goxel
