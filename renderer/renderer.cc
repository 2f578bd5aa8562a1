#include "renderer/renderer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "renderer/gl/proof_file.h"
#include "renderer/look.h"
#include "renderer/plane_drawer.h"
#include "renderer/scene_meshes.h"
#include "renderer/stopwatch.h"
#include "renderer/target_drawer.h"
#include "renderer/voxel_pass.h"
#include "renderer/warm_up.h"

namespace goxel {
namespace {

// Raise it with every change that gives equal inputs other pixels.
constexpr int kLookVersion = 2;

Status CheckSides(std::uint32_t width, std::uint32_t height) {
  const auto is_side = [](std::uint32_t side) {
    return side >= 1 && side <= kMaxRenderSide;
  };
  if (is_side(width) && is_side(height)) return {};
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("a target of {} x {} pixels; give 1 to {} each",
                          width, height, kMaxRenderSide));
}

Status CheckTarget(const PixelTarget& target) {
  Status sides = CheckSides(target.width, target.height);
  if (!sides.ok()) return sides;
  if (target.stride_bytes < target.width * 4 || target.stride_bytes % 4 != 0) {
    return Fail(
        StatusCode::kInvalidArgument,
        fmt::format("a stride of {} bytes for {} pixels; give a "
                    "multiple of 4 of at least {}",
                    target.stride_bytes, target.width, target.width * 4));
  }
  const std::size_t needed = std::size_t{target.stride_bytes} * target.height;
  if (target.pixels.size() >= needed) return {};
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("a target of {} bytes for {} rows of {}; give at "
                          "least {}",
                          target.pixels.size(), target.height,
                          target.stride_bytes, needed));
}

Status CheckPlanes(std::uint32_t width, std::uint32_t height,
                   std::span<const PlaneTarget> targets) {
  if (Status status = CheckSides(width, height); !status.ok()) return status;
  if (targets.empty()) {
    return Fail(StatusCode::kInvalidArgument,
                "no plane to draw; give at least one");
  }
  for (const PlaneTarget& target : targets) {
    const std::size_t needed =
        std::size_t{width} * height * BytesPerPixel(target.plane);
    if (target.pixels.size() == needed) continue;
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("{} bytes for the plane {} of {} x {} pixels; give "
                            "{}",
                            target.pixels.size(), ToString(target.plane), width,
                            height, needed));
  }
  return {};
}

std::string BuildId(const GlContext& context, const GlFunctions& gl) {
  const auto text = [&gl](GLenum name) {
    return reinterpret_cast<const char*>(gl.GetString(name));
  };
  return fmt::format("look {}; {}; GL {}; {}", kLookVersion, text(GL_RENDERER),
                     text(GL_VERSION), ToString(context.backend()));
}

}  // namespace

class Renderer::State {
 public:
  static Result<std::unique_ptr<State>> Create(RendererOptions options);

  // The members delete their GL objects after this.
  ~State() { context_->MakeCurrent(); }

  Result<DrawReport> Draw(const SceneView& scene, const Camera& camera,
                          const RenderSettings& settings,
                          const PixelTarget& target);
  Result<DrawReport> DrawPlanes(const SceneView& scene, const Camera& camera,
                                const PlaneValues& values, std::uint32_t width,
                                std::uint32_t height,
                                std::span<const PlaneTarget> targets);
  bool zero_copy() const { return drawer_->zero_copy(); }
  const std::string& build_id() const { return build_id_; }

 private:
  State(std::unique_ptr<GlContext> context, const GlFunctions& gl)
      : context_(std::move(context)), gl_(gl), meshes_(gl_) {}

  Status WarmUpAndProve(bool allow_zero_copy);

  const std::unique_ptr<GlContext> context_;  // First, so that it goes last.
  const GlFunctions gl_;
  std::unique_ptr<VoxelPass> pass_;
  std::unique_ptr<TargetDrawer> drawer_;
  std::unique_ptr<PlaneDrawer> plane_drawer_;  // Made when it is first needed.
  SceneMeshes meshes_;
  std::string build_id_;
};

Result<std::unique_ptr<Renderer::State>> Renderer::State::Create(
    RendererOptions options) {
  auto context = CreateGlContext(options.gl);
  if (!context) return Fail(std::move(context.error()));
  const auto gl = LoadGlFunctions(**context);
  if (!gl) return Fail(gl.error());
  std::unique_ptr<State> state(new State(std::move(*context), *gl));
  auto pass = VoxelPass::Create(state->gl_);
  if (!pass) return Fail(std::move(pass.error()));
  state->pass_ = std::move(*pass);
  state->drawer_ = std::make_unique<TargetDrawer>(state->gl_, *state->pass_);
  state->build_id_ = BuildId(*state->context_, *gl);
  Status proof =
      state->WarmUpAndProve(options.allow_zero_copy && gl->can_import_memory());
  if (!proof.ok()) return Fail(std::move(proof));
  return state;
}

