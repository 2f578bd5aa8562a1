// goxel_naive_server: hands out pictures as programs do whose authors had other
// things on their minds. It draws with the renderer of the daemon, so that the
// comparison is of the ways alone: the whole picture as base64 in a JSON
// library's document, a fresh PNG by libpng's defaults, a fresh raw file.
//
//   goxel_naive_server SOCKET DIRECTORY

#include <fmt/format.h>
#include <png.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/transfer/drawing_thread.h"
#include "bench/transfer/naive_protocol.h"
#include "ipc/unique_fd.h"
#include "transfer/base64.h"
#include "transfer/frame.h"

namespace goxel {
namespace {

PixelTarget TargetIn(const NaiveOrder& order, std::span<std::byte> pixels) {
  return {.pixels = pixels,
          .width = order.width,
          .height = order.height,
          .stride_bytes = order.width * 4};
}

std::string Base64Of(std::span<const std::byte> pixels) {
  std::string text(Base64Length(pixels.size()), '\0');
  EncodeBase64(pixels, text);
  return text;
}

Status WritePng(const std::filesystem::path& path, const NaiveOrder& order,
                std::span<const std::byte> pixels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = order.width;
  image.height = order.height;
  image.format = PNG_FORMAT_RGBA;
  if (png_image_write_to_file(&image, path.c_str(), 0, pixels.data(), 0,
                              nullptr) == 0) {
    return Status(
        StatusCode::kStorageFailed,
        fmt::format("write {}: {}", path.string(), std::string(image.message)));
  }
  return {};
}

Status WriteRaw(const std::filesystem::path& path,
                std::span<const std::byte> pixels) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(pixels.data()),
             static_cast<std::streamsize>(pixels.size()));
  file.close();
  if (!file) {
    return Status(StatusCode::kStorageFailed, "cannot write " + path.string());
  }
  return {};
}

class NaiveServer {
 public:
  NaiveServer(DrawingThread& drawing, std::filesystem::path directory)
      : drawing_(drawing), directory_(std::move(directory)) {}

  // Answers one connection until its other end closes.
  void Serve(UniqueFd socket) {
    LineStream stream(socket.get());
    for (std::string line = stream.Receive(); !line.empty();
         line = stream.Receive()) {
      nlohmann::json reply;
      try {
        const auto order = nlohmann::json::parse(line);
        reply = Answer({.way = order.at("way"),
                        .width = order.at("width"),
                        .height = order.at("height"),
                        .azimuth = order.at("azimuth")});
      } catch (const nlohmann::json::exception& wrong) {
        reply = {{"error", wrong.what()}};
      }
      if (!stream.Send(reply.dump() + "\n")) return;
    }
  }

 private:
  nlohmann::json Answer(const NaiveOrder& order) {
    if (order.way == "draw") return DrawForNobody(order);
    std::vector<std::byte> pixels(std::size_t{order.width} * order.height * 4);
    const auto draw_ms = drawing_.Draw(order.azimuth, TargetIn(order, pixels));
    if (!draw_ms) return {{"error", draw_ms.error().message()}};
    if (order.way == "json") {
      return {{"draw_ms", *draw_ms}, {"data", Base64Of(pixels)}};
    }
    const std::filesystem::path path =
        directory_ / fmt::format("frame_{}.{}", ++frames_, order.way);
    const Status written = order.way == "png" ? WritePng(path, order, pixels)
                                              : WriteRaw(path, pixels);
    if (!written.ok()) return {{"error", written.message()}};
    return {{"draw_ms", *draw_ms}, {"path", path.string()}};
  }

  // What the drawing alone costs: into a block of shared memory, as the daemon
  // draws, and nobody gets it.
  nlohmann::json DrawForNobody(const NaiveOrder& order) {
    const std::size_t bytes = std::size_t{order.width} * order.height * 4;
    auto frame = frames_of_draws_.Acquire(bytes);
    if (!frame) return {{"error", frame.error().message()}};
    PixelTarget target = TargetIn(order, frame->pixels().first(bytes));
    target.memory = ImportableMemory{.fd = frame->fd(),
                                     .size_bytes = frame->file_bytes(),
                                     .pixel_offset = kFramePixelOffset};
    const auto draw_ms = drawing_.Draw(order.azimuth, target);
    frames_of_draws_.Return(*std::move(frame));
    if (!draw_ms) return {{"error", draw_ms.error().message()}};
    return {{"draw_ms", *draw_ms}};
  }

  DrawingThread& drawing_;
  const std::filesystem::path directory_;
  std::atomic<int> frames_ = 0;
  FramePool frames_of_draws_{std::uint64_t{1} << 30};
};

Result<UniqueFd> Listen(const std::filesystem::path& path) {
  const auto address = NaiveAddress(path);
  if (!address) return Fail(address.error());
  UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&*address),
             sizeof(*address)) != 0 ||
      ::listen(listener.get(), SOMAXCONN) != 0) {
    return Fail(Status::FromErrno("listen on " + path.string(), errno));
  }
  return listener;
}

// Runs until a signal ends the process.
Status Run(const char* socket, const char* directory) {
  const auto drawing = DrawingThread::Start();
  if (!drawing) return drawing.error();
  const auto listener = Listen(socket);
  if (!listener) return listener.error();
  NaiveServer server(**drawing, directory);
  for (;;) {
    UniqueFd connection(
        ::accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection.valid()) return Status::FromErrno("accept", errno);
    std::thread([&server, fd = connection.release()] {
      server.Serve(UniqueFd(fd));
    }).detach();
  }
}

}  // namespace
}  // namespace goxel

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "goxel_naive_server SOCKET DIRECTORY\n");
    return 2;
  }
  const goxel::Status status = goxel::Run(argv[1], argv[2]);
  std::fprintf(stderr, "goxel_naive_server: %s\n", status.message().c_str());
  return 1;
}
