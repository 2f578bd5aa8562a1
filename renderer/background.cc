#include "renderer/background.h"

#include <algorithm>
#include <glm/vec4.hpp>
#include <utility>

namespace goxel {
namespace {

constexpr const char* kBackgroundFragmentSource = R"(#version 330 core
uniform vec4 top;
uniform vec4 bottom;
uniform float first_row;  // Of the window in the picture.
uniform float last_row;   // Of the picture.
out vec4 pixel;

void main() {
  pixel = mix(top, bottom, (first_row + floor(gl_FragCoord.y)) / last_row);
}
)";

glm::vec4 ToVector(Color color, AlphaForm form) {
  const glm::vec4 straight =
      glm::vec4(color.r, color.g, color.b, color.a) / 255.0f;
  if (form == AlphaForm::kStraight) return straight;
  return {glm::vec3(straight) * straight.a, straight.a};
}

bool IsEven(const Look& look) {
  return look.background.top == look.background.bottom;
}

}  // namespace

Result<std::unique_ptr<Background>> Background::Create(const GlFunctions& gl) {
  auto frame = FullFrame::Create(gl, kBackgroundFragmentSource);
  if (!frame) return Fail(std::move(frame.error()));
  return std::unique_ptr<Background>(new Background(gl, std::move(*frame)));
}

Background::Background(const GlFunctions& gl, FullFrame frame)
    : gl_(gl),
      frame_(std::move(frame)),
      top_(frame_.UniformLocation("top")),
      bottom_(frame_.UniformLocation("bottom")),
      first_row_(frame_.UniformLocation("first_row")),
      last_row_(frame_.UniformLocation("last_row")) {}

void Background::Clear(const Look& look, AlphaForm form) const {
  if (!IsEven(look)) {
    gl_.Clear(GL_DEPTH_BUFFER_BIT);
    return;
  }
  const glm::vec4 color = ToVector(look.background.top, form);
  gl_.ClearColor(color.r, color.g, color.b, color.a);
  gl_.Clear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
}

void Background::Fill(const Look& look, const Window& window,
                      AlphaForm form) const {
  if (IsEven(look)) return;
  const glm::vec4 top = ToVector(look.background.top, form);
  const glm::vec4 bottom = ToVector(look.background.bottom, form);
  gl_.UseProgram(frame_.program().id());
  gl_.Uniform4f(top_, top.r, top.g, top.b, top.a);
  gl_.Uniform4f(bottom_, bottom.r, bottom.g, bottom.b, bottom.a);
  gl_.Uniform1f(first_row_, static_cast<float>(window.y));
  gl_.Uniform1f(last_row_,
                static_cast<float>(std::max(2u, window.picture_height) - 1));
  gl_.DepthFunc(GL_LEQUAL);
  frame_.Draw(gl_);
  gl_.DepthFunc(GL_LESS);
}

}  // namespace goxel
