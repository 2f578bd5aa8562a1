// Orders renders: a bounded queue, one thread that draws, encoders behind it.
//
// A request is answered, in this order of preference, by a render that exists,
// by one that is on its way for somebody else, or by drawing. Equal requests
// that wait at the same time are one drawing; each waiter gets its own answer
// and TTL. What only clients that have left wait for is not drawn.
//
// The drawing thread owns the process's one Renderer and creates it first of
// all; requests may come before it is ready.
//
// Thread safety: all functions may be called from any thread.

#ifndef DAEMON_RENDER_SERVICE_H_
#define DAEMON_RENDER_SERVICE_H_

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "daemon/delivery.h"
#include "daemon/project.h"
#include "daemon/render_flight.h"
#include "daemon/render_request.h"
#include "daemon/rpc.h"
#include "daemon/worker.h"
#include "renderer/renderer.h"
#include "transfer/render_store.h"

namespace goxel {

// What the drawing thread found out about the renderer.
struct RendererFacts {
  std::string build_id;
  bool zero_copy = false;
};

struct RenderServiceOptions {
  std::size_t queue_size = 1024;  // Requests that wait to be drawn.
  std::size_t encoders = 2;       // Threads.
  // Draw small pictures before large ones that came earlier, by up to a second.
  bool smallest_first = false;
  RendererOptions renderer;
  ExportRules export_rules;
  std::uint64_t max_inline_bytes = 32ull << 20;  // Of a picture in a reply.
  bool file_transfer = true;  // False: file_path and mmap fall back.
  // Called once on the drawing thread, maybe before the constructor returns,
  // when the renderer is ready or could not be made; in the second case every
  // request gets that error. May be empty.
  std::function<void(const Result<RendererFacts>&)> on_started;
  // Called on the drawing thread when the hash of a snapshot's view is known.
  // May be empty.
  std::function<void(const SceneSnapshot&)> on_viewed;
  // Called on any thread after a render was committed. May be empty.
  std::function<void(const RenderInfo&)> on_commit;
};

struct RenderServiceStats {
  std::uint64_t drawn = 0;      // Pictures.
  std::uint64_t joined = 0;     // Requests answered by another's drawing.
  std::uint64_t abandoned = 0;  // Pictures given up: their clients had left.
  std::size_t queued = 0;       // Requests waiting now.
};

class RenderService {
 public:
  // `store` must outlive the service.
  RenderService(RenderServiceOptions options, RenderStore* store);

  // Stops; callbacks of requests that are still unanswered get kUnavailable.
  ~RenderService();
  RenderService(const RenderService&) = delete;
  RenderService& operator=(const RenderService&) = delete;

  // Answers `request` through `done`, at once for a render that exists.
  // Never blocks on drawing or on a disk.
  //
  // kUnavailable (retry_after_ms) when the queue is full or the service is
  // stopping; the errors of ResolveCamera, RenderStore and Renderer.
  void Render(SceneRenderRequest request,
              std::shared_ptr<const SceneSnapshot> snapshot,
              std::shared_ptr<Peer> peer, RenderDone done);

  // For requests to come.
  void SetLimits(std::size_t queue_size, std::uint64_t max_inline_bytes,
                 ExportRules export_rules);

  // Runs `task` on an encoder thread. A service that ends drops tasks that have
  // not begun. False when it has ended already.
  bool Post(Worker::Task task);

  // Answers the requests in the queue that were cancelled (cancellation.h).
  void DropCancelled();

  // Answers what waits with kUnavailable and takes nothing more. What is being
  // drawn is finished or given up. Returns at once.
  void BeginStop();

  RenderServiceStats Stats() const;

  // False until the renderer is ready.
  bool ready() const { return ready_.load(std::memory_order_acquire); }
  // REQUIRES: ready()
  const RendererFacts& renderer() const { return renderer_; }

 private:
  using Flight = std::shared_ptr<RenderFlight>;

  void RunDrawing();
  void Started(const Result<RendererFacts>& renderer);
  DeliveryResources Resources();
  // Waits; null when it is time to stop.
  Flight NextFlight();
  // REQUIRES: mutex_ is held; the queue is not empty.
  Flight TakeFromQueue();
  // The first that waits and is no sheet; null when there is none to draw now.
  Flight NextPicture();
  void Fly(Renderer& renderer, Flight flight);
  // kCancelled when nobody waits for `sheet`, which is being drawn.
  Status LetOthersDraw(Renderer& renderer, RenderFlight& sheet);
  Status Draw(Renderer& renderer, RenderFlight& flight);
  void Finish(const Flight& flight);

  // Answers `flight` with a render that exists; false when there is none.
  bool AnswerFromStore(const Flight& flight);
  // The same for planes.
  bool AnswerPlanesFromStore(const Flight& flight);
  // Lets everybody who waits for `flight` wait for an equal one that is being
  // encoded; false when there is none.
  bool JoinAnother(RenderFlight& flight);
  // The other way round: takes in waiters of equal flights in the queue.
  void GatherEqual(RenderFlight& flight);
  // REQUIRES: mutex_ is held.
  void CountJoined(std::size_t waiters);
  void AnswerOthers(RenderFlight& flight, const RenderOutcome& outcome,
                    std::span<const RenderWaiter> others);
  static void AnswerAll(RenderFlight& flight, const Status& error);
  void NoteCommits(const RenderOutcome& outcome);
  // Tells counters and histograms what became of a drawn picture.
  void Account(const RenderOutcome& outcome, std::size_t waiters);
  // Makes what the next request of this kind will draw into.
  void PrepareNext(const SceneRenderRequest& request);
  Status Unavailable(std::string_view why) const;
  Result<RenderOutcome> ReusePlanes(const RenderFlight& flight,
                                    std::optional<std::chrono::seconds> ttl);
  Result<RenderOutcome> Reuse(const RenderFlight& flight,
                              std::optional<std::chrono::seconds> ttl);

  const RenderServiceOptions options_;
  RenderStore* const store_;
  FramePool frames_;

  // Set when the service ends: nobody waits for a picture any more.
  std::atomic<bool> given_up_ = false;

  std::atomic<bool> ready_ = false;  // renderer_ is set.
  RendererFacts renderer_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  Status failure_;  // Why there is no renderer.
  std::size_t queue_size_;
  std::uint64_t max_inline_bytes_;
  ExportRules export_rules_;
  std::deque<Flight> queue_;
  std::list<Flight> encoding_;
  RenderServiceStats stats_;
  std::chrono::nanoseconds average_draw_{std::chrono::milliseconds(20)};

  Worker encoders_;
  std::thread drawing_;  // Last: starts when the rest is ready.
};

}  // namespace goxel

#endif  // DAEMON_RENDER_SERVICE_H_
