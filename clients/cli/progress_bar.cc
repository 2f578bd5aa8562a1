#include "clients/cli/progress_bar.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace goxel {
namespace {

constexpr std::uint64_t kCells = 40;

}  // namespace

bool ProgressBar::FitsStderr() { return ::isatty(STDERR_FILENO) == 1; }

ProgressBar::~ProgressBar() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
}

void ProgressBar::Show(std::uint64_t done, std::uint64_t all) {
  if (all == 0 || done > all) return;
  shown_ = true;
  const std::uint64_t filled = done * kCells / all;
  fmt::print(stderr, "\r[{:#<{}}{:.<{}}] {:3} %", "", filled, "",
             kCells - filled, done * 100 / all);
  std::fflush(stderr);
}

}  // namespace goxel
