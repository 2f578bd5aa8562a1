// A picture as a client of the comparison comes to hold it, and the ways of
// getting one.

#ifndef BENCH_TRANSFER_PICTURE_H_
#define BENCH_TRANSFER_PICTURE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

#include "clients/cpp/client.h"
#include "ipc/status.h"

namespace goxel {

using BenchClock = std::chrono::steady_clock;

// RGBA8, top row first.
using PixelSpan = std::span<const std::byte>;

struct Picture {
  // When the value of the first pixel was in the client's hands.
  BenchClock::time_point first_at{};
  std::uint32_t first_pixel = 0;
  // All pixels, where they are; decodes them first where it must. They stay as
  // long as a copy of this function does.
  std::function<Result<PixelSpan>()> pixels{};

  double draw_ms = 0;  // As the server states it; 0 when it drew nothing.
  // From the last draw call to a file with a name, by the daemon's own clock.
  double transfer_ms = 0;
  std::uint64_t socket_bytes = 0;  // Of the reply.
  std::uint64_t file_bytes = 0;    // Of the file that was made for it.
  // Bytes that the client wrote to memory of its own: what it received, read
  // and decoded.
  std::uint64_t client_bytes = 0;
};

// What every picture of a run has in common.
struct TransferSetup {
  std::uint32_t width = 0;             // Pixels.
  std::uint32_t height = 0;            // Pixels.
  std::filesystem::path socket;        // Of the daemon.
  std::filesystem::path render_dir;    // Of the daemon.
  std::filesystem::path naive_socket;  // Of goxel_naive_server.

  std::size_t pixel_bytes() const { return std::size_t{width} * height * 4; }
};

// Orders the built-in scene seen from `azimuth` and returns when its first
// pixel can be used.
using TransferMode = std::function<Result<Picture>(double azimuth)>;

// Modes of the daemon: base64_raw, base64_png, file_png, file_pam, mmap, fd,
// mmap_cached, index. kInvalidArgument for another name; kUnavailable where
// nobody listens on the socket.
Result<TransferMode> MakeDaemonMode(std::string_view name,
                                    const TransferSetup& setup);

// Modes of goxel_naive_server: naive_json, naive_png, naive_raw, and draw_only,
// whose pictures are drawn and handed to nobody. Errors as above.
Result<TransferMode> MakeNaiveMode(std::string_view name,
                                   const TransferSetup& setup);

// How every mode draws, so that all of them show the same bytes: one sample and
// no shadow, since the drawing is not what is compared.
RenderRequest ComparedRequest(const TransferSetup& setup, double azimuth);

inline constexpr double kComparedElevation = 30;  // Degrees.

}  // namespace goxel

#endif  // BENCH_TRANSFER_PICTURE_H_
