#include "daemon/log.h"

#include <fmt/format.h>
#include <poll.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <csignal>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace goxel {
namespace {

// Standard error, written to only when that cannot block: a writable pipe takes
// PIPE_BUF bytes, and no line is longer than that.
class NonBlockingStderr final : public spdlog::sinks::base_sink<std::mutex> {
 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    if (!HasRoom()) {
      ++dropped_;
      return;
    }
    if (dropped_ > 0) {
      Write(fmt::format("({} log lines were dropped)\n", dropped_));
      dropped_ = 0;
      if (!HasRoom()) return;
    }
    Write({line.data(), line.size()});
  }

  void flush_() override {}

  static bool HasRoom() {
    pollfd error_output{STDERR_FILENO, POLLOUT, 0};
    return ::poll(&error_output, 1, 0) == 1 &&
           (error_output.revents & POLLOUT) != 0;
  }

  static void Write(std::string_view line) {
    const bool cut = line.size() > PIPE_BUF;
    std::string text(line.substr(0, cut ? PIPE_BUF - 1 : line.size()));
    if (cut) text.push_back('\n');
    [[maybe_unused]] const auto written =
        ::write(STDERR_FILENO, text.data(), text.size());
  }

  std::size_t dropped_ = 0;
};

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      break;
  }
  return spdlog::level::off;
}

}  // namespace

void StartLog(LogLevel level) {
  std::signal(SIGPIPE, SIG_IGN);
  auto logger = std::make_shared<spdlog::logger>(
      "goxel", std::make_shared<NonBlockingStderr>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
  logger->set_level(SpdlogLevel(level));
  spdlog::set_default_logger(std::move(logger));
}

void SetLogLevel(LogLevel level) { spdlog::set_level(SpdlogLevel(level)); }

}  // namespace goxel
