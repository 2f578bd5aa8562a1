#include "daemon/live_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goxel {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(LiveOptions, TakeOverWhatMayChangeAndNameTheRest) {
  LiveOptions live{Options{}};
  Options wanted;
  wanted.ttl = std::chrono::seconds(7);
  wanted.socket_path = "/tmp/other.sock";

  const ReloadOutcome outcome = live.Adopt(wanted);

  EXPECT_THAT(outcome.changed, ElementsAre("[render] ttl_seconds"));
  EXPECT_THAT(outcome.needs_restart, ElementsAre("[daemon] socket"));
  EXPECT_EQ(live->ttl.count(), 7);
  EXPECT_EQ(live->socket_path, Options().socket_path);
}

TEST(LiveOptions, WhatNeedsARestartIsNamedAgainUntilItHappens) {
  LiveOptions live{Options{}};
  Options wanted;
  wanted.max_renders = 7;
  (void)live.Adopt(wanted);

  EXPECT_THAT(live.Adopt(wanted).needs_restart,
              ElementsAre("[render] max_renders"));
}

TEST(LiveOptions, EqualOptionsChangeNothing) {
  LiveOptions live{Options{}};

  const ReloadOutcome outcome = live.Adopt(Options{});

  EXPECT_THAT(outcome.changed, IsEmpty());
  EXPECT_THAT(outcome.needs_restart, IsEmpty());
}

TEST(LiveOptions, WhoHasTheOptionsKeepsThemAsTheyWere) {
  LiveOptions live{Options{}};
  const auto before = live.Get();
  Options wanted;
  wanted.max_width = 5;
  (void)live.Adopt(wanted);

  EXPECT_EQ(before->max_width, Options().max_width);
  EXPECT_EQ(live->max_width, 5u);
}

}  // namespace
}  // namespace goxel
