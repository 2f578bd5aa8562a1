#include "daemon/daemon.h"

#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <optional>
#include <utility>

#include "daemon/connection_leases.h"
#include "daemon/descriptor_limit.h"
#include "daemon/export_rules.h"
#include "daemon/live_options.h"
#include "daemon/log.h"
#include "daemon/method_table.h"
#include "daemon/methods/methods.h"
#include "daemon/projects.h"
#include "daemon/render_service.h"
#include "daemon/render_waiters.h"
#include "daemon/script_service.h"
#include "daemon/server.h"
#include "daemon/sweeper.h"
#include "daemon/worker.h"
#include "transfer/render_store.h"

namespace goxel {
namespace {

RenderStoreOptions StoreOptions(const Options& options) {
  return {.directory = options.render_dir,
          .max_cache_bytes = options.max_cache_size,
          .max_render_bytes = options.max_render_size,
          .max_renders = options.max_renders,
          .default_ttl = options.ttl,
          .file_mode = options.file_mode};
}

// As many of the connections that the options allow as can be had.
std::size_t Connections(std::size_t allowed) {
  const std::size_t most = AffordConnections(allowed);
  if (most < allowed) {
    spdlog::warn(
        "{} connections are allowed, and the limit on open files has room for "
        "{}; raise it (ulimit -Hn, LimitNOFILE= of systemd) to {} or lower "
        "max_connections",
        allowed, most, allowed + kReservedDescriptors);
  }
  return most;
}

ScriptServiceOptions MakeScriptOptions(const Options& options,
                                       const ProjectLimits& limits) {
  return {.process = {.program = FindScriptProgram(options.script_program),
                      .memory_bytes = options.max_script_memory},
          .max_scripts = options.max_scripts,
          .limits = limits};
}

}  // namespace

struct Daemon::Parts {
  Parts(Options given_options, DaemonHooks given_hooks)
      : options(std::move(given_options)), hooks(std::move(given_hooks)) {}
  ~Parts();

  ProjectsOptions MakeProjectsOptions();
  ServerOptions MakeServerOptions();
  RenderServiceOptions MakeServiceOptions();
  void Start();
  void RendererStarted(const Result<RendererFacts>& renderer);
  void Committed(const RenderInfo& info);
  void Notice(int signal);
  Result<ReloadOutcome> Reload();
  Result<ReloadOutcome> Adopt(const Result<Options>& wanted);
  void Apply(const Options& changed);
  void LogState();

  LiveOptions options;
  const DaemonHooks hooks;
  std::atomic<std::uint64_t> refused_paths = 0;
  Cancellations cancellations;
  // Why the daemon ends although nobody asked it to. Written on the drawing
  // thread before it stops the server, read after the server has stopped.
  Status failure;

