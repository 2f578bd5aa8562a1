// The methods of the wire API, one file per family. Names, parameters, replies
// and errors are those that existing clients know; docs/wire-api.md has them.

#ifndef DAEMON_METHODS_METHODS_H_
#define DAEMON_METHODS_METHODS_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

#include "daemon/cancellation.h"
#include "daemon/connection_leases.h"
#include "daemon/live_options.h"
#include "daemon/method_table.h"
#include "daemon/projects.h"
#include "daemon/render_service.h"
#include "daemon/render_waiters.h"
#include "daemon/script_service.h"
#include "daemon/sweeper.h"
#include "transfer/render_store.h"

namespace goxel {

// What the methods work on; outlives them.
struct MethodContext {
  const LiveOptions& options;
  Projects& projects;
  RenderStore& store;
  RenderService& renders;
  const MethodTable& methods;
  Worker& project_worker;
  Sweeper& sweeper;
  RenderWaiters& waiters;
  ConnectionLeases& leases;
  ScriptService& scripts;
  Cancellations& cancellations;
  // To be called for every render that a method commits.
  std::function<void(const RenderInfo&)> on_commit;
  std::chrono::steady_clock::time_point started;
  // Times that a client named a file it may not write.
  std::atomic<std::uint64_t>& refused_paths;
  // Reads the configuration again. On the files worker alone.
  std::function<Result<ReloadOutcome>()> reload;
};

// echo, version, status, ping, list_methods, goxel.ping.
void AddCoreMethods(MethodTable& table, const MethodContext& context);

// goxel.get_status, get_version, hello.
void AddServiceMethods(MethodTable& table, const MethodContext& context);

// goxel.create_project, get_project_info, list_projects, close_project; then
// load_project, save_project, export_model; then undo, redo.
void AddProjectMethods(MethodTable& table, const MethodContext& context);
void AddFileMethods(MethodTable& table, const MethodContext& context);
void AddHistoryMethods(MethodTable& table);

// The project that `call` fills anew: made now, when the one that the request
// names is not there.
Result<std::shared_ptr<Project>> ProjectToFill(Projects& projects,
                                               const MethodCall& call);

// add_voxels; then goxel.add_voxel, remove_voxel, get_voxel, paint_voxels; then
// flood_fill, procedural_shape; then batch_operations.
void AddBulkVoxelMethods(MethodTable& table);
void AddVoxelMethods(MethodTable& table);
void AddShapeMethods(MethodTable& table, const MethodContext& context);
void AddBatchMethod(MethodTable& table, const MethodContext& context);

// goxel.list_layers, create_layer, delete_layer, merge_layers,
// set_layer_visibility, set_active_layer, update_layer.
void AddLayerMethods(MethodTable& table, const MethodContext& context);

// goxel.get_voxels_region, get_layer_voxels, get_bounding_box; then
// get_color_histogram, find_voxels_by_color, get_unique_colors.
void AddReadingMethods(MethodTable& table);
void AddColorMethods(MethodTable& table);

// goxel.set_camera, get_camera, set_light, get_light.
void AddViewStateMethods(MethodTable& table);

// goxel.render_scene; then render_views, cancel.
void AddRenderSceneMethod(MethodTable& table, const MethodContext& context);
void AddViewsMethods(MethodTable& table, const MethodContext& context);

// What a request may ask for, by the options as they are.
RenderLimits RenderLimitsOf(const MethodContext& context);

// `request_id`, 1 to 128 bytes; empty when it is not given.
Result<std::string_view> ReadRequestId(const Params& params);

// Makes the request of `call` known to goxel.cancel by its request_id; null
// when it has none.
Result<std::shared_ptr<Cancellation>> BeginCancellable(
    const MethodContext& context, const MethodCall& call);

// goxel.get_render_info, cleanup_render, list_renders, touch_render,
// get_render_stats, pin_render, collect_renders, report_reads.
void AddRenderMethods(MethodTable& table, const MethodContext& context);
void AddListMethod(MethodTable& table, const MethodContext& context);
void AddStatsMethod(MethodTable& table, const MethodContext& context);

// goxel.acquire_lease, release_lease.
void AddLeaseMethods(MethodTable& table, const MethodContext& context);

// goxel.execute_script.
void AddScriptMethod(MethodTable& table, const MethodContext& context);

// goxel.wait_render.
void AddWaitMethod(MethodTable& table, const MethodContext& context);

// goxel.encode_render.
void AddEncodeMethod(MethodTable& table, const MethodContext& context);

// goxel.reload_config.
void AddReloadMethod(MethodTable& table, const MethodContext& context);

// All of them.
void AddAllMethods(MethodTable& table, const MethodContext& context);

}  // namespace goxel

#endif  // DAEMON_METHODS_METHODS_H_
