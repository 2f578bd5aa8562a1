// What goxel_naive_server and its clients say to each other: one JSON object a
// line, as people write it who use a JSON library on both sides.
//
//   --> {"way":"json","width":1920,"height":1080,"azimuth":45.0}
//   <-- {"draw_ms":12.5,"data":"<base64 of all pixels>"}     json
//   <-- {"draw_ms":12.5,"path":"/dev/shm/.../frame_17.png"}  png, raw
//   <-- {"draw_ms":12.5}                                     draw
//
// The client removes the file that it was handed. An error is {"error":"..."}.

#ifndef BENCH_TRANSFER_NAIVE_PROTOCOL_H_
#define BENCH_TRANSFER_NAIVE_PROTOCOL_H_

#include <sys/un.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "ipc/status.h"

namespace goxel {

struct NaiveOrder {
  std::string way;           // "json", "png", "raw" or "draw".
  std::uint32_t width = 0;   // Pixels.
  std::uint32_t height = 0;  // Pixels.
  double azimuth = 0;        // Degrees.
};

// Where the server listens. kInvalidArgument when `socket` is longer than an
// address holds.
Result<sockaddr_un> NaiveAddress(const std::filesystem::path& socket);

// A connected stream socket, one line at a time, blocking. The descriptor stays
// the caller's.
class LineStream {
 public:
  explicit LineStream(int fd) : fd_(fd) {}

  // False when the other end has gone.
  bool Send(std::string_view line);
  // Without its newline; empty when the other end has gone.
  std::string Receive();

 private:
  int fd_;
  std::string received_;
};

}  // namespace goxel

#endif  // BENCH_TRANSFER_NAIVE_PROTOCOL_H_
