// Tells clients how far the picture is drawn that they wait for, by
// notifications goxel.render_progress:
//
//   {"id":"<render id>","rows_ready":<rows from the top>,"rows":<all rows>}
//
// without the id where the render has none. At most twenty a second go out, and
// always the one of the last row.
//
// Thread safety: one thread at a time.

#ifndef DAEMON_RENDER_PROGRESS_H_
#define DAEMON_RENDER_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "daemon/rpc.h"
#include "ipc/render_record.h"

namespace goxel {

class RenderProgress {
 public:
  // `id` may be 0. `rows` is the height of the picture.
  RenderProgress(std::vector<std::shared_ptr<Peer>> clients, RenderId id,
                 std::uint32_t rows);

  // Rows [0, rows_ready) are final.
  void Report(std::uint32_t rows_ready);

 private:
  using Clock = std::chrono::steady_clock;

  const std::vector<std::shared_ptr<Peer>> clients_;
  const RenderId id_;
  const std::uint32_t rows_;
  std::optional<Clock::time_point> last_;
};

}  // namespace goxel

#endif  // DAEMON_RENDER_PROGRESS_H_
