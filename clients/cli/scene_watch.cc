#include "clients/cli/scene_watch.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdio>
#include <ctime>

#include "clients/cli/file_watch.h"
#include "clients/cli/picture_output.h"
#include "clients/cli/render_listing.h"
#include "clients/cli/scene_project.h"

namespace goxel {
namespace {

using Clock = std::chrono::steady_clock;

// Loads, draws, writes and tells.
Status DrawOnce(const Invocation& invocation, Client& client,
                SceneWatchOrder& order) {
  const auto begin = Clock::now();
  const auto loaded =
      LoadSceneInto(client, order.scene, order.request.project_id);
  if (!loaded) return loaded.error();
  const auto render = client.RenderToFile(order.request);
  if (!render) return render.error();
  Status written = WritePicture(*render, order.output);
  if (!written.ok()) return written;
  if (invocation.json) {
    PrintDeliveredJson(order.output, render->reply_json.view());
    return {};
  }
  const auto took =
      std::chrono::ceil<std::chrono::milliseconds>(Clock::now() - begin);
  fmt::print(stderr, "{:%T}  {}: {} x {} in {} ms\n",
             fmt::localtime(std::time(nullptr)), order.output,
             order.request.width, order.request.height, took.count());
  return {};
}

// What the end of the time means.
ExitCode TimeIsUp(const SceneWatchOrder& order, std::uint64_t drawn) {
  if (order.count == 0) return ExitCode::kOk;
  fmt::print(stderr, "goxelctl: {} of {} pictures were drawn in the time\n",
             drawn, order.count);
  return ExitCode::kError;
}

}  // namespace

ExitCode WatchScene(const Invocation& invocation, SceneWatchOrder& order) {
  // Before the first look at the file, so that no change is missed.
  auto watch = FileWatch::Begin(order.scene);
  if (!watch) return Complain(watch.error());
  const auto session =
      DaemonSession::Open(invocation, order.ephemeral, Outcome::kOwnFiles);
  if (!session) return Complain(session.error());
  order.request.project_id = NewProjectId();
  for (std::uint64_t drawn = 0;;) {
    Status done = DrawOnce(invocation, session->client(), order);
    if (!done.ok()) {
      Complain(done);
    } else if (++drawn == order.count) {
      return ExitCode::kOk;
    }
    Status changed = watch->WaitForChange(order.deadline);
    if (changed.code() == StatusCode::kTimedOut) return TimeIsUp(order, drawn);
    if (!changed.ok()) return Complain(changed);
  }
}

}  // namespace goxel
