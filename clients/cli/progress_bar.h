// A bar on stderr that grows while a picture is drawn, and is gone afterwards.

#ifndef CLIENTS_CLI_PROGRESS_BAR_H_
#define CLIENTS_CLI_PROGRESS_BAR_H_

#include <cstdint>

#include "clients/cpp/client.h"

namespace goxel {

class ProgressBar {
 public:
  // True when stderr is a terminal.
  static bool FitsStderr();

  ProgressBar() = default;
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  // Wipes the line.
  ~ProgressBar();

  void Show(const ProgressReport& report);

 private:
  bool shown_ = false;
};

}  // namespace goxel

#endif  // CLIENTS_CLI_PROGRESS_BAR_H_
