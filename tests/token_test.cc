#include "transfer/token.h"

#include <gtest/gtest.h>

#include <set>

namespace goxel {
namespace {

TEST(Token, RenderIdsAreNeverZeroAndNeverRepeat) {
  std::set<RenderId> seen;
  for (int i = 0; i < 10'000; ++i) {
    auto id = MakeRenderId();
    ASSERT_TRUE(id.has_value()) << id.error().message();
    EXPECT_NE(*id, 0u);
    EXPECT_TRUE(seen.insert(*id).second);
  }
}

TEST(Token, SessionsHave24BitsAndAreNeverZero) {
  std::uint32_t all_bits = 0;
  for (int i = 0; i < 10'000; ++i) {
    auto session = MakeSession();
    ASSERT_TRUE(session.has_value()) << session.error().message();
    EXPECT_NE(*session, 0u);
    all_bits |= *session;
  }
  EXPECT_EQ(all_bits, 0xffffffu);
}

TEST(Token, RenderIdsUseAll64Bits) {
  RenderId all_bits = 0;
  for (int i = 0; i < 1000; ++i) all_bits |= MakeRenderId().value_or(0);
  EXPECT_EQ(all_bits, ~RenderId{0});
}

}  // namespace
}  // namespace goxel
