// The bytes of pictures as they come from files and replies.

#ifndef TESTS_E2E_FILE_BYTES_H_
#define TESTS_E2E_FILE_BYTES_H_

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <cstddef>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

namespace goxel {

inline std::vector<std::byte> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

inline std::vector<std::byte> DecodeText(const std::string& base64) {
  std::vector<std::byte> bytes(base64.size() / 4 * 3);
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(base64.data()),
                      static_cast<int>(base64.size()));
  EXPECT_GE(size, 0);
  std::size_t padding = 0;
  while (padding < 2 && base64.ends_with(std::string(padding + 1, '='))) {
    ++padding;
  }
  bytes.resize(static_cast<std::size_t>(std::max(size, 0)) - padding);
  return bytes;
}

}  // namespace goxel

#endif  // TESTS_E2E_FILE_BYTES_H_
