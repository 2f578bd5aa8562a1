#include "daemon/log.h"

#include <fmt/format.h>
#include <poll.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
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

// The number of a level in syslog(3).
class JournalLevel final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& line) override {
    line.push_back(Digit(message.level));
  }

  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<JournalLevel>();
  }

 private:
  static char Digit(spdlog::level::level_enum level) {
    switch (level) {
      case spdlog::level::critical:
      case spdlog::level::err:
        return '3';
      case spdlog::level::warn:
        return '4';
      case spdlog::level::info:
        return '6';
      default:
        return '7';
    }
  }
};

std::unique_ptr<spdlog::formatter> MakeFormatter(LogForm form) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  if (form == LogForm::kJournal) {
    formatter->add_flag<JournalLevel>('*').set_pattern("<%*>%v");
  } else {
    formatter->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
  }
  return formatter;
}

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

LogForm FormOfStandardError(
    const std::function<const char*(const char* name)>& environment) {
  const char* journal = environment("JOURNAL_STREAM");
  struct stat info {};
  const bool is_journal =
      journal != nullptr && ::fstat(STDERR_FILENO, &info) == 0 &&
      fmt::format("{}:{}", info.st_dev, info.st_ino) == journal;
  return is_journal ? LogForm::kJournal : LogForm::kDated;
}

void StartLog(LogLevel level, LogForm form) {
  std::signal(SIGPIPE, SIG_IGN);
  auto logger = std::make_shared<spdlog::logger>(
      "goxel", std::make_shared<NonBlockingStderr>());
  logger->set_formatter(MakeFormatter(form));
  logger->set_level(SpdlogLevel(level));
  spdlog::set_default_logger(std::move(logger));
}

void SetLogLevel(LogLevel level) { spdlog::set_level(SpdlogLevel(level)); }

}  // namespace goxel
