#include "daemon/render_service.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "daemon/file_checksum.h"
#include "daemon/picture_drawing.h"
#include "daemon/plane_delivery.h"
#include "daemon/render_key.h"
#include "daemon/render_progress.h"

namespace goxel {
namespace {

// Scratch frames that wait to be used again: two 4K frames.
constexpr std::uint64_t kMaxIdleFrameBytes = 72u << 20;

// Pictures drawn and not yet encoded. Each holds a frame, so the drawing thread
// waits for the encoders rather than run ahead of them.
constexpr std::size_t kMaxEncoding = 4;

// How long smaller pictures may go before one that waits.
constexpr std::chrono::seconds kMaxOvertaken{1};

}  // namespace

RenderService::RenderService(RenderServiceOptions options, RenderStore* store)
    : options_(std::move(options)),
      store_(store),
      frames_(kMaxIdleFrameBytes),
      queue_size_(options_.queue_size),
      max_inline_bytes_(options_.max_inline_bytes),
      export_rules_(options_.export_rules),
      encoders_(options_.encoders),
      drawing_([this] { RunDrawing(); }) {}

RenderService::~RenderService() {
  given_up_ = true;
  BeginStop();
  drawing_.join();
  encoders_.Stop();
}

void RenderService::Render(SceneRenderRequest request,
                           std::shared_ptr<const SceneSnapshot> snapshot,
                           std::shared_ptr<Peer> peer, RenderDone done) {
  auto flight = std::make_shared<RenderFlight>();
  flight->waiters.push_back({.ttl = request.ttl,
                             .progress = request.progress,
                             .cancellation = request.cancellation,
                             .peer = std::move(peer),
                             .done = std::move(done)});
  flight->request = std::move(request);
  flight->snapshot = std::move(snapshot);

  // Whether a render exists can be told here and now, unless the key is yet to
  // be computed.
  if (ready() && flight->snapshot->viewed()) {
    if (Status resolved = flight->Resolve(renderer_.build_id); !resolved.ok()) {
      return AnswerAll(*flight, resolved);
    }
    if (AnswerFromStore(flight)) return;
  }

  Status refused;
  {
    std::lock_guard lock(mutex_);
    if (stopping_) {
      refused = Unavailable("the daemon is shutting down");
    } else if (!failure_.ok()) {
      refused = failure_;
    } else if (queue_.size() >= queue_size_) {
      refused = Unavailable(
          fmt::format("{} renders wait already, as many as queue_size allows",
                      queue_.size()));
    } else {
      queue_.push_back(flight);
      changed_.notify_one();
    }
  }
  if (!refused.ok()) AnswerAll(*flight, refused);
}

void RenderService::SetLimits(std::size_t queue_size,
                              std::uint64_t max_inline_bytes,
                              ExportRules export_rules) {
  const std::lock_guard lock(mutex_);
  queue_size_ = queue_size;
  max_inline_bytes_ = max_inline_bytes;
  export_rules_ = std::move(export_rules);
}

bool RenderService::Post(Worker::Task task) {
  return encoders_.Post([this, task = std::move(task)] {
    if (!given_up_) task();
  });
}

void RenderService::DropCancelled() {
  std::vector<RenderWaiter> cancelled;
  {
    const std::lock_guard lock(mutex_);
    for (const Flight& flight : queue_) {
      std::ranges::move(flight->TakeCancelled(), std::back_inserter(cancelled));
    }
    std::erase_if(queue_, [](const Flight& f) { return f->waiters.empty(); });
  }
  for (const RenderWaiter& waiter : cancelled) {
    waiter.done(Fail(waiter.cancellation->Answer()));
  }
}

void RenderService::BeginStop() {
  std::deque<Flight> unanswered;
  Status error;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    unanswered.swap(queue_);
    error = Unavailable("the daemon is shutting down");
    changed_.notify_all();
  }
  for (const Flight& flight : unanswered) AnswerAll(*flight, error);
}

RenderServiceStats RenderService::Stats() const {
  std::lock_guard lock(mutex_);
  RenderServiceStats stats = stats_;
  stats.queued = queue_.size();
  return stats;
}

void RenderService::RunDrawing() {
  auto renderer = Renderer::Create(options_.renderer);
  if (!renderer) return Started(Fail(renderer.error()));
  Started(RendererFacts{.build_id = (*renderer)->build_id(),
                        .zero_copy = (*renderer)->zero_copy_available()});
  while (Flight flight = NextFlight()) Fly(**renderer, std::move(flight));
}

