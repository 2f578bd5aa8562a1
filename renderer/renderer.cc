#include "renderer/renderer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "renderer/gl/frame_buffer.h"
#include "renderer/gl/imported_texture.h"
#include "renderer/gl/lent_pages.h"
#include "renderer/gl/proof_file.h"
#include "renderer/look.h"
#include "renderer/scene_meshes.h"
#include "renderer/voxel_pass.h"

namespace goxel {
namespace {

// Raise it with every change that gives equal inputs other pixels.
constexpr int kLookVersion = 1;

// A picture drawn in bands has at most eight, since each costs the whole scene
// its way through the vertex shader, and none of less than 128 rows.
constexpr std::uint32_t kMaxBands = 8;
constexpr std::uint32_t kMinBandRows = 128;
// The rasteriser works on tiles of this side; a band ends where tiles do.
constexpr std::uint32_t kTileRows = 64;

class Stopwatch {
 public:
  // Nanoseconds since the start or the last call.
  std::uint64_t Lap() {
    const auto now = std::chrono::steady_clock::now();
    const auto lap = now - std::exchange(start_, now);
    return static_cast<std::uint64_t>(std::chrono::nanoseconds(lap).count());
  }

 private:
  std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now();
};

Status CheckTarget(const PixelTarget& target) {
  const auto is_side = [](std::uint32_t side) {
    return side >= 1 && side <= kMaxRenderSide;
  };
  if (!is_side(target.width) || !is_side(target.height)) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("a target of {} x {} pixels; give 1 to {} each",
                            target.width, target.height, kMaxRenderSide));
  }
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

std::string BuildId(const GlFunctions& gl) {
  const auto text = [&gl](GLenum name) {
    return reinterpret_cast<const char*>(gl.GetString(name));
  };
  return fmt::format("look {}; {}; GL {}", kLookVersion, text(GL_RENDERER),
                     text(GL_VERSION));
}

struct RowRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;

  std::uint32_t end() const { return first + count; }
};

std::uint32_t BandRows(const PixelTarget& target) {
  if (!target.rows_done) return target.height;
  const std::uint32_t even = (target.height + kMaxBands - 1) / kMaxBands;
  const std::uint32_t tiles = (even + kTileRows - 1) / kTileRows;
  return std::max(kMinBandRows, tiles * kTileRows);
}

// The inputs of one picture, checked.
struct Picture {
  const SceneMesh& mesh;
  const Camera& camera;
  const Look& look;
  const PixelTarget& target;
};

}  // namespace

class Renderer::State {
 public:
  static Result<std::unique_ptr<State>> Create(RendererOptions options);

  // The members delete their GL objects after this.
  ~State() { context_->MakeCurrent(); }

  Result<DrawReport> Draw(const SceneView& scene, const Camera& camera,
                          const RenderSettings& settings,
                          const PixelTarget& target);
  bool zero_copy() const { return zero_copy_; }
  const std::string& build_id() const { return build_id_; }

 private:
  State(std::unique_ptr<GlContext> context, const GlFunctions& gl)
      : context_(std::move(context)), gl_(gl), frame_(gl_), meshes_(gl_) {}

  Status WarmUpAndProve();
  bool MayDrawInto(const PixelTarget& target) const;
  Status DrawZeroCopy(const Picture& picture, DrawReport& report);
  Status DrawAndReadBack(const Picture& picture, DrawReport& report);
  template <typename Finished>
  Status DrawBands(const Picture& picture, const Finished& finished);
  Status DrawRows(const Picture& picture, RowRange rows);
  Status ReadBack(const PixelTarget& target, RowRange rows);

  const std::unique_ptr<GlContext> context_;  // First, so that it goes last.
  const GlFunctions gl_;
  FrameBuffer frame_;
  std::unique_ptr<VoxelPass> pass_;
  SceneMeshes meshes_;
  std::string build_id_;
  bool zero_copy_ = false;
};

Result<std::unique_ptr<Renderer::State>> Renderer::State::Create(
    RendererOptions options) {
  auto context = CreateOsMesaContext();
  if (!context) return Fail(std::move(context.error()));
  const auto gl = LoadGlFunctions(**context);
  if (!gl) return Fail(gl.error());
  std::unique_ptr<State> state(new State(std::move(*context), *gl));
  auto pass = VoxelPass::Create(state->gl_);
  if (!pass) return Fail(std::move(pass.error()));
  state->pass_ = std::move(*pass);
  state->build_id_ = BuildId(*gl);
  state->zero_copy_ = options.allow_zero_copy && gl->can_import_memory();
  Status proof = state->WarmUpAndProve();
  if (!proof.ok()) return Fail(std::move(proof));
  return state;
}

