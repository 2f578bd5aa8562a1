#include "daemon/views_reply.h"

#include <utility>

#include "daemon/cancellation.h"
#include "daemon/paged_text.h"
#include "daemon/plane_reply.h"
#include "daemon/render_reply.h"
#include "daemon/result_writer.h"
#include "daemon/voxel_reading.h"
#include "transfer/base64.h"

namespace goxel {
namespace {

std::string Base64Of(const InlineBytes& picture) {
  std::string text(Base64Length(picture.bytes().size()), '\0');
  EncodeBase64(picture.bytes(), text);
  return text;
}

// The request for what has come, maybe in another mode than it was asked for.
SceneRenderRequest Delivered(const SceneRenderRequest& request,
                             const RenderOutcome& outcome) {
  return outcome.degraded ? InMode(request, outcome.degraded->delivered)
                          : request;
}

// An object that begins with what `write` writes and goes on with all that is
// to be said of `outcome`.
template <typename Write>
std::string Described(const SceneRenderRequest& request,
                      const SceneSnapshot& snapshot,
                      const RenderOutcome& outcome, const Write& write) {
  ResultWriter out;
  out.BeginObject();
  write(out);
  std::optional<std::size_t> insert_at;
  if (request.color) {
    insert_at = WriteDelivered(out, Delivered(request, outcome), outcome);
  }
  if (!request.planes.empty()) WritePlanes(out, request, snapshot, outcome);
  out.EndObject();
  std::string text = out.Text();
  if (insert_at) text.insert(*insert_at, Base64Of(*outcome.inlined));
  return text;
}

std::string ViewEntry(const ViewsOutcome& outcome, std::size_t index) {
  return Described(outcome.request.frame, *outcome.snapshot,
                   outcome.views[index], [&](ResultWriter& out) {
                     out.Field("index", index)
                         .Field("name", outcome.request.views[index].name);
                   });
}

std::unique_ptr<TextSource> ViewEntries(
    std::shared_ptr<const ViewsOutcome> outcome) {
  const std::size_t views = outcome->views.size();
  return std::make_unique<ArrayElements>(
      views,
      [outcome = std::move(outcome)](std::size_t index, std::string& text) {
        text += ViewEntry(*outcome, index);
        text += ',';
      });
}

// What all frames of a turntable have alike, so that a client can order one of
// them again.
void WriteFraming(ResultWriter& out, const CameraRequest& camera) {
  out.Key("framing").BeginObject().Field("distance", *camera.distance);
  if (camera.orthographic) out.Field("ortho_height", *camera.ortho_height);
  out.Key("target").BeginArray();
  for (const double coordinate : *camera.target) out.Value(coordinate);
  out.EndArray().EndObject();
}

void WriteSheet(ResultWriter& out, const ViewsOutcome& outcome) {
  const SceneRenderRequest order = SheetOrder(outcome.request);
  const SheetLayout layout(order.sheet->shape);
  out.Key("sheet").Raw(Described(order, *outcome.snapshot, *outcome.sheet,
                                 [&](ResultWriter& sheet) {
                                   sheet.Field("columns", layout.columns())
                                       .Field("width", order.width)
                                       .Field("height", order.height);
                                 }));
}

}  // namespace

RpcReply MakeViewsReply(std::shared_ptr<const ViewsOutcome> outcome) {
  const ViewsRequest& request = outcome->request;
  ResultWriter out;
  out.BeginObject().Field("success", true).Field("count", request.views.size());
  if (request.turntable) WriteFraming(out, request.views.front().camera);
  if (outcome->sheet) WriteSheet(out, *outcome);
  if (!request.frames) {
    out.EndObject();
    return out.Reply();
  }
  const std::size_t insert_at = WriteOpenArray(out, "views");
  out.EndObject();
  return ReplyWith(out, insert_at, ViewEntries(std::move(outcome)));
}

std::string ViewReadyParams(const ViewsOutcome& outcome, std::size_t index,
                            const RenderOutcome& view) {
  const ViewsRequest& request = outcome.request;
  const SceneRenderRequest& frame = request.frame;
  ResultWriter out;
  out.BeginObject();
  if (const auto& cancellation = frame.cancellation) {
    out.Field("request_id", cancellation->request_id());
  }
  out.Field("index", index)
      .Field("count", request.views.size())
      .Field("name", request.views[index].name);
  if (view.inlined) {
    WriteRenderFacts(out, frame, view);
  } else if (frame.color) {
    WriteDelivered(out, frame, view);
  }
  if (!frame.planes.empty()) WritePlanes(out, frame, *outcome.snapshot, view);
  out.EndObject();
  return out.Text();
}

}  // namespace goxel
