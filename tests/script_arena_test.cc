#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "daemon/script_host/arena.h"

namespace goxel {
namespace {

TEST(ScriptArena, RefusesWhatIsMoreThanItHas) {
  Arena arena(1 << 20);
  ASSERT_TRUE(arena.ok());

  EXPECT_EQ(arena.Allocate(2 << 20), nullptr);
  EXPECT_TRUE(arena.exhausted());
}

TEST(ScriptArena, HandsOutAllItHasAndThatAgain) {
  Arena arena(1 << 20);
  for (int round = 0; round < 3; ++round) {
    std::vector<void*> blocks;
    while (void* block = arena.Allocate(1000)) blocks.push_back(block);
    EXPECT_GT(blocks.size(), 950u);
    for (void* block : blocks) arena.Free(block);
  }
  EXPECT_NE(arena.Allocate(900'000), nullptr);
}

TEST(ScriptArena, NothingIsAllocatedForNothing) {
  Arena arena(1 << 20);

  EXPECT_EQ(arena.Allocate(0), nullptr);
  EXPECT_EQ(arena.Reallocate(arena.Allocate(10), 0), nullptr);
  arena.Free(nullptr);
  EXPECT_FALSE(arena.exhausted());
}

TEST(ScriptArena, AFailedReallocationLeavesTheBlock) {
  Arena arena(1 << 20);
  auto* block = static_cast<char*>(arena.Allocate(100));
  std::memset(block, 7, 100);

  EXPECT_EQ(arena.Reallocate(block, 2 << 20), nullptr);

  EXPECT_EQ(std::count(block, block + 100, 7), 100);
}

// Blocks that overlap, or lose bytes when they move, disagree with their mark.
TEST(ScriptArena, BlocksKeepTheirBytesWhileOthersComeAndGo) {
  struct Block {
    std::uint8_t* bytes;
    std::size_t size;
    std::uint8_t mark;
  };
  Arena arena(1 << 20);
  std::vector<Block> blocks;
  std::mt19937 random(7);
  for (int round = 0; round < 50'000; ++round) {
    const std::size_t size = 1 + random() % (random() % 2000 + 1);
    const auto mark = static_cast<std::uint8_t>(round);
    if (blocks.size() < 100 || random() % 3 == 0) {
      auto* bytes = static_cast<std::uint8_t*>(arena.Allocate(size));
      if (bytes == nullptr) continue;
      std::memset(bytes, mark, size);
      blocks.push_back({bytes, size, mark});
      continue;
    }
    Block& block = blocks[random() % blocks.size()];
    if (random() % 2 == 0) {
      auto* bytes =
          static_cast<std::uint8_t*>(arena.Reallocate(block.bytes, size));
      if (bytes == nullptr) continue;
      const std::size_t kept = std::min(size, block.size);
      ASSERT_EQ(
          static_cast<std::size_t>(std::count(bytes, bytes + kept, block.mark)),
          kept);
      std::memset(bytes, block.mark, size);
      block = {bytes, size, block.mark};
    } else {
      ASSERT_EQ(static_cast<std::size_t>(std::count(
                    block.bytes, block.bytes + block.size, block.mark)),
                block.size);
      arena.Free(block.bytes);
      block = blocks.back();
      blocks.pop_back();
    }
  }
}

}  // namespace
}  // namespace goxel
