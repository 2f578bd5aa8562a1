#include "daemon/nearest_word.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace goxel {
namespace {

const std::vector<std::string> kWords = {"--socket", "--stop", "--status"};

TEST(NearestWord, IsTheOneWithTheFewestEdits) {
  EXPECT_EQ(NearestWord("--sockte", kWords), "--socket");
  EXPECT_EQ(NearestWord("--ssocket", kWords), "--socket");
  EXPECT_EQ(NearestWord("--statu", kWords), "--status");
  EXPECT_EQ(NearestWord("--stop", kWords), "--stop");
}

TEST(NearestWord, IsNoneWhenAllAreFarAway) {
  EXPECT_EQ(NearestWord("--fullscreen", kWords), "");
  EXPECT_EQ(NearestWord("", kWords), "");
  EXPECT_EQ(NearestWord("--socket", {}), "");
}

}  // namespace
}  // namespace goxel
