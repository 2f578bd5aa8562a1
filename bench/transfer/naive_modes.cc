// The ways in which pictures are handed over where nobody thought about it,
// from the client's side. The base64 code is this project's, which is faster
// than what most would use: the difference shown is that of the JSON library
// and its strings.

#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "bench/transfer/decoding.h"
#include "bench/transfer/naive_protocol.h"
#include "bench/transfer/picture.h"
#include "ipc/unique_fd.h"
#include "transfer/base64.h"

namespace goxel {
namespace {

Result<UniqueFd> ConnectTo(const std::filesystem::path& path) {
  const auto address = NaiveAddress(path);
  if (!address) return Fail(address.error());
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&*address),
                sizeof(*address)) != 0) {
    return Fail(Status::FromErrno("connect " + path.string(), errno));
  }
  return socket;
}

class NaivePictures {
 public:
  NaivePictures(const TransferSetup& setup, std::string way, UniqueFd socket)
      : setup_(setup),
        way_(std::move(way)),
        socket_(std::move(socket)),
        stream_(socket_.get()) {}

  Result<Picture> Fetch(double azimuth) {
    const nlohmann::json order = {{"way", way_},
                                  {"width", setup_.width},
                                  {"height", setup_.height},
                                  {"azimuth", azimuth}};
    if (!stream_.Send(order.dump() + "\n")) return Gone();
    const std::string line = stream_.Receive();
    if (line.empty()) return Gone();
    const auto reply =
        nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!reply.is_object() || !reply.contains("draw_ms")) {
      return Fail(StatusCode::kDataLoss,
                  "the naive server answered " + line.substr(0, 200));
    }
    auto picture = reply.contains("data")   ? FromText(reply)
                   : reply.contains("path") ? FromFile(reply)
                                            : Result<Picture>(NoPicture());
    if (!picture) return picture;
    picture->draw_ms = reply.value("draw_ms", 0.0);
    picture->socket_bytes = line.size() + 1;
    picture->client_bytes += picture->socket_bytes;
    return picture;
  }

 private:
  static tl::unexpected<Status> Gone() {
    return Fail(StatusCode::kUnavailable, "the naive server has gone");
  }

  static Picture NoPicture() {
    Picture picture;
    picture.first_at = BenchClock::now();
    picture.pixels = [] { return Result<PixelSpan>(PixelSpan()); };
    return picture;
  }

  static Result<Picture> FromText(const nlohmann::json& reply) {
    const auto text = reply["data"].get<std::string>();
    auto bytes = DecodeBase64(text);
    if (!bytes) return Fail(bytes.error());
    const std::size_t decoded_bytes = bytes->size();
    Picture picture = PictureIn(*std::move(bytes));
    // Parsed into the document, and copied out of it.
    picture.client_bytes = 2 * text.size() + decoded_bytes;
    return picture;
  }

  Result<Picture> FromFile(const nlohmann::json& reply) const {
    const std::filesystem::path path = reply["path"].get<std::string>();
    auto bytes = ReadWholeFile(path);
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    if (!bytes) return Fail(bytes.error());
    const std::size_t file_bytes = bytes->size();
    std::size_t written = file_bytes;
    if (way_ == "png") {
      bytes = DecodeWholePng(*bytes);
      if (!bytes) return Fail(bytes.error());
      written += bytes->size();
    }
    Picture picture = PictureIn(*std::move(bytes));
    picture.file_bytes = file_bytes;
    picture.client_bytes = written;
    return picture;
  }

  const TransferSetup setup_;
  const std::string way_;
  const UniqueFd socket_;
  LineStream stream_;
};

}  // namespace

Result<TransferMode> MakeNaiveMode(std::string_view name,
                                   const TransferSetup& setup) {
  auto socket = ConnectTo(setup.naive_socket);
  if (!socket) return Fail(socket.error());
  const std::string way =
      name == "draw_only" ? "draw" : std::string(name.substr(6));
  const auto pictures =
      std::make_shared<NaivePictures>(setup, way, *std::move(socket));
  return [pictures](double azimuth) { return pictures->Fetch(azimuth); };
}

}  // namespace goxel
