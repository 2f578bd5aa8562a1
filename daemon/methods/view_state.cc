#include "daemon/view_state.h"

#include <utility>

#include "daemon/camera_request.h"
#include "daemon/look_options.h"
#include "daemon/methods/methods.h"
#include "daemon/render_json.h"
#include "daemon/result_writer.h"
#include "renderer/camera_checks.h"
#include "renderer/stored_camera.h"

namespace goxel {
namespace {

void WriteStoredCameras(ResultWriter& out, const Scene& scene) {
  out.Key("stored").BeginArray();
  for (const StoredCamera& camera : scene.cameras) {
    out.BeginObject()
        .Field("name", camera.name)
        .Field("ortho", camera.orthographic)
        .Field("active", camera.active)
        .EndObject();
  }
  out.EndArray();
}

RpcResult CameraReply(const Project& project) {
  const ViewState state = project.view_state();
  ResultWriter out;
  out.BeginObject().Field("success", true).Key("camera");
  if (state.camera) {
    WriteCameraRequest(out, *state.camera);
  } else {
    out.Raw("null");
  }
  const bool exists = project.Read(
      [&out](const Scene& scene) { WriteStoredCameras(out, scene); });
  if (!exists) return RpcFail(NoProject());
  return out.EndObject().Reply();
}

RpcResult LightReply(const Project& project) {
  const ViewState state = project.view_state();
  ResultWriter out;
  out.BeginObject().Field("success", true).Key("light");
  if (state.light) {
    WriteLight(out, *state.light);
  } else {
    out.Raw("null");
  }
  const bool exists = project.Read([&out](const Scene& scene) {
    out.Key("stored");
    if (scene.light) {
      WriteLight(out, SettingsOf(*scene.light));
    } else {
      out.Raw("null");
    }
  });
  if (!exists) return RpcFail(NoProject());
  return out.EndObject().Reply();
}

// Whether the numbers make a camera does not depend on the picture.
Status CheckCamera(const Project& project, CameraRequest camera) {
  Status status = NoProject();
  project.Read([&](const Scene& scene) {
    status = UseStoredCamera(scene.cameras, camera);
  });
  return status.ok() ? CheckCameraRequest(camera, 1, 1) : status;
}

RpcResult SetCamera(const MethodCall& call) {
  std::optional<CameraRequest> camera;
  if (NamesCamera(call.params)) {
    auto parsed = ParseCameraRequest(call.params);
    if (!parsed) return RpcFail(std::move(parsed.error()));
    Status valid = CheckCamera(*call.project, *parsed);
    if (!valid.ok()) return RpcFail(std::move(valid));
    camera = *std::move(parsed);
  }
  if (Status set = call.project->SetViewCamera(std::move(camera)); !set.ok()) {
    return RpcFail(std::move(set));
  }
  return CameraReply(*call.project);
}

RpcResult SetLight(const MethodCall& call) {
  std::optional<LightSettings> light;
  if (const auto given = call.params.Find("light")) {
    Status read = ReadLight(*given, "light", light.emplace());
    if (!read.ok()) return RpcFail(std::move(read));
  }
  if (Status set = call.project->SetViewLight(light); !set.ok()) {
    return RpcFail(std::move(set));
  }
  return LightReply(*call.project);
}

}  // namespace

void AddViewStateMethods(MethodTable& table) {
  table.Add("goxel.set_camera", "Set the camera of renders that name none",
            RunsOn::kProject, SetCamera);
  table.Add("goxel.get_camera", "The camera set, and those of the scene's file",
            RunsOn::kProject,
            [](const MethodCall& call) { return CameraReply(*call.project); });
  table.Add("goxel.set_light", "Set the light of renders that name none",
            RunsOn::kProject, SetLight);
  table.Add("goxel.get_light", "The light set, and that of the scene's file",
            RunsOn::kProject,
            [](const MethodCall& call) { return LightReply(*call.project); });
}

}  // namespace goxel
