#include "clients/cpp/png_check.h"

#include <fmt/format.h>

#include <boost/crc.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace goxel {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
constexpr std::size_t kChunkFrameBytes = 12;  // Length, type and CRC.

std::uint32_t ReadBigEndian(std::span<const std::byte> bytes) {
  std::uint32_t value = 0;
  for (const std::byte byte : bytes.first(4)) {
    value = value << 8 | std::to_integer<std::uint32_t>(byte);
  }
  return value;
}

std::string_view AsText(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Status Damaged(std::string what) {
  return {StatusCode::kDataLoss, std::move(what)};
}

}  // namespace

Status CheckPng(std::span<const std::byte> file) {
  if (!AsText(file).starts_with(kSignature)) {
    return Damaged("it does not begin like a PNG");
  }
  std::size_t at = kSignature.size();
  while (true) {
    const auto rest = file.subspan(at);
    const std::uint64_t length =
        rest.size() < kChunkFrameBytes ? 0 : ReadBigEndian(rest);
    if (rest.size() < kChunkFrameBytes ||
        length > rest.size() - kChunkFrameBytes) {
      return Damaged(fmt::format("it is cut off in the chunk at byte {}", at));
    }
    const auto typed = rest.subspan(4, 4 + length);
    const std::string_view type = AsText(typed.first(4));
    boost::crc_32_type crc;
    crc.process_bytes(typed.data(), typed.size());
    if (crc.checksum() != ReadBigEndian(rest.subspan(8 + length))) {
      return Damaged(fmt::format(
          "the chunk {} at byte {} does not match its CRC", type, at));
    }
    at += kChunkFrameBytes + length;
    if (type != "IEND") continue;
    if (at == file.size()) return {};
    return Damaged(fmt::format("{} bytes follow its end", file.size() - at));
  }
}

}  // namespace goxel
