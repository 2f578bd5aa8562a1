// What the project says about one render: its identity, its geometry, its
// times. The same record stands in the render's file, in the index and in
// replies; this header is the one place that defines it, with the names of
// files made from it.

#ifndef IPC_RENDER_RECORD_H_
#define IPC_RENDER_RECORD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ipc/pixel_format.h"
#include "ipc/status.h"

namespace goxel {

// Times are whole seconds or nanoseconds; see the name of each.
inline constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

// 64 random bits, never 0. Written as 16 lower-case hex digits.
using RenderId = std::uint64_t;

std::string FormatRenderId(RenderId id);
Result<RenderId> ParseRenderId(std::string_view text);

// 128-bit hash of everything that decides a render's pixels. Two renders with
// equal keys show the same picture. Written as 32 lower-case hex digits, high
// half first. All zero: the render is never shared.
struct ContentKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const ContentKey&) const = default;
  bool empty() const { return high == 0 && low == 0; }
};

std::string FormatContentKey(ContentKey key);
Result<ContentKey> ParseContentKey(std::string_view text);

// Stored in files and in shared memory: values are never renumbered.
enum class RenderFormat : std::uint32_t {
  kPam = 1,  // Raw pixels behind a 4096-byte header; what mappings use.
  kPng = 2,
  kPpm = 3,
  kJpg = 4,
  kBmp = 5,
  kQoi = 6,
  kEnc = 7,  // Another format, encrypted (ipc/encrypted_file.h).
};

// "png"; also the file name's extension.
std::string_view ToString(RenderFormat format);
// kInvalidArgument, listing the valid names, for anything else.
Result<RenderFormat> ParseRenderFormat(std::string_view name);

enum class ChecksumKind : std::uint32_t { kNone = 0, kSha256 = 1, kXxh3 = 2 };

struct Checksum {
  ChecksumKind kind = ChecksumKind::kNone;
  std::array<std::byte, 32> bytes{};  // XXH3-128 uses the first 16.
  bool operator==(const Checksum&) const = default;
};

// "sha256:<64 hex>", "xxh3:<32 hex>", "" for kNone.
std::string FormatChecksum(const Checksum& checksum);

// The self-description that every render file carries.
struct RenderRecord {
  RenderId id = 0;
  ContentKey key{};
  std::uint32_t session = 0;  // One per connection; the low 24 bits count.
  std::int64_t created_unix_s = 0;
  std::uint32_t ttl_s = 0;  // Death = file's mtime + ttl_s.
  RenderFormat format = RenderFormat::kPam;
  PixelFormat pixel_format = PixelFormat::kRgba8;  // Of a kPam file.
  std::uint32_t width = 0;                         // Pixels.
  std::uint32_t height = 0;                        // Pixels.
  std::string camera_json{};    // One line of JSON, or empty.
  std::string settings_json{};  // One line of JSON, or empty.
};

// "render_<unix seconds>_<6 hex session>_<16 hex id>.<format>".
std::string RenderFileName(const RenderRecord& record);

struct RenderFileNameParts {
  std::int64_t created_unix_s = 0;
  std::uint32_t session = 0;
  RenderId id = 0;
  RenderFormat format = RenderFormat::kPam;
};

// kInvalidArgument for every name that RenderFileName could not have made. Only
// names that parse are ever touched in the managed directory.
Result<RenderFileNameParts> ParseRenderFileName(std::string_view name);

// Files of the daemon that hold no render that anybody can find have a hidden
// name: ".staged_", ".spare_" or ".orphan_", then the 16 hex digits of the
// render that is, or was, in the file.
inline constexpr std::array<std::string_view, 3> kHiddenFilePrefixes = {
    ".staged_", ".spare_", ".orphan_"};

// True for exactly those names.
bool IsHiddenFileName(std::string_view name);

}  // namespace goxel

#endif  // IPC_RENDER_RECORD_H_