  Projects projects{MakeProjectsOptions()};
  // The one whose hash the index shows.
  const std::shared_ptr<Project> default_project =
      projects.Find(kDefaultProjectId).value();
  MethodTable methods;
  std::unique_ptr<RenderStore> store;
  std::unique_ptr<Server> server;
  std::optional<Worker> project_worker;
  std::optional<Worker> files_worker;
  std::optional<Sweeper> sweeper;
  std::optional<RenderWaiters> waiters;
  std::optional<ConnectionLeases> leases;
  std::unique_ptr<RenderService> renders;
  std::optional<ScriptService> scripts;
  std::optional<MethodContext> context;
};

// First those who ask, then those who work, then what they work on.
Daemon::Parts::~Parts() {
  server.reset();
  scripts.reset();
  if (project_worker) project_worker->Stop();
  if (files_worker) files_worker->Stop();
  renders.reset();
  sweeper.reset();
  if (store && options->purge_on_exit) store->Purge();
}

ProjectsOptions Daemon::Parts::MakeProjectsOptions() {
  return {.max_projects = options->max_projects,
          .limits = {.max_voxels = options->max_voxels,
                     .max_tiles = options->max_tiles,
                     .history = {.max_steps = options->max_undo_steps,
                                 .max_bytes = options->max_undo_size}},
          .show_hash = [this](const Hash128& hash) {
            store->ShowScene(hash.high, hash.low);
          }};
}

ServerOptions Daemon::Parts::MakeServerOptions() {
  ServerOptions server_options;
  server_options.socket_path = options->socket_path;
  server_options.max_connections = Connections(options->max_connections);
  server_options.max_request_bytes = options->max_request_size;
  server_options.max_nesting = options->max_nesting;
  server_options.pending = {.replies = options->max_pending_requests,
                            .reply_bytes = options->max_pending_size,
                            .input_bytes = options->max_pending_input};
  server_options.protocol = options->protocol;
  server_options.stop_on_signals = true;
  server_options.on_signal = [this](int signal) { Notice(signal); };
  server_options.pulse_interval = hooks.pulse_interval;
  server_options.on_pulse = hooks.on_pulse;
  server_options.on_stop = [this] {
    if (hooks.on_stop) hooks.on_stop();
    waiters->Stop();
    renders->BeginStop();
    scripts->BeginStop();
  };
  return server_options;
}

RenderServiceOptions Daemon::Parts::MakeServiceOptions() {
  RenderServiceOptions service_options;
  service_options.queue_size = options->queue_size;
  service_options.encoders = options->workers;
  service_options.smallest_first = options->priority_queue;
  service_options.renderer.gl = options->gl;
  service_options.export_rules = MakeExportRules(*options.Get(), *store);
  service_options.max_inline_bytes = options->max_inline_size;
  service_options.file_transfer = !options->disable_file_transfer;
  service_options.on_started = [this](const Result<RendererFacts>& renderer) {
    RendererStarted(renderer);
  };
  service_options.on_viewed = [this](const SceneSnapshot& snapshot) {
    default_project->ShowHashOf(snapshot);
  };
  service_options.on_commit = [this](const RenderInfo& info) {
    Committed(info);
  };
  return service_options;
}

void Daemon::Parts::Committed(const RenderInfo& info) {
  sweeper->Note(info);
  waiters->Committed(info);
}

void Daemon::Parts::Start() {
  project_worker.emplace();
  files_worker.emplace();
  waiters.emplace(FindInStore(store.get()));
  leases.emplace(store.get());
  sweeper.emplace(store.get(), options->cleanup_interval);
  renders = std::make_unique<RenderService>(MakeServiceOptions(), store.get());
  scripts.emplace(MakeScriptOptions(*options.Get(), projects.limits()), methods,
                  *project_worker);
  context.emplace(MethodContext{
      .options = options,
      .projects = projects,
      .store = *store,
      .renders = *renders,
      .methods = methods,
      .project_worker = *project_worker,
      .sweeper = *sweeper,
      .waiters = *waiters,
      .leases = *leases,
      .scripts = *scripts,
      .cancellations = cancellations,
      .on_commit = [this](const RenderInfo& info) { Committed(info); },
      .started = std::chrono::steady_clock::now(),
      .refused_paths = refused_paths,
      .reload = [this] { return Reload(); }});
  AddAllMethods(methods, *context);
}

void Daemon::Parts::RendererStarted(const Result<RendererFacts>& renderer) {
  if (!renderer) {
    failure = renderer.error();
    server->Stop();
    return;
  }
  spdlog::info(
      "goxel-daemon {} on {}, renders in {} ({} adopted), zero-copy {}, {}",
      GOXEL_VERSION, options->socket_path, store->directory().string(),
      store->Stats().renders, renderer->zero_copy ? "yes" : "no",
      renderer->build_id);
  if (hooks.on_ready) hooks.on_ready();
}

// Both look at files or wait for those who do.
void Daemon::Parts::Notice(int signal) {
  files_worker->Post([this, signal] {
    if (signal == SIGHUP) {
      (void)Reload();
    } else {
      LogState();
    }
  });
}

Result<ReloadOutcome> Daemon::Parts::Reload() {
  if (!hooks.read_again) return ReloadOutcome();
  Result<ReloadOutcome> outcome = Adopt(hooks.read_again());
  if (hooks.on_reloaded) hooks.on_reloaded();
  return outcome;
}

Result<ReloadOutcome> Daemon::Parts::Adopt(const Result<Options>& wanted) {
  if (!wanted) {
    spdlog::error("the configuration stays as it was: {}",
                  wanted.error().message());
    return Fail(wanted.error());
  }
  ReloadOutcome outcome = options.Adopt(*wanted);
  Apply(*options.Get());
  spdlog::info("read the configuration again; changed: {}; needs a restart: {}",
               fmt::join(outcome.changed, ", "),
               fmt::join(outcome.needs_restart, ", "));
  return outcome;
}

// What does not look at the options for each request is told of them here.
void Daemon::Parts::Apply(const Options& changed) {
  SetLogLevel(changed.log_level);
  server->SetMaxConnections(Connections(changed.max_connections));
  renders->SetLimits(changed.queue_size, changed.max_inline_size,
                     MakeExportRules(changed, *store));
  sweeper->SetInterval(changed.cleanup_interval);
}

void Daemon::Parts::LogState() {
  const RenderStoreStats stored = store->Stats();
  const RenderServiceStats drawing = renders->Stats();
  const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::steady_clock::now() - context->started);
  spdlog::info(
      "up {} s; {} renders of {} bytes, {} waiting; {} drawn, {} joined; {} "
      "projects",
      uptime.count(), stored.renders, stored.committed_bytes, drawing.queued,
      drawing.drawn, drawing.joined, projects.List().size());
}

Daemon::Daemon(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Daemon::~Daemon() = default;

Result<std::unique_ptr<Daemon>> Daemon::Create(
    Options options, DaemonHooks hooks, std::optional<Listener> listener) {
  auto parts = std::make_unique<Parts>(std::move(options), std::move(hooks));
  auto store = RenderStore::Open(StoreOptions(*parts->options.Get()));
  if (!store) return Fail(std::move(store.error()));
  parts->store = *std::move(store);
  RequestHandler dispatch = [parts = parts.get()](RpcRequest request,
                                                  Responder respond) {
    parts->methods.Dispatch(
        std::move(request), std::move(respond),
        {.project = *parts->project_worker, .files = *parts->files_worker},
        parts->projects);
  };
  auto server =
      listener
          ? Server::ServeOn(*std::move(listener), parts->MakeServerOptions(),
                            std::move(dispatch))
          : Server::Listen(parts->MakeServerOptions(), std::move(dispatch));
  if (!server) return Fail(std::move(server.error()));
  parts->server = *std::move(server);
  parts->Start();
  return std::unique_ptr<Daemon>(new Daemon(std::move(parts)));
}

Status Daemon::Run() {
  Status served = parts_->server->Run();
  return served.ok() ? parts_->failure : served;
}

void Daemon::Stop() { parts_->server->Stop(); }

}  // namespace goxel