void RenderService::Started(const Result<RendererFacts>& renderer) {
  std::deque<Flight> unanswered;
  if (renderer) {
    store_->ShowBuild(BuildHashOf(renderer->build_id));
    renderer_ = *renderer;
    ready_.store(true, std::memory_order_release);
  } else {
    std::lock_guard lock(mutex_);
    failure_ = renderer.error();
    unanswered.swap(queue_);
  }
  for (const Flight& flight : unanswered) {
    AnswerAll(*flight, renderer.error());
  }
  if (options_.on_started) options_.on_started(renderer);
}

RenderService::Flight RenderService::NextFlight() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] {
    return stopping_ || (!queue_.empty() && encoding_.size() < kMaxEncoding);
  });
  if (stopping_) return nullptr;
  return TakeFromQueue();
}

RenderService::Flight RenderService::NextPicture() {
  const std::lock_guard lock(mutex_);
  if (encoding_.size() >= kMaxEncoding) return nullptr;
  const auto next = std::ranges::find_if(
      queue_, [](const Flight& flight) { return !flight->request.sheet; });
  if (next == queue_.end()) return nullptr;
  Flight flight = std::move(*next);
  queue_.erase(next);
  return flight;
}

RenderService::Flight RenderService::TakeFromQueue() {
  auto next = queue_.begin();
  const auto waited = std::chrono::steady_clock::now() - (*next)->ordered;
  if (options_.smallest_first && waited < kMaxOvertaken) {
    next = std::ranges::min_element(queue_, {}, [](const Flight& flight) {
      return std::uint64_t{flight->request.width} * flight->request.height;
    });
  }
  Flight flight = std::move(*next);
  queue_.erase(next);
  return flight;
}

void RenderService::Fly(Renderer& renderer, Flight flight) {
  if (Status resolved = flight->Resolve(renderer_.build_id); !resolved.ok()) {
    return AnswerAll(*flight, resolved);
  }
  if (options_.on_viewed) options_.on_viewed(*flight->snapshot);
  if (AnswerFromStore(flight) || JoinAnother(*flight)) return;
  GatherEqual(*flight);
  if (!flight->AnyoneWaits()) {
    std::lock_guard lock(mutex_);
    ++stats_.abandoned;
    return;
  }
  if (Status drawn = Draw(renderer, *flight); !drawn.ok()) {
    flight->delivery.reset();  // Its room is free when its clients hear of it.
    return AnswerAll(*flight, drawn);
  }
  {
    std::lock_guard lock(mutex_);
    encoding_.push_back(flight);
  }
  if (flight->delivery->encodes()) {
    encoders_.Post([this, flight] { Finish(flight); });
  } else {
    Finish(flight);
  }
}

DeliveryResources RenderService::Resources() {
  const std::lock_guard lock(mutex_);
  return {.store = store_,
          .frames = &frames_,
          .export_rules = export_rules_,
          .max_inline_bytes = max_inline_bytes_,
          .file_transfer = options_.file_transfer,
          .given_up = &given_up_};
}

// A sheet may take as long as a thousand pictures: between two of its views
// whoever wants one picture has a turn.
Status RenderService::LetOthersDraw(Renderer& renderer, RenderFlight& sheet) {
  if (given_up_ || !sheet.AnyoneWaits()) {
    return {StatusCode::kCancelled,
            "the sheet was given up: nobody waits for it any more"};
  }
  if (Flight other = NextPicture()) Fly(renderer, std::move(other));
  return {};
}

