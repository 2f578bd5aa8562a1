// Bytes without a pattern, the same for the same seed.

#ifndef TESTS_RANDOM_BYTES_H_
#define TESTS_RANDOM_BYTES_H_

#include <cstddef>
#include <random>
#include <vector>

namespace goxel {

inline std::vector<std::byte> RandomBytes(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::byte> bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

}  // namespace goxel

#endif  // TESTS_RANDOM_BYTES_H_
