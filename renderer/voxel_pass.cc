#include "renderer/voxel_pass.h"

#include <utility>

#include "renderer/glass_order.h"

namespace goxel {
namespace {

// Where a part could be made, puts it in its place.
template <typename Part>
Status Keep(Result<std::unique_ptr<Part>> made, std::unique_ptr<Part>& place) {
  if (!made) return std::move(made.error());
  place = std::move(*made);
  return {};
}

bool ShinesThrough(const Look& look) {
  return look.background.top.a < 255 || look.background.bottom.a < 255;
}

bool HasThinOutline(const Look& look) {
  return look.outline &&
         (look.outline->width < 1 || look.outline->color.a < 255);
}

}  // namespace

Result<std::unique_ptr<VoxelPass>> VoxelPass::Create(const GlFunctions& gl) {
  Parts parts;
  Status status = Keep(ShadowMaps::Create(gl), parts.shadow_maps);
  if (status.ok()) status = Keep(Background::Create(gl), parts.background);
  if (status.ok()) status = Keep(Ground::Create(gl), parts.ground);
  if (status.ok()) status = Keep(OutlinePass::Create(gl), parts.outline);
  if (status.ok()) {
    status = Keep(StraightAlpha::Create(gl), parts.straight_alpha);
  }
  if (!status.ok()) return Fail(std::move(status));
  return std::unique_ptr<VoxelPass>(new VoxelPass(gl, std::move(parts)));
}

VoxelPass::VoxelPass(const GlFunctions& gl, Parts parts)
    : gl_(gl), parts_(std::move(parts)), indices_(gl), materials_(gl) {}

Result<VoxelProgram*> VoxelPass::FindProgram(VoxelShading shading) {
  std::unique_ptr<VoxelProgram>& program = programs_[shading];
  if (program == nullptr) {
    auto made = VoxelProgram::Create(gl_, shading);
    if (!made) return Fail(std::move(made.error()));
    program = std::move(*made);
  }
  return program.get();
}

Status VoxelPass::Prepare(const SceneMesh& mesh, const Camera& camera,
                          const Look& look) {
  shadow_map_ = nullptr;
  material_program_ = nullptr;
  glass_.reset();
  if (look.shadows != Shadows::kOff || look.ground_shadow > 0) {
    const auto map = parts_.shadow_maps->Get(mesh, look.light.to_sun);
    if (!map) return map.error();
    shadow_map_ = *map;
  }
  VoxelShading shading = {
      .shadows = shadow_map_ == nullptr ? Shadows::kOff : look.shadows,
      .occlusion = look.occlusion.has_value()};
  const auto program = FindProgram(shading);
  if (!program) return program.error();
  program_ = *program;
  if (look.materials && mesh.materials.size() > 1) {
    shading.materials = true;
    const auto material_program = FindProgram(shading);
    if (!material_program) return material_program.error();
    material_program_ = *material_program;
    Status status = PrepareMaterials(mesh, camera);
    if (!status.ok()) return status;
  }
  alpha_form_ = ShinesThrough(look) && (glass_ || HasThinOutline(look))
                    ? AlphaForm::kPremultiplied
                    : AlphaForm::kStraight;
  return {};
}

Status VoxelPass::PrepareMaterials(const SceneMesh& mesh,
                                   const Camera& camera) {
  Status status = materials_.Fill(mesh.materials);
  if (status.ok()) status = PrepareGlass(mesh, camera);
  return status;
}

Status VoxelPass::PrepareGlass(const SceneMesh& mesh, const Camera& camera) {
  const OrderedGlass ordered = OrderGlass(*mesh.mesh, camera);
  if (ordered.regions.empty()) return {};
  auto uploaded =
      GpuMesh::Upload(gl_, ordered.vertices, ordered.indices, ordered.regions);
  if (!uploaded) return uploaded.error();
  // Faces of single voxels meet corner to corner, so they leave no gaps; where
  // they overlapped, two would shine through each other.
  glass_ = Glass{std::move(*uploaded), ordered.is_exact
                                           ? QuadPlacement::Edges::kExact
                                           : QuadPlacement::Edges::kGrown};
  return {};
}

Status VoxelPass::Draw(const SceneMesh& mesh, const Camera& camera,
                       const Look& look, const Window& window,
                       FrameBuffer& frame) {
  gl_.Viewport(0, 0, static_cast<GLsizei>(window.width),
               static_cast<GLsizei>(window.height));
  gl_.Enable(GL_DEPTH_TEST);
  gl_.Enable(GL_CULL_FACE);
  gl_.FrontFace(GL_CW);  // Since the picture is upside down.
  parts_.background->Clear(look, alpha_form_);
  DrawOpaque(mesh, camera, look, window);
  parts_.background->Fill(look, window, alpha_form_);
  if (look.ground_shadow > 0 && shadow_map_ != nullptr) {
    parts_.ground->Draw(camera, look, window, *shadow_map_);
  }
  if (glass_) DrawGlass(camera, look, window);
  if (look.outline) parts_.outline->Draw(camera, *look.outline, frame);
  if (alpha_form_ == AlphaForm::kPremultiplied) {
    parts_.straight_alpha->Convert(window);
  }
  return TakeGlError(gl_, "draw a scene");
}

void VoxelPass::BindTextures() const {
  gl_.ActiveTexture(GL_TEXTURE0 + VoxelProgram::kMaterialUnit);
  gl_.BindTexture(GL_TEXTURE_2D, materials_.id());
  gl_.ActiveTexture(GL_TEXTURE0 + VoxelProgram::kShadowUnit);
  gl_.BindTexture(GL_TEXTURE_2D,
                  shadow_map_ == nullptr ? 0 : shadow_map_->texture.id());
}

void VoxelPass::DrawOpaque(const SceneMesh& mesh, const Camera& camera,
                           const Look& look, const Window& window) {
  BindTextures();
  program_->EnterWindow(camera, look, window, shadow_map_,
                        QuadPlacement::Edges::kGrown);
  const Viewer viewer = ViewerOf(camera);
  DrawQuads(*program_, mesh.gpu, viewer, [&look](QuadKind kind) {
    return kind == QuadKind::kPlain || !look.materials;
  });
  if (material_program_ == nullptr) return;
  // The rasteriser fills these quads while the next are placed.
  gl_.Flush();
  material_program_->EnterWindow(camera, look, window, shadow_map_,
                                 QuadPlacement::Edges::kGrown);
  DrawQuads(*material_program_, mesh.gpu, viewer,
            [](QuadKind kind) { return kind == QuadKind::kWithMaterial; });
}

// Those whose kind is wanted.
template <typename Filter>
void VoxelPass::DrawQuads(VoxelProgram& program, const GpuMesh& mesh,
                          const Viewer& viewer, Filter is_wanted) const {
  for (const MeshRegion& region : mesh.regions()) {
    if (!is_wanted(region.kind) || !MaySeeFronts(viewer, region)) continue;
    program.EnterRegion(region);
    mesh.DrawRegion(gl_, region);
  }
}

void VoxelPass::DrawGlass(const Camera& camera, const Look& look,
                          const Window& window) {
  BindTextures();
  material_program_->EnterWindow(camera, look, window, shadow_map_,
                                 glass_->edges);
  gl_.Enable(GL_BLEND);
  gl_.BlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE,
                        GL_ONE_MINUS_SRC_ALPHA);
  DrawQuads(*material_program_, glass_->mesh, ViewerOf(camera),
            [](QuadKind) { return true; });
  gl_.Disable(GL_BLEND);
}

}  // namespace goxel
