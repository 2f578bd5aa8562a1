// Bytes and numbers as text: lower-case hex digits, the highest first.

#ifndef IPC_HEX_H_
#define IPC_HEX_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace goxel {

// Appends the `digits` lowest digits of `number`, of which there are at most
// 16.
inline void AppendHex(std::uint64_t number, std::size_t digits,
                      std::string& text) {
  text.append(digits, '0');
  char* digit = text.data() + text.size();
  for (std::size_t i = 0; i < digits; ++i) {
    *--digit = "0123456789abcdef"[number & 0xf];
    number >>= 4;
  }
}

}  // namespace goxel

#endif  // IPC_HEX_H_
