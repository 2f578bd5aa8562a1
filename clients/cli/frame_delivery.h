// Puts the pictures of many views where they belong, each as soon as it is
// finished and complete.
//
// The daemon writes them into a directory beside their places, which goes with
// this process, so that they need no copy and no room among the renders. Those
// that it writes elsewhere are copied.
//
// Thread safety: none.

#ifndef CLIENTS_CLI_FRAME_DELIVERY_H_
#define CLIENTS_CLI_FRAME_DELIVERY_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clients/cli/json_value.h"
#include "clients/cli/scratch_directory.h"
#include "clients/cpp/client.h"
#include "ipc/status.h"

namespace goxel {

class FrameDelivery {
 public:
  // `names` are those of the frames, or all kStdoutName: then the frames are
  // written there in their order. With `json` each frame is told on stdout, a
  // line each. REQUIRES: the process has one thread; `names` is not empty.
  static Result<FrameDelivery> Create(std::vector<std::string> names,
                                      bool json);

  // Where the daemon is to write.
  const std::string& drop_directory() const { return drop_.path().native(); }

  // Frames that came so far.
  std::size_t taken() const { return taken_; }

  // Takes the frame of a goxel.view_ready; leaves out all else. Tells failures
  // in TakeReply().
  void TakeNotification(const Notification& notification);

  // Takes the frames of the whole reply that no notification had. Returns what
  // went wrong first. kDataLoss when a frame is missing.
  Status TakeReply(std::string_view reply_json);

 private:
  FrameDelivery(std::vector<std::string> names, bool json,
                ScratchDirectory drop);

  void TakeView(JsonValue view);
  bool IsDropped(const std::string& path) const;
  Status Place(std::size_t index, const std::string& path);
  Status WriteToStdout();

  std::vector<std::string> names_;
  bool json_;
  ScratchDirectory drop_;
  std::vector<std::string> paths_;  // Of frames that came; else empty.
  std::size_t taken_ = 0;
  std::size_t written_ = 0;  // To stdout.
  Status failure_;           // The first.
};

}  // namespace goxel

#endif  // CLIENTS_CLI_FRAME_DELIVERY_H_
