#include "daemon/plane_reply.h"

#include <array>
#include <string>
#include <string_view>

#include "daemon/render_json.h"
#include "daemon/render_reply.h"
#include "renderer/camera_conventions.h"

namespace goxel {
namespace {

template <typename Rows>
void WriteRows(ResultWriter& out, std::string_view key, const Rows& rows) {
  out.Key(key).BeginArray();
  for (const auto& row : rows) {
    out.BeginArray();
    for (const double number : row) out.Value(number);
    out.EndArray();
  }
  out.EndArray();
}

void WriteMatrices(ResultWriter& out, const SceneRenderRequest& request,
                   const Camera& camera) {
  WriteRows(out, "intrinsics",
            CalibrationOf(camera, request.width, request.height));
  out.Key("world_to_camera").BeginObject();
  WriteRows(out, "opengl", WorldToCamera(camera, CameraAxes::kOpenGl));
  WriteRows(out, "opencv", WorldToCamera(camera, CameraAxes::kOpenCv));
  out.EndObject();
  out.Field("near", camera.near_plane).Field("far", camera.far_plane);
}

void WritePlane(ResultWriter& out, const DeliveredPlane& plane) {
  out.Key(ToString(plane.plane)).BeginObject().Key("file").BeginObject();
  WriteFileFields(out, plane.info, plane.path);
  out.EndObject();
  WriteMapping(out, plane.info);
  out.Key("render").BeginObject().Field("id", FormatRenderId(plane.info.id));
  if (!plane.info.key.empty()) {
    out.Field("key", FormatContentKey(plane.info.key));
  }
  out.Field("cached", plane.cached).EndObject().EndObject();
}

void WriteObjects(ResultWriter& out, const Scene& scene,
                  const DeliveredPlane& plane) {
  out.Key("objects").BeginArray();
  for (const ObjectExtent& object : plane.objects) {
    out.BeginObject()
        .Field("id", object.id)
        .Field("name", scene.ObjectName(object.id))
        .Field("pixels", object.pixels)
        .Key("box")
        .BeginArray();
    for (const std::uint32_t side : object.box) out.Value(side);
    out.EndArray().EndObject();
  }
  out.EndArray();
}

void WriteVoxelOrigin(ResultWriter& out, const SceneSnapshot& snapshot) {
  constexpr std::array kVoxel = {Plane::kVoxel};
  const auto values =
      PlaneValuesOf(snapshot.scene(), {}, snapshot.view().bounds, kVoxel);
  // A plane that was made has one.
  const auto origin =
      values ? values->voxel_origin : std::array<std::int64_t, 3>{};
  out.Key("voxel_origin").BeginArray();
  for (const std::int64_t number : origin) out.Value(number);
  out.EndArray();
}

}  // namespace

void WritePlanes(ResultWriter& out, const SceneRenderRequest& request,
                 const SceneSnapshot& snapshot, const RenderOutcome& outcome) {
  if (!request.color) {
    out.Key("camera");
    WriteCamera(out, outcome.camera, request.width, request.height);
  }
  out.Key("planes").BeginObject();
  for (const DeliveredPlane& plane : outcome.planes) WritePlane(out, plane);
  out.EndObject();
  for (const DeliveredPlane& plane : outcome.planes) {
    if (plane.plane == Plane::kObjectId) {
      WriteObjects(out, snapshot.scene(), plane);
    }
    if (plane.plane == Plane::kVoxel) WriteVoxelOrigin(out, snapshot);
  }
  WriteMatrices(out, request, outcome.camera);
}

RpcReply MakePlanesReply(const SceneRenderRequest& request,
                         const SceneSnapshot& snapshot,
                         const RenderOutcome& outcome) {
  ResultWriter out;
  out.BeginObject().Field("success", true);
  if (request.color) WriteDelivered(out, request, outcome);
  WritePlanes(out, request, snapshot, outcome);
  out.EndObject();
  return out.Reply();
}

}  // namespace goxel
