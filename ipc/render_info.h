// One render as the index shows it: a plain copy that owns nothing.

#ifndef IPC_RENDER_INFO_H_
#define IPC_RENDER_INFO_H_

#include <cstdint>
#include <string>

#include "ipc/render_record.h"

namespace goxel {

enum class RenderState : std::uint32_t {
  kEmpty = 0,
  kPending = 1,  // Being made; only id, key, size and rows_ready hold.
  kReady = 2,
};

// Bits of RenderInfo::flags.
// Recyclable: only ever handed out as a mapping, so its file may be reused once
// no lease is held.
inline constexpr std::uint32_t kRenderRecyclable = 1u << 0;
inline constexpr std::uint32_t kRenderPinned = 1u << 1;
inline constexpr std::uint32_t kRenderEncrypted = 1u << 2;

struct RenderInfo {
  RenderState state = RenderState::kEmpty;
  RenderId id = 0;
  ContentKey key{};
  std::uint32_t session = 0;
  RenderFormat format = RenderFormat::kPam;
  PixelFormat pixel_format = PixelFormat::kEncoded;
  std::uint32_t width = 0;         // Pixels.
  std::uint32_t height = 0;        // Pixels.
  std::uint32_t stride_bytes = 0;  // 0 for encoded files.
  std::uint32_t pixel_offset = 0;  // From the start of the file, in bytes.
  std::uint64_t size_bytes = 0;    // Of the file, header included.
  std::int64_t created_unix_s = 0;
  std::int64_t expires_unix_ns = 0;      // For people; CLOCK_REALTIME.
  std::int64_t expires_boottime_ns = 0;  // What expiry follows; CLOCK_BOOTTIME.
  std::uint32_t ttl_s = 0;
  std::uint32_t flags = 0;
  std::uint32_t rows_ready = 0;  // Rows whose pixels are final.
  std::uint64_t render_ns = 0;
  std::uint64_t transfer_ns = 0;
  Checksum checksum{};
};

// The name of the file that holds `info`, relative to the managed directory.
std::string RenderFileName(const RenderInfo& info);

}  // namespace goxel

#endif  // IPC_RENDER_INFO_H_
