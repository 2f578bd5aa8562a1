#include "bench/transfer/drawing_thread.h"

#include <utility>
#include <vector>

#include "bench/transfer/picture.h"
#include "daemon/demo_scene.h"
#include "renderer/scene/hull.h"

namespace goxel {

class DrawingThread::Scene {
 public:
  explicit Scene(std::unique_ptr<Renderer> renderer)
      : renderer_(std::move(renderer)),
        view_(ViewOf(MakeDemoScene())),
        outline_(OutermostPoints(view_.volume)) {}

  Result<double> Draw(double azimuth, const PixelTarget& target) {
    CameraRequest request;
    request.azimuth = azimuth;
    request.elevation = kComparedElevation;
    const auto camera =
        ResolveCamera(request, view_.volume.Bounds(kSolidAlpha),
                      static_cast<int>(target.width),
                      static_cast<int>(target.height), outline_);
    if (!camera) return Fail(camera.error());
    const auto drawn =
        renderer_->Draw(view_, *camera, {.shadows = Shadows::kOff}, target);
    if (!drawn) return Fail(drawn.error());
    return static_cast<double>(drawn->mesh_ns + drawn->draw_ns) / 1e6;
  }

 private:
  const std::unique_ptr<Renderer> renderer_;
  const SceneView view_;
  const std::vector<glm::dvec3> outline_;
};

Result<std::unique_ptr<DrawingThread>> DrawingThread::Start() {
  std::unique_ptr<DrawingThread> drawing(new DrawingThread);
  std::promise<Status> started;
  auto outcome = started.get_future();
  drawing->thread_ =
      std::thread(&DrawingThread::Run, drawing.get(), std::move(started));
  if (Status status = outcome.get(); !status.ok()) return Fail(status);
  return drawing;
}

DrawingThread::~DrawingThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<double> DrawingThread::Draw(double azimuth, const PixelTarget& target) {
  std::promise<Result<double>> drawn;
  {
    const std::lock_guard lock(mutex_);
    queue_.emplace_back(
        [&](Scene& scene) { drawn.set_value(scene.Draw(azimuth, target)); });
  }
  changed_.notify_all();
  return drawn.get_future().get();
}

void DrawingThread::Run(std::promise<Status> started) {
  auto renderer = Renderer::Create();
  if (!renderer) return started.set_value(renderer.error());
  Scene scene(*std::move(renderer));
  started.set_value({});
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const auto draw = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    draw(scene);
    lock.lock();
  }
}

}  // namespace goxel