Status RenderService::Draw(Renderer& renderer, RenderFlight& flight) {
  const auto start = std::chrono::steady_clock::now();
  store_->Record(IndexHistogram::kQueue, start - flight.ordered);
  flight.delivery = MakeDelivery(flight.Order(), Resources());
  auto target = flight.delivery->Prepare(renderer_.zero_copy);
  if (!target) return target.error();
  std::optional<RenderProgress> progress;
  if (auto watchers = flight.Watchers(); !watchers.empty()) {
    progress.emplace(std::move(watchers), flight.delivery->id(),
                     target->height);
    target->rows_done = [&](std::uint32_t rows) {
      flight.delivery->SetRowsReady(rows);
      progress->Report(rows);
    };
  }
  const PictureDrawing drawing{
      .renderer = renderer, .frames = frames_, .between_views = [&] {
        return LetOthersDraw(renderer, flight);
      }};
  auto drawn = DrawPicture(drawing, flight, *target);
  if (!drawn) return drawn.error();
  flight.drawn = *drawn;
  store_->Count(drawn->path == PixelPath::kZeroCopy ? IndexCounter::kZeroCopy
                                                    : IndexCounter::kReadBack);
  const std::chrono::nanoseconds took =
      std::chrono::steady_clock::now() - start;
  std::lock_guard lock(mutex_);
  ++stats_.drawn;
  average_draw_ = (average_draw_ * 7 + took) / 8;
  return {};
}

void RenderService::Finish(const Flight& flight) {
  Result<RenderOutcome> outcome = flight->delivery->Finish(flight->drawn);
  std::vector<RenderWaiter> waiters;
  {
    // From here on equal requests find the committed render instead.
    std::lock_guard lock(mutex_);
    encoding_.remove(flight);
    waiters = std::move(flight->waiters);
    changed_.notify_one();
  }
  flight->delivery.reset();
  if (!outcome) {
    for (const RenderWaiter& waiter : waiters) {
      waiter.done(Fail(outcome.error()));
    }
    return;
  }
  outcome->camera = *flight->camera;
  outcome->key = flight->SharedKey();
  outcome->pixel_path = flight->drawn.path;
  Account(*outcome, waiters.size());
  NoteCommits(*outcome);
  AnswerOthers(*flight, *outcome, std::span(waiters).subspan(1));
  waiters.front().done(*std::move(outcome));
  PrepareNext(flight->request);
}

void RenderService::NoteCommits(const RenderOutcome& outcome) {
  if (!options_.on_commit) return;
  if (outcome.info) options_.on_commit(*outcome.info);
  for (const DeliveredPlane& plane : outcome.planes) {
    if (!plane.cached) options_.on_commit(plane.info);
  }
}

void RenderService::Account(const RenderOutcome& outcome, std::size_t waiters) {
  store_->Record(IndexHistogram::kRender,
                 std::chrono::nanoseconds(outcome.times.render_ns));
  store_->Record(IndexHistogram::kTransfer,
                 std::chrono::nanoseconds(outcome.times.transfer_ns));
  if (!outcome.degraded) return;
  store_->Count(IndexCounter::kDegraded, waiters);
  // What the operator switched off is no news.
  const auto& [requested, delivered, cause] = *outcome.degraded;
  if (cause.code() != StatusCode::kStorageFailed) return;
  spdlog::warn("a render for {} went out as {}: {}", ToString(requested),
               ToString(delivered), cause.message());
}

void RenderService::PrepareNext(const SceneRenderRequest& request) {
  if (request.mode == ReturnMode::kMmap && options_.file_transfer) {
    Post([this] { store_->PrepareSpare(); });
  } else if (request.mode == ReturnMode::kFd) {
    Post([this, bytes = std::size_t{request.width} * request.height * 4] {
      frames_.PrepareSpare(bytes);
    });
  }
}

bool RenderService::AnswerFromStore(const Flight& flight) {
  const SceneRenderRequest& request = flight->request;
  if (request.cache != CacheUse::kUse || request.encrypt ||
      !options_.file_transfer ||
      (request.mode != ReturnMode::kFilePath &&
       request.mode != ReturnMode::kMmap)) {
    return false;
  }
  if (!request.planes.empty()) return AnswerPlanesFromStore(flight);
  auto outcome = Reuse(*flight, request.ttl);
  if (!outcome) return false;
  const ChecksumKind wanted = WantedChecksum(request);
  if (wanted == ChecksumKind::kNone || outcome->info->checksum.kind == wanted) {
    flight->waiters.front().done(*std::move(outcome));
    return true;
  }
  // The render was kept without this checksum: read the file off this thread.
  auto found = std::make_shared<RenderOutcome>(*std::move(outcome));
  return Post([this, flight, found, wanted] {
    auto checksum = ChecksumOfRender(*store_, *found->info, wanted);
    if (!checksum) return AnswerAll(*flight, checksum.error());
    found->info->checksum = *checksum;
    flight->waiters.front().done(std::move(*found));
  });
}

