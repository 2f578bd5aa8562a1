// The materials of a scene where a vertex shader finds them: a column for each,
// linear.
//
//   row 0   base colour, opacity
//   row 1   emission, how metallic
//   row 2   roughness
//
// Goxel's default material is a little metallic; here that counts as not at
// all, so that it looks like the plain colour that it is.

#ifndef RENDERER_MATERIAL_TEXTURE_H_
#define RENDERER_MATERIAL_TEXTURE_H_

#include <vector>

#include "ipc/status.h"
#include "renderer/gl/object.h"
#include "renderer/scene/scene.h"

namespace goxel {

class MaterialTexture {
 public:
  // `gl` must outlive this object.
  explicit MaterialTexture(const GlFunctions& gl);

  // Leaves the texture bound to the active unit. kRenderFailed.
  Status Fill(const std::vector<Material>& materials);
  GLuint id() const { return texture_.id(); }

 private:
  const GlFunctions& gl_;
  const GlObject texture_;
};

}  // namespace goxel

#endif  // RENDERER_MATERIAL_TEXTURE_H_
