// goxelctl watch: tells of renders as they are published, from the index alone.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "clients/cli/command.h"
#include "clients/cli/render_listing.h"
#include "clients/cpp/render_catalog.h"

namespace goxel {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// How long a daemon that restarts may need between two looks for it.
constexpr milliseconds kRestartPoll{100};
constexpr milliseconds kLongestWait{std::chrono::hours(1)};

struct WatchArguments {
  std::string directory;
  std::uint64_t count = 0;          // Renders to tell of; 0: for ever.
  std::optional<double> timeout_s;  // Unset: for ever.
  bool all = false;                 // Begin with those that are there.
};

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
    if (arguments.timeout_s) {
      deadline_ = Clock::now() +
                  std::chrono::ceil<Clock::duration>(
                      std::chrono::duration<double>(*arguments.timeout_s));
    }
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

}  // namespace

void AddWatchCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "watch", "Tell of each render as it is published, also by others");
  auto arguments = std::make_shared<WatchArguments>();
  AddDirectoryOption(*command, arguments->directory);
  command->add_option("-n,--count", arguments->count,
                      "Renders to tell of [until interrupted]");
  command
      ->add_option("--timeout", arguments->timeout_s,
                   "Seconds to wait; with --count it is an error when they "
                   "pass [for ever]")
      ->check(CLI::Range(0.0, 1e9));
  command->add_flag("--all", arguments->all,
                    "Begin with the renders that are there");
  command->callback([&invocation, arguments] {
    const auto catalog = RenderCatalog::Open(arguments->directory);
    invocation.exit_code = catalog
                               ? Watch(invocation, *arguments, **catalog).Run()
                               : Complain(catalog.error());
  });
}

}  // namespace goxel