// Draws small frames, and the default one both ways to compare.
Status Renderer::State::WarmUpAndProve(bool allow_zero_copy) {
  constexpr std::uint32_t kSide = 64;
  const SceneView scene = WarmUpScene();
  const auto camera = ResolveCamera({}, scene.volume.Bounds(), kSide, kSide);
  if (!camera) return camera.error();

  std::vector<std::byte> expected(std::size_t{kSide} * kSide * 4);
  PixelTarget target = {.pixels = expected,
                        .width = kSide,
                        .height = kSide,
                        .stride_bytes = kSide * 4};
  std::vector<RenderSettings> settings = WarmUpSettings();
  std::ranges::reverse(settings);  // The bytes of the first are compared.
  for (const RenderSettings& each : settings) {
    const auto drawn = Draw(scene, *camera, each, target);
    if (!drawn) return drawn.error();
  }
  if (!allow_zero_copy) return {};
  const auto file = ProofFile::Create(expected.size());
  if (!file) return {};
  target.pixels = (*file)->pixels();
  target.memory = (*file)->memory();
  drawer_->AllowZeroCopy(true);
  const auto drawn = Draw(scene, *camera, settings.back(), target);
  drawer_->AllowZeroCopy(drawn && drawn->path == PixelPath::kZeroCopy &&
                         std::ranges::equal(expected, target.pixels));
  return {};
}

Result<DrawReport> Renderer::State::Draw(const SceneView& scene,
                                         const Camera& camera,
                                         const RenderSettings& settings,
                                         const PixelTarget& target) {
  Status status = CheckTarget(target);
  if (status.ok()) status = CheckSettings(settings);
  if (!status.ok()) return Fail(std::move(status));
  context_->MakeCurrent();
  DrawReport report;
  Stopwatch stopwatch;
  const auto found = meshes_.Get(scene);
  if (!found) return Fail(found.error());
  const SceneMesh& mesh = *found->mesh;
  if (found->made) report.mesh_ns = stopwatch.Lap();
  report.quads = mesh.gpu.quads();

  const Look look = ResolveLook(settings, camera);
  status = pass_->Prepare(mesh, camera, look);
  if (!status.ok()) return Fail(std::move(status));
  status = drawer_->Draw({.mesh = mesh,
                          .camera = camera,
                          .look = look,
                          .samples_per_side = static_cast<std::uint32_t>(
                              settings.samples_per_side),
                          .target = target},
                         report);
  if (!status.ok()) return Fail(std::move(status));
  return report;
}

Result<DrawReport> Renderer::State::DrawPlanes(
    const SceneView& scene, const Camera& camera, const PlaneValues& values,
    std::uint32_t width, std::uint32_t height,
    std::span<const PlaneTarget> targets) {
  Status status = CheckPlanes(width, height, targets);
  if (!status.ok()) return Fail(std::move(status));
  context_->MakeCurrent();
  if (plane_drawer_ == nullptr) {
    auto drawer = PlaneDrawer::Create(gl_);
    if (!drawer) return Fail(std::move(drawer.error()));
    plane_drawer_ = std::move(*drawer);
  }
  DrawReport report;
  Stopwatch stopwatch;
  const auto found = meshes_.Get(scene);
  if (!found) return Fail(found.error());
  if (found->made) report.mesh_ns = stopwatch.Lap();
  report.quads = found->mesh->gpu.quads();
  status = plane_drawer_->Draw(scene.volume, *found->mesh, camera, values,
                               width, height, targets);
  if (!status.ok()) return Fail(std::move(status));
  report.draw_ns = stopwatch.Lap();
  return report;
}

std::string_view ToString(PixelPath path) {
  return path == PixelPath::kZeroCopy ? "zero_copy" : "read_back";
}

Result<std::unique_ptr<Renderer>> Renderer::Create(RendererOptions options) {
  auto state = State::Create(options);
  if (!state) return Fail(std::move(state.error()));
  return std::unique_ptr<Renderer>(new Renderer(std::move(*state)));
}

Renderer::Renderer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Renderer::~Renderer() = default;

Result<DrawReport> Renderer::Draw(const SceneView& scene, const Camera& camera,
                                  const RenderSettings& settings,
                                  const PixelTarget& target) {
  return state_->Draw(scene, camera, settings, target);
}

Result<DrawReport> Renderer::DrawPlanes(const SceneView& scene,
                                        const Camera& camera,
                                        const PlaneValues& values,
                                        std::uint32_t width,
                                        std::uint32_t height,
                                        std::span<const PlaneTarget> targets) {
  return state_->DrawPlanes(scene, camera, values, width, height, targets);
}

bool Renderer::zero_copy_available() const { return state_->zero_copy(); }

std::string Renderer::build_id() const { return state_->build_id(); }

}  // namespace goxel
