// The modes that the daemon offers, each taken as a careful client takes it.

#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/transfer/decoding.h"
#include "bench/transfer/picture.h"
#include "clients/cpp/render_catalog.h"
#include "transfer/base64.h"

namespace goxel {
namespace {

// A PAM file of the daemon: its header fills the first page.
constexpr std::size_t kPamPixelOffset = 4096;

// Members of a reply, read where they lie: the text of a picture is not copied
// to be parsed, and the reply is gone through once.
class ReplyFacts {
 public:
  // REQUIRES: `reply` outlives the facts.
  explicit ReplyFacts(const JsonText& reply) {
    valid_ = parser_
                 .iterate(reply.view().data(), reply.view().size(),
                          reply.readable_bytes())
                 .get(document_) == 0;
  }

  // A text without escapes.
  Result<std::string_view> Text(const char* object, const char* member) {
    const std::string_view token = Token(object, member);
    const auto end = token.rfind('"');
    if (!token.starts_with('"') || end == 0) return Missing(object, member);
    return token.substr(1, end - 1);
  }

  Result<double> Number(const char* object, const char* member) {
    const std::string_view token = Token(object, member);
    double number = 0;
    const auto [end, error] =
        std::from_chars(token.data(), token.data() + token.size(), number);
    if (error != std::errc()) return Missing(object, member);
    return number;
  }

 private:
  static tl::unexpected<Status> Missing(const char* object,
                                        const char* member) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("the reply has no {}.{}", object, member));
  }

  // Empty where there is none.
  std::string_view Token(const char* object, const char* member) {
    simdjson::ondemand::value value;
    if (!valid_ || document_[object][member].get(value) != 0) return {};
    return value.raw_json_token();
  }

  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  bool valid_ = false;
};

Picture PictureOf(MappedImage image) {
  auto holder = std::make_shared<const MappedImage>(std::move(image));
  const PixelSpan pixels = holder->pixels();
  return PictureAt(pixels, std::move(holder));
}

class DaemonPictures {
 public:
  DaemonPictures(const TransferSetup& setup, std::unique_ptr<Client> client)
      : setup_(setup), client_(std::move(client)) {}

  Result<Picture> Map(double azimuth, bool by_descriptor) {
    const RenderRequest request = ComparedRequest(setup_, azimuth);
    auto render = by_descriptor ? client_->RenderToDescriptor(request)
                                : client_->RenderMapped(request);
    if (!render) return Fail(render.error());
    Picture picture = PictureOf(std::move(render->image));
    picture.file_bytes = kPamPixelOffset + setup_.pixel_bytes();
    ReplyFacts facts(render->reply_json);
    return WithReply(std::move(picture), render->reply_json, facts,
                     render->cached);
  }

  // A PNG has the checksum that it has by default; raw pixels have none, as
  // mapped ones.
  Result<Picture> ReadFile(double azimuth, const std::string& format) {
    const bool png = format == "png";
    auto reply = client_->Call(
        "goxel.render_scene",
        ParamsWith(azimuth,
                   fmt::format(R"("return_mode":"file_path","format":"{}")"
                               R"(,"fallback":[],"checksum":"{}")",
                               format, png ? "sha256" : "none")));
    if (!reply) return Fail(reply.error());
    ReplyFacts facts(*reply);
    const auto path = facts.Text("file", "path");
    if (!path) return Fail(path.error());
    auto bytes = ReadWholeFile(*path);
    if (!bytes) return Fail(bytes.error());
    const std::size_t file_bytes = bytes->size();
    auto picture = png ? DecodedPng(*bytes)
                       : PictureIn(*std::move(bytes), kPamPixelOffset);
    if (!picture) return picture;
    picture->file_bytes = file_bytes;
    picture->client_bytes += file_bytes;
    return WithReply(*std::move(picture), *reply, facts);
  }

  Result<Picture> ReadInline(double azimuth, std::string_view format) {
    auto reply = client_->Call(
        "goxel.render_scene",
        ParamsWith(
            azimuth,
            fmt::format(R"("return_mode":"base64","format":"{}")", format)));
    if (!reply) return Fail(reply.error());
    return format == "raw" ? FromBase64(*std::move(reply))
                           : FromBase64Png(*reply);
  }

  // Through the index: no call to the daemon, which need not even run.
  Result<Picture> LookUp(double azimuth, RenderCatalog& catalog) {
    KeyFields view{.width = setup_.width, .height = setup_.height};
    view.camera.azimuth = azimuth;
    view.camera.elevation = kComparedElevation;
    view.samples = 1;
    view.shadows = "off";
    const auto found = catalog.FindView(view);
    if (!found) return Fail(found.error());
    auto image = catalog.Map(found->id);
    if (!image) return Fail(image.error());
    return PictureOf(*std::move(image));
  }

 private:
  // As ComparedRequest(), with `options` for what it leaves open.
  std::string ParamsWith(double azimuth, std::string_view options) const {
    return fmt::format(R"({{"width":{},"height":{},)"
                       R"("camera":{{"azimuth":{},"elevation":{}}},)"
                       R"("options":{{"samples":1,"shadows":"off",{}}}}})",
                       setup_.width, setup_.height, azimuth, kComparedElevation,
                       options);
  }

