// One goxel.render_views request on its way: orders the views from the render
// service and answers when all have come.
//
// The scene is one snapshot for all views. A few are ordered at a time, so that
// the drawing thread never waits for the next one and whoever asks for a
// picture meanwhile waits for no more than those few. When a view fails the
// whole request is answered with its error; what was drawn before stays where
// it is, to be found by the same request again.
//
// Life: shared by the callbacks of the views under way. A run that nobody holds
// any more, because its client has left or the service has ended, is over.
//
// Thread safety: Start() once; the rest is its own business.

#ifndef DAEMON_VIEWS_RUN_H_
#define DAEMON_VIEWS_RUN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "daemon/project.h"
#include "daemon/render_service.h"
#include "daemon/rpc.h"
#include "daemon/views_reply.h"
#include "daemon/views_request.h"

namespace goxel {

class ViewsRun : public std::enable_shared_from_this<ViewsRun> {
 public:
  // Views that are ordered and have not come: one is drawn while another is
  // encoded or waits.
  static constexpr std::size_t kAhead = 2;

  struct Order {
    ViewsRequest request;
    std::shared_ptr<const SceneSnapshot> snapshot;
    std::shared_ptr<Peer> peer;
    std::uint64_t max_inline_bytes = 0;  // Of all pictures in the reply.
  };

  // `renders` and `store` must outlive the run. `respond` is called once.
  ViewsRun(Order order, RenderService* renders, RenderStore* store,
           Responder respond);
  // Answers kUnavailable when it has not come to its end.
  ~ViewsRun();
  ViewsRun(const ViewsRun&) = delete;
  ViewsRun& operator=(const ViewsRun&) = delete;

  void Start();

 private:
  // Jobs are the views in order, then the sheet.
  std::size_t jobs() const;
  bool IsSheet(std::size_t job) const { return job == frames_; }

  void Begin();
  Status PlaceCameras();
  void OrderMore();
  // The next job to order; nullopt when none is to be ordered at present.
  std::optional<std::size_t> NextJob();
  SceneRenderRequest RequestFor(std::size_t job) const;
  void Finished(std::size_t job, Result<RenderOutcome> outcome);
  // Keeps a picture. kTooLarge when the reply cannot hold it.
  Status Keep(std::size_t job, RenderOutcome outcome);
  Status FailureOf(std::size_t job, const Status& error) const;
  // Answers, the first time.
  void End(RpcResult result);

  RenderService* const renders_;
  RenderStore* const store_;
  const std::shared_ptr<Peer> peer_;
  const std::uint64_t max_inline_bytes_;
  const std::size_t frames_;  // Views that are renders of their own.
  // Written before the first job is ordered, and by Keep().
  const std::shared_ptr<ViewsOutcome> outcome_;

  std::mutex mutex_;
  Responder respond_;      // Empty: answered.
  bool ordering_ = false;  // OrderMore() is at work.
  std::size_t ordered_ = 0;
  std::size_t finished_ = 0;
  std::uint64_t inline_bytes_ = 0;
};

}  // namespace goxel

#endif  // DAEMON_VIEWS_RUN_H_
