#include "transfer/png_chunks.h"

#include <libdeflate.h>

#include <algorithm>
#include <cassert>

namespace goxel {
namespace {

constexpr std::size_t kSizeChunkBytes = 13;

std::string_view SignatureText() {
  return {reinterpret_cast<const char*>(kPngSignature.data()),
          kPngSignature.size()};
}

// REQUIRES: text has 4 characters.
std::uint32_t ReadBigEndian(std::string_view text) {
  std::uint32_t value = 0;
  for (const char c : text.substr(0, 4)) {
    value = value << 8 | static_cast<unsigned char>(c);
  }
  return value;
}

}  // namespace

std::array<std::byte, 4> BigEndian(std::uint32_t value) {
  return {static_cast<std::byte>(value >> 24),
          static_cast<std::byte>(value >> 16),
          static_cast<std::byte>(value >> 8), static_cast<std::byte>(value)};
}

Status PngChunkWriter::WriteStart(PngSize size, PngColour colour) {
  if (Status written = sink_(std::as_bytes(std::span(kPngSignature)));
      !written.ok()) {
    return written;
  }
  std::array<std::byte, kSizeChunkBytes> header{};
  std::ranges::copy(BigEndian(size.width), header.begin());
  std::ranges::copy(BigEndian(size.height), header.begin() + 4);
  header[8] = std::byte{8};  // Bits per channel.
  header[9] = static_cast<std::byte>(colour);
  return WriteChunk("IHDR", header);
}

Status PngChunkWriter::WriteChunk(std::string_view type,
                                  std::span<const std::byte> data) {
  assert(type.size() == 4 && data.size() < (1u << 31));
  std::array<std::byte, 8> head;
  std::ranges::copy(BigEndian(static_cast<std::uint32_t>(data.size())),
                    head.begin());
  std::ranges::copy(std::as_bytes(std::span(type)), head.begin() + 4);
  const std::uint32_t type_crc =
      ::libdeflate_crc32(0, type.data(), type.size());
  const std::uint32_t crc =
      data.empty() ? type_crc
                   : ::libdeflate_crc32(type_crc, data.data(), data.size());
  if (Status written = sink_(head); !written.ok()) return written;
  if (!data.empty()) {
    if (Status written = sink_(data); !written.ok()) return written;
  }
  return sink_(BigEndian(crc));
}

std::optional<PngChunkReader> PngChunkReader::Open(std::string_view file) {
  if (!file.starts_with(SignatureText())) return std::nullopt;
  return PngChunkReader(file.substr(kPngSignature.size()));
}

std::optional<PngChunk> PngChunkReader::Next() {
  if (rest_.size() < kPngChunkOverhead) return std::nullopt;
  const std::size_t length = ReadBigEndian(rest_);
  if (length > rest_.size() - kPngChunkOverhead) return std::nullopt;
  const std::string_view checked = rest_.substr(4, 4 + length);
  const std::uint32_t crc = ReadBigEndian(rest_.substr(8 + length));
  if (::libdeflate_crc32(0, checked.data(), checked.size()) != crc) {
    return std::nullopt;
  }
  rest_.remove_prefix(kPngChunkOverhead + length);
  return PngChunk{.type = checked.substr(0, 4), .data = checked.substr(4)};
}

std::optional<PngSize> ParsePngSize(const PngChunk& chunk) {
  if (chunk.type != "IHDR" || chunk.data.size() != kSizeChunkBytes) {
    return std::nullopt;
  }
  return PngSize{.width = ReadBigEndian(chunk.data),
                 .height = ReadBigEndian(chunk.data.substr(4))};
}

}  // namespace goxel
