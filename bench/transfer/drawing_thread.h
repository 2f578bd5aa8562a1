// The one thread of goxel_naive_server that draws: a GL context belongs to the
// thread that made it.
//
// Thread safety: Draw() may be called from any thread.

#ifndef BENCH_TRANSFER_DRAWING_THREAD_H_
#define BENCH_TRANSFER_DRAWING_THREAD_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include "ipc/status.h"
#include "renderer/renderer.h"

namespace goxel {

class DrawingThread {
 public:
  // Loads the built-in scene and makes a renderer. The errors of
  // Renderer::Create().
  static Result<std::unique_ptr<DrawingThread>> Start();

  ~DrawingThread();
  DrawingThread(const DrawingThread&) = delete;
  DrawingThread& operator=(const DrawingThread&) = delete;

  // Draws the scene seen from `azimuth`, as ComparedRequest() has it, in turn
  // after what is queued. Returns what the drawing took, in milliseconds,
  // without a read-back.
  Result<double> Draw(double azimuth, const PixelTarget& target);

 private:
  class Scene;

  DrawingThread() = default;
  void Run(std::promise<Status> started);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void(Scene&)>> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace goxel

#endif  // BENCH_TRANSFER_DRAWING_THREAD_H_
