#include "daemon/script_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemon/project_draft.h"
#include "daemon/script_calls.h"
#include "daemon/script_file.h"

namespace goxel {
namespace {

// Of what a script may use, a reply may have a quarter: the script holds it as
// text and as values.
constexpr std::uint64_t kReplyShare = 4;
constexpr std::uint64_t kMaxReply = 1 << 30;  // Bytes.

Status Stopping() {
  return {StatusCode::kUnavailable, "the daemon is shutting down"};
}

Result<ScriptCode> ReadCode(const ScriptRequest& request) {
  if (request.path.empty()) {
    return ScriptCode{request.name.empty() ? "script" : request.name,
                      request.code};
  }
  auto text = ReadScriptFile(request.path);
  if (!text) return Fail(std::move(text.error()));
  return ScriptCode{request.name.empty() ? request.path : request.name,
                    *std::move(text)};
}

}  // namespace

ScriptService::ScriptService(ScriptServiceOptions options,
                             const MethodTable& methods, Worker& project_worker)
    : options_(std::move(options)),
      methods_(methods),
      project_worker_(project_worker),
      threads_(options_.max_scripts) {}

ScriptService::~ScriptService() {
  BeginStop();
  threads_.Stop();
}

void ScriptService::Run(ScriptRequest request, ScriptDone done) {
  if (options_.max_scripts == 0) {
    return done(Fail(StatusCode::kPermissionDenied,
                     "scripts are switched off: [script] max_scripts is 0"));
  }
  if (++waiting_ > options_.max_waiting) {
    --waiting_;
    return done(
        Fail(Status(StatusCode::kUnavailable,
                    fmt::format("{} scripts wait already; try again later",
                                options_.max_waiting))
                 .With("retry_after_ms", 1000)));
  }
  const bool posted = threads_.Post([this, request = std::move(request), done] {
    --waiting_;
    RunNow(request, done);
  });
  if (!posted) done(Fail(Stopping()));
}

void ScriptService::RunNow(const ScriptRequest& request,
                           const ScriptDone& done) {
  const auto code = ReadCode(request);
  if (!code) return done(FailedOutcome("Error", code.error().message()));
  const ScriptWatch watch(request.timeout, request.peer, stopping_);
  const auto draft =
      std::make_shared<ProjectDraft>(request.project, options_.limits);
  ScriptCalls calls(
      methods_, draft->copy(),
      std::min(options_.process.memory_bytes / kReplyShare, kMaxReply));
  auto outcome = ScriptRun(options_.process, calls, watch)
                     .Run(*code, ScriptCalls::Names(methods_));
  if (!outcome || !outcome->error.empty() || !draft->IsChanged()) {
    return done(std::move(outcome));
  }
  // Where long edits run: who edits meanwhile waits there and not for a lock.
  const bool posted = project_worker_.Post(
      [draft, done, outcome = *std::move(outcome)]() mutable {
        Status kept = draft->Commit();
        if (!kept.ok()) return done(Fail(std::move(kept)));
        done(std::move(outcome));
      });
  if (!posted) done(Fail(Stopping()));
}

}  // namespace goxel
