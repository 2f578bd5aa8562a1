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

void ProgressBar::Show(const ProgressReport& report) {
  if (report.rows == 0 || report.rows_ready > report.rows) return;
  shown_ = true;
  const std::uint64_t filled = report.rows_ready * kCells / report.rows;
  fmt::print(stderr, "\r[{:#<{}}{:.<{}}] {:3} %", "", filled, "",
             kCells - filled,
             std::uint64_t{report.rows_ready} * 100 / report.rows);
  std::fflush(stderr);
}

}  // namespace goxel
