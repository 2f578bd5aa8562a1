#include "daemon/views_run.h"

#include <fmt/format.h>

#include <utility>

#include "daemon/cancellation.h"
#include "daemon/method_table.h"
#include "daemon/view_rendering.h"
#include "renderer/turntable.h"

namespace goxel {

ViewsRun::ViewsRun(Order order, RenderService* renders, RenderStore* store,
                   Responder respond)
    : renders_(renders),
      store_(store),
      peer_(std::move(order.peer)),
      max_inline_bytes_(order.max_inline_bytes),
      frames_(order.request.frames ? order.request.views.size() : 0),
      outcome_(std::make_shared<ViewsOutcome>()),
      respond_(std::move(respond)) {
  outcome_->request = std::move(order.request);
  outcome_->snapshot = std::move(order.snapshot);
  outcome_->views.resize(frames_);
}

ViewsRun::~ViewsRun() {
  End(RpcFail({StatusCode::kUnavailable,
               "the daemon is shutting down and gives these views up"}));
}

std::size_t ViewsRun::jobs() const {
  return frames_ + (outcome_->request.sheet ? 1 : 0);
}

// Looking at the scene may take long, and so may framing a turntable: neither
// is for the caller's thread.
void ViewsRun::Start() {
  renders_->Post([run = shared_from_this()] { run->Begin(); });
}

void ViewsRun::Begin() {
  if (Status placed = PlaceCameras(); !placed.ok()) {
    return End(RpcFail(std::move(placed)));
  }
  OrderMore();
}

Status ViewsRun::PlaceCameras() {
  ViewsRequest& request = outcome_->request;
  if (request.turntable) {
    const SceneSnapshot::View& view = outcome_->snapshot->view();
    const auto cameras = TurntableCameras(
        *request.turntable, view.bounds, static_cast<int>(request.frame.width),
        static_cast<int>(request.frame.height), view.outline);
    if (!cameras) return cameras.error();
    for (std::size_t i = 0; i < cameras->size(); ++i) {
      request.views[i].camera = (*cameras)[i];
    }
  }
  for (std::size_t i = 0; request.sheet && i < request.views.size(); ++i) {
    request.sheet->cells[i].camera = request.views[i].camera;
  }
  return {};
}

void ViewsRun::OrderMore() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(ordering_, true)) return;
  }
  while (const auto job = NextJob()) {
    RenderView(
        *renders_, *store_, RequestFor(*job), outcome_->snapshot, peer_,
        [run = shared_from_this(), job = *job](Result<RenderOutcome> outcome) {
          run->Finished(job, std::move(outcome));
        });
  }
}

std::optional<std::size_t> ViewsRun::NextJob() {
  const auto& cancellation = outcome_->request.frame.cancellation;
  if (cancellation && cancellation->requested()) {
    End(RpcFail(cancellation->Answer()));
  }
  const std::lock_guard lock(mutex_);
  if (!respond_ || peer_->gone || ordered_ == jobs() ||
      ordered_ - finished_ == kAhead) {
    ordering_ = false;
    return std::nullopt;
  }
  return ordered_++;
}

SceneRenderRequest ViewsRun::RequestFor(std::size_t job) const {
  const ViewsRequest& request = outcome_->request;
  if (IsSheet(job)) return SheetOrder(request);
  SceneRenderRequest frame = request.frame;
  frame.camera = request.views[job].camera;
  return frame;
}

// Runs within Render() for a render that exists, else on a thread of the
// service.
void ViewsRun::Finished(std::size_t job, Result<RenderOutcome> outcome) {
  if (!outcome) return End(RpcFail(FailureOf(job, outcome.error())));
  if (outcome_->request.stream && !IsSheet(job)) {
    peer_->Notify("goxel.view_ready",
                  ViewReadyParams(*outcome_, job, *outcome));
  }
  if (Status kept = Keep(job, *std::move(outcome)); !kept.ok()) {
    return End(RpcFail(FailureOf(job, kept)));
  }
  bool more = false;
  {
    const std::lock_guard lock(mutex_);
    ++finished_;
    if (finished_ < jobs()) {
      // OrderMore() at work sees for itself that there is room for the next.
      if (ordering_) return;
      more = ordered_ < jobs();
      if (!more) return;
    }
  }
  if (!more) return End(MakeViewsReply(outcome_));
  renders_->Post([run = shared_from_this()] { run->OrderMore(); });
}

Status ViewsRun::Keep(std::size_t job, RenderOutcome outcome) {
  if (outcome.inlined) {
    const std::lock_guard lock(mutex_);
    inline_bytes_ += outcome.inlined->bytes().size();
    if (inline_bytes_ > max_inline_bytes_) {
      return Status(StatusCode::kTooLarge,
                    fmt::format("the pictures up to here have {} bytes; "
                                "max_inline_size allows {} in a reply",
                                inline_bytes_, max_inline_bytes_))
          .With("requested", static_cast<std::int64_t>(inline_bytes_))
          .With("limit", static_cast<std::int64_t>(max_inline_bytes_));
    }
  }
  if (IsSheet(job)) {
    outcome_->sheet = std::move(outcome);
  } else {
    outcome_->views[job] = std::move(outcome);
  }
  return {};
}

Status ViewsRun::FailureOf(std::size_t job, const Status& error) const {
  if (error.code() == StatusCode::kCancelled) return error;
  if (IsSheet(job)) {
    return error.Retold(error.code(),
                        fmt::format("the sheet: {}", error.message()));
  }
  return error
      .Retold(error.code(),
              fmt::format("view {} ({}): {}", job,
                          outcome_->request.views[job].name, error.message()))
      .With("index", static_cast<std::int64_t>(job));
}

void ViewsRun::End(RpcResult result) {
  Responder respond;
  {
    const std::lock_guard lock(mutex_);
    respond = std::exchange(respond_, nullptr);
  }
  if (respond) respond(std::move(result));
}

}  // namespace goxel
