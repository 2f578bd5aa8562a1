// The content of a chunk of a binary file, put together piece by piece before
// its length is known. The counterpart of ByteReader.

#ifndef RENDERER_FORMATS_CHUNK_CONTENT_H_
#define RENDERER_FORMATS_CHUNK_CONTENT_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace goxel {

static_assert(std::endian::native == std::endian::little,
              "voxel files are little-endian and are written as they lie");

// The memory of a value, which must outlive it.
template <typename T>
std::string_view MemoryOf(const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

class ChunkContent {
 public:
  template <typename T>
  ChunkContent& Put(const T& value) {
    bytes_ += MemoryOf(value);
    return *this;
  }

  // An int32 length and so many bytes. REQUIRES: less than 2 GiB.
  ChunkContent& PutText(std::string_view text) {
    Put(static_cast<std::int32_t>(text.size()));
    bytes_ += text;
    return *this;
  }

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// The start of `name` that a file with room for `max_bytes` can hold: up to the
// first NUL, and no UTF-8 character in half.
inline std::string_view FittingName(std::string_view name,
                                    std::size_t max_bytes) {
  name = name.substr(0, name.find('\0'));
  if (name.size() <= max_bytes) return name;
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) {
    --end;
  }
  return name.substr(0, end);
}

}  // namespace goxel

#endif  // RENDERER_FORMATS_CHUNK_CONTENT_H_
