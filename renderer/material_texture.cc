#include "renderer/material_texture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace goxel {
namespace {

constexpr std::size_t kRows = 3;

float Metallic(const Material& material) {
  const float plain = Material{}.metallic;
  return std::clamp((material.metallic - plain) / (1 - plain), 0.0f, 1.0f);
}

}  // namespace

MaterialTexture::MaterialTexture(const GlFunctions& gl)
    : gl_(gl), texture_(gl.GenTextures, gl.DeleteTextures) {}

Status MaterialTexture::Fill(const std::vector<Material>& materials) {
  using Texel = std::array<float, 4>;
  const std::size_t width = materials.size();
  std::vector<Texel> texels(width * kRows);
  for (std::size_t i = 0; i < width; ++i) {
    const Material& material = materials[i];
    const auto& glow = material.emission;
    texels[i] = material.color;
    texels[width + i] = {glow[0], glow[1], glow[2], Metallic(material)};
    texels[2 * width + i] = {std::clamp(material.roughness, 0.0f, 1.0f)};
  }
  gl_.BindTexture(GL_TEXTURE_2D, id());
  gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
  gl_.TexImage2D(GL_TEXTURE_2D, 0, GL_RGBA32F, static_cast<GLsizei>(width),
                 kRows, 0, GL_RGBA, GL_FLOAT, texels.data());
  return TakeGlError(gl_, fmt::format("make {} materials known", width));
}

}  // namespace goxel
