// The fuzzer of the index reader on inputs that are the same every time.

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "ipc/index_layout.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace goxel {
namespace {

using Input = std::vector<std::uint8_t>;

constexpr std::uint64_t kTellingValues[] = {
    0, 1, 2, 3, 0x7fffffff, 0x100000000, 1 << 17, 4096, ~std::uint64_t{0}};

void AddPatch(std::size_t offset, std::uint64_t value, Input* input) {
  const std::size_t word = offset / 8;
  input->push_back(static_cast<std::uint8_t>(word));
  input->push_back(static_cast<std::uint8_t>(word >> 8));
  for (int byte = 0; byte < 8; ++byte) {
    input->push_back(static_cast<std::uint8_t>(value >> (8 * byte)));
  }
}

TEST(IndexReaderFuzz, EmptyAndShortInputsDoNoHarm) {
  const Input input(9, 0xff);

  EXPECT_EQ(LLVMFuzzerTestOneInput(nullptr, 0), 0);
  EXPECT_EQ(LLVMFuzzerTestOneInput(input.data(), input.size()), 0);
}

// Each word of the header, the buckets and the first slot, one at a time.
TEST(IndexReaderFuzz, AnyValueInAnyWordDoesNoHarm) {
  const std::size_t end = GeometryOf(8).slots_offset + kIndexSlotBytes;
  for (std::size_t offset = 0; offset < end; offset += 8) {
    for (const std::uint64_t value : kTellingValues) {
      Input input;
      AddPatch(offset, value, &input);
      EXPECT_EQ(LLVMFuzzerTestOneInput(input.data(), input.size()), 0);
    }
  }
}

TEST(IndexReaderFuzz, RandomWordsInRandomPlacesDoNoHarm) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 2000; ++round) {
    Input input;
    for (std::uint64_t patches = random() % 8; patches > 0; --patches) {
      AddPatch(random() % GeometryOf(8).segment_bytes,
               random() >> random() % 64, &input);
    }
    EXPECT_EQ(LLVMFuzzerTestOneInput(input.data(), input.size()), 0);
  }
}

}  // namespace
}  // namespace goxel
