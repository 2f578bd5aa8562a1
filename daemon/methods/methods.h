// The methods of the wire API, one file per family. Names, parameters, replies
// and errors are those that existing clients know; docs/wire-api.md has them.

#ifndef DAEMON_METHODS_METHODS_H_
#define DAEMON_METHODS_METHODS_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

#include "daemon/connection_leases.h"
#include "daemon/method_table.h"
#include "daemon/options.h"
#include "daemon/projects.h"
#include "daemon/render_request.h"
#include "daemon/render_service.h"
#include "daemon/render_waiters.h"
#include "daemon/sweeper.h"
#include "transfer/render_store.h"

namespace goxel {

// What the methods work on; outlives them.
struct MethodContext {
  const Options& options;
  Projects& projects;
  RenderStore& store;
  RenderService& renders;
  const MethodTable& methods;
  RenderLimits limits;
  Sweeper& sweeper;
  RenderWaiters& waiters;
  ConnectionLeases& leases;
  // To be called for every render that a method commits.
  std::function<void(const RenderInfo&)> on_commit;
  std::chrono::steady_clock::time_point started;
  // Times that a client named a file it may not write.
  std::atomic<std::uint64_t>& refused_paths;
};

// echo, version, status, ping, list_methods, then (AddServiceMethods) those of
// goxel.* that tell about the daemon.
void AddCoreMethods(MethodTable& table, const MethodContext& context);
void AddServiceMethods(MethodTable& table, const MethodContext& context);

// goxel.create_project, load_project.
void AddProjectMethods(MethodTable& table, const MethodContext& context);

// add_voxels; then goxel.add_voxel, remove_voxel, get_voxel.
void AddBulkVoxelMethods(MethodTable& table);
void AddVoxelMethods(MethodTable& table);

// goxel.render_scene.
void AddRenderSceneMethod(MethodTable& table, const MethodContext& context);

// goxel.get_render_info, cleanup_render, list_renders, touch_render,
// get_render_stats, pin_render, collect_renders, report_reads.
void AddRenderMethods(MethodTable& table, const MethodContext& context);
void AddListMethod(MethodTable& table, const MethodContext& context);
void AddStatsMethod(MethodTable& table, const MethodContext& context);

// goxel.acquire_lease, release_lease.
void AddLeaseMethods(MethodTable& table, const MethodContext& context);

// goxel.wait_render.
void AddWaitMethod(MethodTable& table, const MethodContext& context);

// goxel.encode_render.
void AddEncodeMethod(MethodTable& table, const MethodContext& context);

// All of them, in the order that list_methods shows.
void AddAllMethods(MethodTable& table, const MethodContext& context);

}  // namespace goxel

#endif  // DAEMON_METHODS_METHODS_H_