bool RenderService::AnswerPlanesFromStore(const Flight& flight) {
  auto outcome = ReusePlanes(*flight, flight->request.ttl);
  if (!outcome) return false;
  const bool complete =
      std::ranges::none_of(outcome->planes, [&](const DeliveredPlane& plane) {
        const ChecksumKind wanted = WantedChecksum(flight->request);
        return plane.plane == Plane::kObjectId ||
               (wanted != ChecksumKind::kNone &&
                plane.info.checksum.kind != wanted);
      });
  if (complete) {
    flight->waiters.front().done(*std::move(outcome));
    return true;
  }
  // Files are to be read: off this thread.
  auto found = std::make_shared<RenderOutcome>(*std::move(outcome));
  return Post([this, flight, found] {
    Status read = CompletePlanes(*store_, flight->request, found->planes);
    if (!read.ok()) return AnswerAll(*flight, read);
    flight->waiters.front().done(std::move(*found));
  });
}

bool RenderService::JoinAnother(RenderFlight& flight) {
  std::lock_guard lock(mutex_);
  const auto other = std::ranges::find_if(
      encoding_, [&](const Flight& e) { return e->Serves(flight); });
  if (other == encoding_.end()) return false;
  CountJoined(flight.waiters.size());
  std::ranges::move(flight.waiters, std::back_inserter((*other)->waiters));
  return true;
}

void RenderService::GatherEqual(RenderFlight& flight) {
  std::lock_guard lock(mutex_);
  std::erase_if(queue_, [&](const Flight& waiting) {
    // Only a view that exists is looked at, and no sheet, whose key takes that
    // of every cell: this holds the lock.
    if (waiting->request.sheet || !waiting->snapshot->viewed() ||
        !waiting->Resolve(renderer_.build_id).ok() ||
        !flight.Serves(*waiting)) {
      return false;
    }
    CountJoined(waiting->waiters.size());
    std::ranges::move(waiting->waiters, std::back_inserter(flight.waiters));
    return true;
  });
}

void RenderService::CountJoined(std::size_t waiters) {
  stats_.joined += waiters;
  store_->Count(IndexCounter::kJoined, waiters);
}

void RenderService::AnswerOthers(RenderFlight& flight,
                                 const RenderOutcome& outcome,
                                 std::span<const RenderWaiter> others) {
  for (const RenderWaiter& waiter : others) {
    // Each asked for a TTL of its own.
    if (!outcome.planes.empty()) {
      static_cast<void>(ReusePlanes(flight, waiter.ttl));
    }
    waiter.done(outcome.info ? Reuse(flight, waiter.ttl) : outcome.Share());
  }
}

void RenderService::AnswerAll(RenderFlight& flight, const Status& error) {
  for (const RenderWaiter& waiter : flight.waiters) waiter.done(Fail(error));
}

Status RenderService::Unavailable(std::string_view why) const {
  const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(
      average_draw_ * (queue_.size() + 1));
  return Status(StatusCode::kUnavailable, fmt::format("{}; try again", why))
      .With("retry_after_ms", wait.count());
}

Result<RenderOutcome> RenderService::ReusePlanes(
    const RenderFlight& flight, std::optional<std::chrono::seconds> ttl) {
  auto planes =
      goxel::ReusePlanes(*store_, flight.request, flight.plane_keys, ttl);
  if (!planes) return Fail(std::move(planes.error()));
  RenderOutcome outcome;
  outcome.planes = *std::move(planes);
  outcome.cached = true;
  outcome.camera = *flight.camera;
  return outcome;
}

Result<RenderOutcome> RenderService::Reuse(
    const RenderFlight& flight, std::optional<std::chrono::seconds> ttl) {
  const bool plain_reader = flight.request.mode == ReturnMode::kFilePath;
  auto info = store_->Reuse(flight.key, ttl, plain_reader);
  if (!info) return Fail(std::move(info.error()));
  RenderOutcome outcome;
  outcome.info = *info;
  outcome.path = store_->PathOf(*info).string();
  outcome.id = info->id;
  outcome.key = flight.key;
  outcome.cached = true;
  outcome.camera = *flight.camera;
  outcome.times = {.render_ns = info->render_ns,
                   .transfer_ns = info->transfer_ns};
  return outcome;
}

}  // namespace goxel
