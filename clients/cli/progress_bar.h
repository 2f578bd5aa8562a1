// A bar on stderr that grows while pictures are drawn, and is gone afterwards.

#ifndef CLIENTS_CLI_PROGRESS_BAR_H_
#define CLIENTS_CLI_PROGRESS_BAR_H_

#include <cstdint>

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

  // `done` of `all` rows, or pictures.
  void Show(std::uint64_t done, std::uint64_t all);

 private:
  bool shown_ = false;
};

}  // namespace goxel

#endif  // CLIENTS_CLI_PROGRESS_BAR_H_
