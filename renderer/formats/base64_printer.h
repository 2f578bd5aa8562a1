// Prints bytes as base64 (RFC 4648, with padding) while they come, in portions
// of any size.

#ifndef RENDERER_FORMATS_BASE64_PRINTER_H_
#define RENDERER_FORMATS_BASE64_PRINTER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "renderer/formats/piece_writer.h"

namespace goxel {

class Base64Printer {
 public:
  // `out` must outlive this object.
  explicit Base64Printer(PieceWriter& out) : out_(out) {}

  void Print(std::span<const std::byte> bytes) {
    for (const std::byte byte : bytes) {
      group_ = group_ << 8 | std::to_integer<std::uint32_t>(byte);
      if (++held_ == 3) PrintGroup();
    }
  }

  // Prints the last, incomplete group. Nothing may follow.
  void Finish() {
    if (held_ > 0) PrintGroup();
  }

 private:
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  void PrintGroup() {
    const std::uint32_t bits = group_ << (8 * (3 - held_));
    std::array<char, 4> text{'=', '=', '=', '='};
    for (std::size_t i = 0; i <= held_; ++i) {
      text[i] = kDigits[bits >> (18 - 6 * i) & 63];
    }
    out_.Append({text.data(), text.size()});
    group_ = 0;
    held_ = 0;
  }

  PieceWriter& out_;
  std::uint32_t group_ = 0;
  std::size_t held_ = 0;  // Bytes in the group, fewer than 3.
};

}  // namespace goxel

#endif  // RENDERER_FORMATS_BASE64_PRINTER_H_
