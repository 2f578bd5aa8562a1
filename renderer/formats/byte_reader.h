// Reads little-endian values out of a span without ever leaving it.
//
// A read that does not fit gives zeros and puts the reader into a failed state
// that stays, so that a parser reads a whole record and checks once:
//
//   const auto width = reader.Read<std::uint32_t>();
//   const auto height = reader.Read<std::uint32_t>();
//   if (!reader.ok()) return Fail(reader.Failure("the SIZE chunk"));
//
// Loops over counts from the input must check ok(), or Fits() beforehand.

#ifndef RENDERER_FORMATS_BYTE_READER_H_
#define RENDERER_FORMATS_BYTE_READER_H_

#include <fmt/format.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "ipc/status.h"

namespace goxel {

static_assert(std::endian::native == std::endian::little,
              "voxel files are little-endian and are read as they lie");

class ByteReader {
 public:
  // `file_offset` is where `bytes` lie in the file; for messages.
  explicit ByteReader(std::span<const std::byte> bytes,
                      std::size_t file_offset = 0)
      : bytes_(bytes), file_offset_(file_offset) {}

  bool ok() const { return missing_ == 0; }
  std::size_t remaining() const { return bytes_.size() - position_; }
  bool at_end() const { return remaining() == 0; }

  // Position in the file of the next byte.
  std::size_t offset() const { return file_offset_ + position_; }

  // True when `count` items of `item_bytes` each (not 0) are left.
  bool Fits(std::uint64_t count, std::size_t item_bytes) const {
    return count <= remaining() / item_bytes;
  }

  template <typename T>
  T Read() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    const std::span<const std::byte> bytes = Take(sizeof(T));
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }

  // The next `count` bytes; empty and failed when there are fewer.
  std::span<const std::byte> Take(std::uint64_t count) {
    if (!ok()) return {};
    if (count > remaining()) {
      missing_ = count - remaining();
      return {};
    }
    const auto taken = bytes_.subspan(position_, count);
    position_ += count;
    return taken;
  }

  // A reader of the next `count` bytes, which this one skips.
  ByteReader Section(std::uint64_t count) {
    const std::size_t start = offset();
    return ByteReader(Take(count), start);
  }

  // An int32 length and so many bytes. A negative length does not fit.
  std::string_view ReadString() {
    const auto length = Read<std::uint32_t>();
    const std::span<const std::byte> bytes = Take(length);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  // Why ok() is false; `what` was being read.
  // REQUIRES: !ok()
  Status Failure(std::string_view what) const {
    return {StatusCode::kDataLoss,
            fmt::format("{} is cut off at offset {}: {} more bytes expected",
                        what, offset(), missing_)};
  }

 private:
  std::span<const std::byte> bytes_;
  std::size_t file_offset_ = 0;
  std::size_t position_ = 0;
  std::uint64_t missing_ = 0;  // Bytes that the failed read lacked.
};

}  // namespace goxel

#endif  // RENDERER_FORMATS_BYTE_READER_H_
