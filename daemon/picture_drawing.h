// The pixels of a picture on the drawing thread: one view of the scene, or the
// many of a contact sheet, drawn one after the other and put together.

#ifndef DAEMON_PICTURE_DRAWING_H_
#define DAEMON_PICTURE_DRAWING_H_

#include <functional>

#include "daemon/render_flight.h"
#include "ipc/status.h"
#include "renderer/renderer.h"
#include "transfer/frame.h"

namespace goxel {

struct PictureDrawing {
  Renderer& renderer;
  FramePool& frames;  // For the views of a sheet.
  // Called between two views of a sheet, when the renderer is free for others;
  // an error ends the picture and is returned.
  std::function<Status()> between_views;
};

// Draws what `flight` wants into `target`. The errors of Renderer::Draw() and
// FramePool::Acquire(). REQUIRES: the flight is resolved.
Result<DrawReport> DrawPicture(const PictureDrawing& drawing,
                               const RenderFlight& flight,
                               const PixelTarget& target);

}  // namespace goxel

#endif  // DAEMON_PICTURE_DRAWING_H_
