#include "daemon/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <string>

#include "ipc/unique_fd.h"

namespace goxel {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

// Standard error is a pipe while this lives.
class LogTest : public testing::Test {
 protected:
  LogTest() : saved_(::dup(STDERR_FILENO)) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    reader_.reset(ends[0]);
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[1]);
    ::fcntl(reader_.get(), F_SETFL, O_NONBLOCK);
  }
  ~LogTest() override { ::dup2(saved_.get(), STDERR_FILENO); }

  std::string Written() {
    std::string text;
    std::array<char, 65536> buffer;
    for (;;) {
      const auto got = ::read(reader_.get(), buffer.data(), buffer.size());
      if (got <= 0) return text;
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

  UniqueFd saved_;
  UniqueFd reader_;
};

TEST_F(LogTest, LinesBelowTheLevelAreNotWritten) {
  StartLog(LogLevel::kInfo);

  spdlog::debug("a detail");
  spdlog::info("listening on {}", "/tmp/x.sock");

  EXPECT_THAT(Written(), AllOf(EndsWith("info listening on /tmp/x.sock\n"),
                               Not(HasSubstr("detail"))));
}

TEST_F(LogTest, ReaderThatDoesNotDrainLosesLinesAndHoldsUpNobody) {
  StartLog(LogLevel::kInfo);
  for (int i = 0; i < 5000; ++i) spdlog::info("line {}", i);
  const std::string first = Written();
  EXPECT_THAT(first, Not(HasSubstr("line 4999")));

  spdlog::info("the last");

  EXPECT_THAT(Written(), AllOf(HasSubstr("log lines were dropped)\n"),
                               EndsWith("the last\n")));
}

TEST_F(LogTest, ReaderThatHasLeftCostsOnlyTheLines) {
  StartLog(LogLevel::kInfo);
  reader_.reset();

  spdlog::info("to nobody");

  SUCCEED();
}

TEST_F(LogTest, LongLineIsCut) {
  StartLog(LogLevel::kInfo);

  spdlog::info(std::string(100'000, 'x'));

  const std::string text = Written();
  EXPECT_EQ(text.size(), 4096u);
  EXPECT_EQ(text.back(), '\n');
}

}  // namespace
}  // namespace goxel
