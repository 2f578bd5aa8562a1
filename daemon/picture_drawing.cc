#include "daemon/picture_drawing.h"

#include <algorithm>
#include <memory>

#include "daemon/picture.h"
#include "daemon/pooled_frame.h"
#include "daemon/sheet_key.h"
#include "daemon/sheet_request.h"
#include "renderer/sheet.h"

namespace goxel {
namespace {

// Draws the views of a sheet into one scratch frame, and copies each into its
// place.
class SheetDrawing {
 public:
  SheetDrawing(const PictureDrawing& drawing, const RenderFlight& flight,
               const PixelTarget& target)
      : drawing_(drawing),
        flight_(flight),
        sheet_(*flight.request.sheet),
        layout_(sheet_.shape),
        target_(target),
        cell_(CellRequest(flight.request, {})) {}

  Result<DrawReport> Draw() {
    auto frame = PooledFrame::Acquire(&drawing_.frames, PixelBytes(cell_));
    if (!frame) return Fail(std::move(frame.error()));
    FillSheet(target_, sheet_.background);
    for (std::size_t cell = 0; cell < sheet_.cells.size(); ++cell) {
      Status status = cell > 0 ? drawing_.between_views() : Status();
      if (status.ok()) status = DrawCell(cell, (*frame)->frame());
      if (!status.ok()) return Fail(std::move(status));
      if (target_.rows_done) target_.rows_done(layout_.RowsBefore(cell + 1));
    }
    return report_;
  }

 private:
  Status DrawCell(std::size_t cell, Frame& frame) {
    const PixelTarget view = MakeTarget(cell_, frame, /*zero_copy=*/false);
    auto drawn = drawing_.renderer.Draw(flight_.snapshot->view().scene,
                                        flight_.cell_cameras[cell],
                                        cell_.settings, view);
    if (!drawn) return drawn.error();
    PlaceCell(target_, layout_, cell, view.pixels);
    DrawLabel(target_, layout_, cell, sheet_.cells[cell].label,
              sheet_.label_color);
    report_.quads = drawn->quads;
    report_.mesh_ns += drawn->mesh_ns;
    report_.draw_ns += drawn->draw_ns;
    report_.read_ns += drawn->read_ns;
    return {};
  }

  const PictureDrawing& drawing_;
  const RenderFlight& flight_;
  const SheetRequest& sheet_;
  const SheetLayout layout_;
  const PixelTarget& target_;
  const SceneRenderRequest cell_;  // Of no camera yet.
  DrawReport report_{.path = PixelPath::kReadBack};
};

// Those that are yet to be drawn, which may be none.
Result<DrawReport> DrawPlanes(const PictureDrawing& drawing,
                              const RenderFlight& flight) {
  const auto targets = flight.delivery->planes();
  if (targets.empty()) return DrawReport{};
  const SceneSnapshot& snapshot = *flight.snapshot;
  const auto& planes = flight.request.planes;
  const bool wants_objects =
      std::ranges::find(planes, Plane::kObjectId) != planes.end();
  const auto values = PlaneValuesOf(
      snapshot.scene(), wants_objects ? snapshot.origins() : VoxelOrigins(),
      snapshot.view().bounds, planes);
  if (!values) return Fail(values.error());
  return drawing.renderer.DrawPlanes(snapshot.view().scene, *flight.camera,
                                     *values, flight.request.width,
                                     flight.request.height, targets);
}

}  // namespace

Result<DrawReport> DrawPicture(const PictureDrawing& drawing,
                               const RenderFlight& flight,
                               const PixelTarget& target) {
  if (flight.request.sheet) {
    return SheetDrawing(drawing, flight, target).Draw();
  }
  if (!flight.request.planes.empty()) return DrawPlanes(drawing, flight);
  return drawing.renderer.Draw(flight.snapshot->view().scene, *flight.camera,
                               flight.request.settings, target);
}

}  // namespace goxel