// Draws a small frame both ways and compares. The drawing also compiles the
// shaders to machine code, which would otherwise slow down the first render.
Status Renderer::State::WarmUpAndProve() {
  constexpr std::uint32_t kSide = 64;
  Volume volume;
  volume.Set({0, 0, 0}, {200, 80, 40, 255});
  volume.Set({1, 0, 0}, {40, 80, 200, 255});
  volume.Set({0, 1, 1}, {80, 200, 40, 255});
  const SceneView scene = ViewOf(volume);
  const auto camera = ResolveCamera({}, volume.Bounds(), kSide, kSide);
  if (!camera) return camera.error();

  std::vector<std::byte> expected(std::size_t{kSide} * kSide * 4);
  PixelTarget target = {.pixels = expected,
                        .width = kSide,
                        .height = kSide,
                        .stride_bytes = kSide * 4};
  const auto read_back = Draw(scene, *camera, {}, target);
  if (!read_back) return read_back.error();
  const auto file = ProofFile::Create(expected.size());
  if (!zero_copy_ || !file) {
    zero_copy_ = false;
    return {};
  }
  target.pixels = (*file)->pixels();
  target.memory = (*file)->memory();
  const auto drawn = Draw(scene, *camera, {}, target);
  zero_copy_ = drawn && drawn->path == PixelPath::kZeroCopy &&
               std::ranges::equal(expected, target.pixels);
  return {};
}

Result<DrawReport> Renderer::State::Draw(const SceneView& scene,
                                         const Camera& camera,
                                         const RenderSettings& settings,
                                         const PixelTarget& target) {
  Status status = CheckTarget(target);
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
  const Picture picture = {mesh, camera, look, target};
  const bool may_draw_into = MayDrawInto(target);
  if (may_draw_into) status = DrawZeroCopy(picture, report);
  if (!may_draw_into || status.code() == StatusCode::kUnavailable) {
    status = DrawAndReadBack(picture, report);
  }
  if (!status.ok()) return Fail(std::move(status));
  return report;
}

bool Renderer::State::MayDrawInto(const PixelTarget& target) const {
  return zero_copy_ && target.memory &&
         SupportsZeroCopy(target.width, target.height) &&
         target.stride_bytes == target.width * 4;
}

Status Renderer::State::DrawZeroCopy(const Picture& picture,
                                     DrawReport& report) {
  const PixelTarget& target = picture.target;
  Stopwatch stopwatch;
  const auto texture =
      ImportedTexture::Import(gl_, *target.memory, target.width, target.height);
  if (!texture) return texture.error();
  const LentPages lent(target.memory->fd, target.pixels.data());
  Status status = frame_.Bind(target.width, target.height, texture->id());
  if (!status.ok()) {
    frame_.Release();
    return Fail(StatusCode::kUnavailable, status.message());
  }
  status = DrawBands(picture, [](RowRange) { return Status(); });
  frame_.Release();
  report.path = PixelPath::kZeroCopy;
  report.draw_ns = stopwatch.Lap();
  return status;
}

Status Renderer::State::DrawAndReadBack(const Picture& picture,
                                        DrawReport& report) {
  const PixelTarget& target = picture.target;
  report.path = PixelPath::kReadBack;
  Stopwatch stopwatch;
  Status status = frame_.Bind(target.width, target.height, /*texture=*/0);
  if (status.ok()) {
    status = DrawBands(picture, [&](RowRange rows) {
      report.draw_ns += stopwatch.Lap();
      Status read = ReadBack(target, rows);
      report.read_ns += stopwatch.Lap();
      return read;
    });
  }
  frame_.Release();
  return status;
}

// Draws the bands of a picture from the top; `finished` is called for each as
// soon as the rasteriser is done with it.
template <typename Finished>
Status Renderer::State::DrawBands(const Picture& picture,
                                  const Finished& finished) {
  const PixelTarget& target = picture.target;
  const std::uint32_t band = BandRows(target);
  for (RowRange rows; rows.first < target.height; rows.first = rows.end()) {
    rows.count = std::min(band, target.height - rows.first);
    Status status = DrawRows(picture, rows);
    if (status.ok()) status = finished(rows);
    if (!status.ok()) return status;
    if (target.rows_done) target.rows_done(rows.end());
  }
  return {};
}

// Leaves all other rows as they are.
Status Renderer::State::DrawRows(const Picture& picture, RowRange rows) {
  const PixelTarget& target = picture.target;
  const bool is_part = rows.count < target.height;
  if (is_part) {
    gl_.Enable(GL_SCISSOR_TEST);
    gl_.Scissor(0, static_cast<GLint>(rows.first),
                static_cast<GLsizei>(target.width),
                static_cast<GLsizei>(rows.count));
  }
  pass_->Draw(picture.mesh, picture.camera, picture.look,
              {.width = target.width,
               .height = target.height,
               .picture_width = target.width,
               .picture_height = target.height});
  gl_.Finish();
  if (is_part) gl_.Disable(GL_SCISSOR_TEST);
  return TakeGlError(
      gl_, fmt::format("draw rows {} to {} of {} x {} pixels", rows.first,
                       rows.end() - 1, target.width, target.height));
}

Status Renderer::State::ReadBack(const PixelTarget& target, RowRange rows) {
  gl_.PixelStorei(GL_PACK_ROW_LENGTH,
                  static_cast<GLint>(target.stride_bytes / 4));
  gl_.ReadPixels(
      0, static_cast<GLint>(rows.first), static_cast<GLsizei>(target.width),
      static_cast<GLsizei>(rows.count), GL_RGBA, GL_UNSIGNED_BYTE,
      target.pixels.data() + std::size_t{rows.first} * target.stride_bytes);
  return TakeGlError(gl_, "read a picture back");
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

bool Renderer::zero_copy_available() const { return state_->zero_copy(); }

std::string Renderer::build_id() const { return state_->build_id(); }

}  // namespace goxel
