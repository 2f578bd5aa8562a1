// goxelctl watch: tells of renders as they are published, from the index alone;
// or draws the picture of a scene file whenever the file changes.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>
#include <ranges>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "clients/cli/command.h"
#include "clients/cli/output_name.h"
#include "clients/cli/picture_output.h"
#include "clients/cli/render_listing.h"
#include "clients/cli/scene_project.h"
#include "clients/cli/scene_watch.h"
#include "clients/cli/size_flag.h"
#include "clients/cli/view_flags.h"
#include "clients/cpp/render_catalog.h"

namespace goxel {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// How long a daemon that restarts may need between two looks for it.
constexpr milliseconds kRestartPoll{100};
constexpr milliseconds kLongestWait{std::chrono::hours(1)};
constexpr double kForEver = 1e9;  // Seconds.

struct WatchArguments {
  std::string directory;
  std::uint64_t count = 0;          // Renders to tell of; 0: for ever.
  std::optional<double> timeout_s;  // Unset: for ever.
  bool all = false;                 // Begin with those that are there.
  SceneWatchOrder scene;            // Whose `scene` is empty for renders.
};

Clock::time_point DeadlineAfter(double seconds) {
  return Clock::now() + std::chrono::ceil<Clock::duration>(
                            std::chrono::duration<double>(seconds));
}

void Print(const Invocation& invocation, const RenderInfo& info,
           const std::filesystem::path& path) {
  if (invocation.json) {
    rapidjson::StringBuffer buffer;
    JsonWriter writer(buffer);
    WriteRenderJson(writer, info, path);
    fmt::print("{}\n", buffer.GetString());
  } else {
    fmt::print("{}  {:<6}  {:>11}  {}\n", FormatRenderId(info.id),
               ToString(info.format),
               fmt::format("{}x{}", info.width, info.height), path.native());
  }
  std::fflush(stdout);
}

class Watch {
 public:
  Watch(const Invocation& invocation, const WatchArguments& arguments,
        RenderCatalog& catalog)
      : invocation_(invocation), arguments_(arguments), catalog_(catalog) {
    if (arguments.timeout_s) deadline_ = DeadlineAfter(*arguments.timeout_s);
    if (!arguments.all) TakeNew();
  }

  ExitCode Run() {
    for (;;) {
      // Taken before the look, so that what comes during it ends the wait.
      const IndexMoment moment = catalog_.moment();
      for (const RenderInfo& info : TakeNew()) {
        Print(invocation_, info, catalog_.PathOf(info));
        if (++told_ == arguments_.count) return ExitCode::kOk;
      }
      const auto left = Left();
      if (left <= milliseconds(0)) return TimeIsUp();
      Status event =
          catalog_.WaitForEvent(moment, std::min(left, kLongestWait));
      if (event.code() == StatusCode::kUnavailable) {
        std::this_thread::sleep_for(std::min(left, kRestartPoll));
      }
    }
  }

 private:
  milliseconds Left() const {
    if (!deadline_) return kLongestWait;
    return std::chrono::ceil<milliseconds>(*deadline_ - Clock::now());
  }

  ExitCode TimeIsUp() const {
    if (arguments_.count == 0) return ExitCode::kOk;
    fmt::print(stderr, "goxelctl: {} of {} renders came within {} s\n", told_,
               arguments_.count, *arguments_.timeout_s);
    return ExitCode::kError;
  }

  // Renders that were not there at the last look, the oldest first.
  std::vector<RenderInfo> TakeNew() {
    std::vector<RenderInfo> renders = catalog_.List();
    std::set<RenderId> there;
    for (const RenderInfo& info : renders) there.insert(info.id);
    std::erase_if(renders, [this](const RenderInfo& info) {
      return seen_.contains(info.id);
    });
    std::ranges::sort(renders, {}, [](const RenderInfo& info) {
      return std::pair(info.created_unix_s, info.id);
    });
    seen_ = std::move(there);
    return renders;
  }

  const Invocation& invocation_;
  const WatchArguments& arguments_;
  RenderCatalog& catalog_;
  std::optional<Clock::time_point> deadline_;
  std::set<RenderId> seen_;
  std::uint64_t told_ = 0;
};

ExitCode WatchRenders(const Invocation& invocation,
                      const WatchArguments& arguments) {
  const auto catalog = RenderCatalog::Open(arguments.directory);
  return catalog ? Watch(invocation, arguments, **catalog).Run()
                 : Complain(catalog.error());
}

ExitCode WatchSceneFile(const Invocation& invocation,
                        WatchArguments& arguments) {
  SceneWatchOrder& order = arguments.scene;
  if (!NamesFile(order.scene)) {
    throw CLI::ValidationError(
        "scene", fmt::format("'{}' is no file that can change; use goxelctl "
                             "render",
                             order.scene));
  }
  if (order.output == kStdoutName) {
    throw CLI::ValidationError("-o",
                               "one picture after the other needs a file");
  }
  order.count = arguments.count;
  order.deadline = DeadlineAfter(arguments.timeout_s.value_or(kForEver));
  order.output =
      FillOutput(order.output, PictureFields(order.scene, order.request));
  order.request.format = PictureFormat(order.output);
  return WatchScene(invocation, order);
}

// All of them are for a scene alone.
void AddSceneFlags(CLI::App& command, SceneWatchOrder& order) {
  const std::size_t others = command.get_options().size();
  CLI::Option* scene = command.add_option(
      "scene", order.scene,
      "Voxel file whose picture is drawn again whenever it changes [without "
      "one: tell of renders]");
  CLI::Option* output = command.add_option(
      "-o,--output", order.output, "Picture to write, as of goxelctl render");
  AddSizeFlag(command, order.request);
  AddEphemeralFlag(command, order.ephemeral);
  AddCameraFlags(command, order.request.camera);
  AddLookFlags(command, order.request.look);
  scene->needs(output);
  for (CLI::Option* option : command.get_options() | std::views::drop(others)) {
    if (option != scene) option->needs(scene);
  }
}

}  // namespace

void AddWatchCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "watch",
      "Draw a scene again whenever its file changes; or tell of each render as "
      "it is published, also by others");
  auto arguments = std::make_shared<WatchArguments>();
  AddDirectoryOption(*command, arguments->directory);
  command->add_option("-n,--count", arguments->count,
                      "Pictures to draw, or renders to tell of [until "
                      "interrupted]");
  command
      ->add_option("--timeout", arguments->timeout_s,
                   "Seconds to wait; with --count it is an error when they "
                   "pass [for ever]")
      ->check(CLI::Range(0.0, kForEver));
  CLI::Option* all = command->add_flag("--all", arguments->all,
                                       "Begin with the renders that are there");
  AddSceneFlags(*command, arguments->scene);
  all->excludes(command->get_option("scene"));
  command->callback([&invocation, arguments] {
    invocation.exit_code = arguments->scene.scene.empty()
                               ? WatchRenders(invocation, *arguments)
                               : WatchSceneFile(invocation, *arguments);
  });
}

}  // namespace goxel