  // Adds what the reply says, after the clock has stopped.
  static Result<Picture> WithReply(Picture picture, const JsonText& reply,
                                   ReplyFacts& facts, bool cached = false) {
    picture.socket_bytes = reply.view().size();
    picture.client_bytes += picture.socket_bytes;
    if (cached) return picture;
    const auto draw_ms = facts.Number("render", "render_ms");
    const auto transfer_ms = facts.Number("render", "transfer_ms");
    if (!draw_ms) return Fail(draw_ms.error());
    if (!transfer_ms) return Fail(transfer_ms.error());
    picture.draw_ms = *draw_ms;
    picture.transfer_ms = *transfer_ms;
    return picture;
  }

  static Result<Picture> DecodedPng(std::span<const std::byte> png) {
    auto pixels = DecodeWholePng(png);
    if (!pixels) return Fail(pixels.error());
    const std::size_t decoded_bytes = pixels->size();
    Picture picture = PictureIn(*std::move(pixels));
    picture.client_bytes = decoded_bytes;
    return picture;
  }

  // Eight characters are enough for the first pixel; the others are decoded
  // when all are wanted.
  Result<Picture> FromBase64(JsonText reply) const {
    const auto holder = std::make_shared<const JsonText>(std::move(reply));
    ReplyFacts facts(*holder);
    const auto text = facts.Text("image", "data");
    if (!text) return Fail(text.error());
    const auto first = DecodeBase64(text->substr(0, 8));
    if (!first) return Fail(first.error());
    Picture picture;
    picture.first_pixel = FirstPixel(*first);
    picture.first_at = BenchClock::now();
    picture.client_bytes = setup_.pixel_bytes();
    const auto decoded = std::make_shared<std::vector<std::byte>>();
    picture.pixels = [holder, text = *text, decoded]() -> Result<PixelSpan> {
      auto bytes = DecodeBase64(text);
      if (!bytes) return Fail(bytes.error());
      *decoded = *std::move(bytes);
      return PixelSpan(*decoded);
    };
    return WithReply(std::move(picture), *holder, facts);
  }

  static Result<Picture> FromBase64Png(const JsonText& reply) {
    ReplyFacts facts(reply);
    const auto text = facts.Text("image", "data");
    if (!text) return Fail(text.error());
    const auto png = DecodeBase64(*text);
    if (!png) return Fail(png.error());
    auto picture = DecodedPng(*png);
    if (!picture) return picture;
    picture->client_bytes += png->size();
    return WithReply(*std::move(picture), reply, facts);
  }

  const TransferSetup setup_;
  const std::unique_ptr<Client> client_;
};

// Maps what the index knows; has it drawn where it does not, in a warm-up.
TransferMode IndexMode(const std::shared_ptr<DaemonPictures>& daemon,
                       const std::shared_ptr<RenderCatalog>& catalog) {
  return [daemon, catalog](double azimuth) {
    auto picture = daemon->LookUp(azimuth, *catalog);
    const bool unknown =
        !picture && (picture.error().code() == StatusCode::kNotFound ||
                     picture.error().code() == StatusCode::kFailedPrecondition);
    return unknown ? daemon->Map(azimuth, /*by_descriptor=*/false) : picture;
  };
}

}  // namespace

RenderRequest ComparedRequest(const TransferSetup& setup, double azimuth) {
  RenderRequest request;
  request.width = setup.width;
  request.height = setup.height;
  request.camera.azimuth = azimuth;
  request.camera.elevation = kComparedElevation;
  request.look.samples = 1;
  request.look.shadows = "off";
  return request;
}

Result<TransferMode> MakeDaemonMode(std::string_view name,
                                    const TransferSetup& setup) {
  auto client = Client::Connect({.socket_path = setup.socket});
  if (!client) return Fail(client.error());
  const auto daemon =
      std::make_shared<DaemonPictures>(setup, *std::move(client));
  if (name == "mmap" || name == "mmap_cached" || name == "fd") {
    return [daemon, by_descriptor = name == "fd"](double azimuth) {
      return daemon->Map(azimuth, by_descriptor);
    };
  }
  if (name == "file_png" || name == "file_pam") {
    return [daemon, format = std::string(name.substr(5))](double azimuth) {
      return daemon->ReadFile(azimuth, format);
    };
  }
  if (name == "base64_raw" || name == "base64_png") {
    return [daemon, format = std::string(name.substr(7))](double azimuth) {
      return daemon->ReadInline(azimuth, format);
    };
  }
  if (name == "index") {
    auto catalog = RenderCatalog::Open(setup.render_dir);
    if (!catalog) return Fail(catalog.error());
    return IndexMode(daemon, *std::move(catalog));
  }
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("no mode is called {}; expected base64_raw, "
                          "base64_png, file_png, file_pam, mmap, fd, "
                          "mmap_cached, index, naive_json, naive_png, "
                          "naive_raw or draw_only",
                          name));
}

}  // namespace goxel
