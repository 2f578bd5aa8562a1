// What does it cost, besides drawing it, until a client holds the pixels of a
// 4K render, in each way that the daemon can hand it out?
//
// The time is that of the whole call less what the daemon says it spent on
// drawing, so it includes the request, the queue, making room, encoding,
// copying, naming, the reply and the wake-ups on both sides. The counter
// transfer_ms is the daemon's own figure for the part of it from the last draw
// call to the named file. The scene is the built-in one, seen
// from another angle each time so that nothing comes from the cache. Before
// anything is timed, each way must show the pixels that the mapping shows.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <png.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "bench/bench_daemon.h"
#include "transfer/base64.h"

namespace goxel {
namespace {

using Bytes = std::vector<std::byte>;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kHeight = 2160;
constexpr std::uint32_t kWidth = 3840;

// Rows of this width are not a multiple of 64 bytes, so the renderer cannot
// draw into the file and the daemon copies the frame once.
constexpr std::uint32_t kReadBackWidth = 3844;

constexpr int kRenders = 20;

// Until the daemon's directory is full and its files are used again.
constexpr int kWarmUps = 6;

enum class Way { kMapped, kDescriptor, kPngFile, kPngBase64, kRawBase64 };

// What a client ended up with: text or bytes that it can use.
struct Received {
  JsonText reply;
  std::filesystem::path png_path;
  std::optional<MappedImage> image;
};

Result<Received> RenderMappedOrDescriptor(Client& client, Way way,
                                          const RenderRequest& request) {
  auto render = way == Way::kMapped ? client.RenderMapped(request)
                                    : client.RenderToDescriptor(request);
  if (!render) return Fail(render.error());
  return Received{std::move(render->reply_json), {}, std::move(render->image)};
}

Result<Received> RenderInline(Client& client, Way way,
                              const RenderRequest& request) {
  auto reply = client.Call(
      "goxel.render_scene",
      fmt::format(R"({{"width":{},"height":{},"camera":{{"azimuth":{},)"
                  R"("elevation":{}}},"options":{{"return_mode":"base64",)"
                  R"("format":"{}"}}}})",
                  request.width, request.height, *request.camera.azimuth,
                  *request.camera.elevation,
                  way == Way::kRawBase64 ? "raw" : "png"));
  if (!reply) return Fail(reply.error());
  return Received{*std::move(reply), {}, {}};
}

Result<Received> Render(Client& client, Way way, const RenderRequest& request) {
  switch (way) {
    case Way::kMapped:
    case Way::kDescriptor:
      return RenderMappedOrDescriptor(client, way, request);
    case Way::kPngFile: {
      auto render = client.RenderToFile(request);
      if (!render) return Fail(render.error());
      return Received{std::move(render->reply_json), render->path, {}};
    }
    default:
      return RenderInline(client, way, request);
  }
}

RenderRequest RequestFor(std::uint32_t width, int number) {
  RenderRequest request;
  request.width = width;
  request.height = kHeight;
  request.camera.azimuth = 45 + 0.01 * number;
  request.camera.elevation = 30;
  return request;
}

Bytes DecodePng(const Bytes& png) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, png.data(), png.size()) == 0) {
    return {};
  }
  image.format = PNG_FORMAT_RGBA;
  Bytes pixels(PNG_IMAGE_SIZE(image));
  png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr);
  return pixels;
}

Bytes ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

Bytes DecodeInline(const JsonText& reply) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  std::string_view data;
  const std::string_view text = reply.view();
  if (parser.parse(text.data(), text.size()).get(document) != 0 ||
      document.at_pointer("/image/data").get(data) != 0) {
    return {};
  }
  auto bytes = DecodeBase64(data);
  return bytes ? *std::move(bytes) : Bytes();
}

Bytes PixelsOf(Way way, const Received& received) {
  switch (way) {
    case Way::kPngFile:
      return DecodePng(ReadFile(received.png_path));
    case Way::kPngBase64:
      return DecodePng(DecodeInline(received.reply));
    case Way::kRawBase64:
      return DecodeInline(received.reply);
    default:
      return {received.image->pixels().begin(), received.image->pixels().end()};
  }
}

// Milliseconds that the reply's `render` object has under `name`.
double RenderFigure(const JsonText& reply, std::string_view name) {
  simdjson::dom::parser parser;
  const std::string_view text = reply.view();
  double value = 0;
  const auto pointer = "/render/" + std::string(name);
  if (parser.parse(text.data(), text.size()).at_pointer(pointer).get(value) !=
      0) {
    return 0;
  }
  return value;
}

// "" when `way` shows what a mapping shows, and that is a picture.
std::string Verify(Client& client, Way way, std::uint32_t width) {
  const RenderRequest request = RequestFor(width, 0);
  const auto expected = Render(client, Way::kMapped, request);
  if (!expected) return expected.error().message();
  const auto received = Render(client, way, request);
  if (!received) return received.error().message();
  const auto pixels = expected->image->pixels();
  const Bytes shown = PixelsOf(way, *received);
  if (!std::ranges::equal(shown, pixels)) return "the pixels differ";
  const auto centre = pixels.subspan(pixels.size() / 2 + width * 2ul, 4);
  if (std::ranges::equal(centre, pixels.first(4)))
    return "the picture is blank";
  return "";
}

// Touches what a client looks at first.
void LookAt(const Received& received) {
  if (received.image) {
    benchmark::DoNotOptimize(received.image->pixels().front());
  } else {
    benchmark::DoNotOptimize(received.reply.view().back());
  }
}

void BM_Transfer(benchmark::State& state, Way way, std::uint32_t width) {
  auto daemon = BenchDaemon::Start();
  if (!daemon) return state.SkipWithError(daemon.error().message().c_str());
  Client& client = (*daemon)->client();
  if (Status loaded = client.LoadProject("builtin:demo"); !loaded.ok()) {
    return state.SkipWithError(loaded.message().c_str());
  }
  if (const auto wrong = Verify(client, way, width); !wrong.empty()) {
    return state.SkipWithError(wrong.c_str());
  }

  int number = 0;
  while (++number <= kWarmUps) {
    const auto received = Render(client, way, RequestFor(width, number));
    if (!received) {
      return state.SkipWithError(received.error().message().c_str());
    }
  }
  std::vector<double> milliseconds;
  double render_ms = 0;
  double transfer_ms = 0;
  for (auto _ : state) {
    const auto start = Clock::now();
    const auto received = Render(client, way, RequestFor(width, ++number));
    if (!received) {
      return state.SkipWithError(received.error().message().c_str());
    }
    LookAt(*received);
    const std::chrono::duration<double, std::milli> wall = Clock::now() - start;
    const double drawing = RenderFigure(received->reply, "render_ms");
    milliseconds.push_back(wall.count() - drawing);
    render_ms += drawing;
    transfer_ms += RenderFigure(received->reply, "transfer_ms");
    state.SetIterationTime(milliseconds.back() / 1e3);
  }
  std::ranges::sort(milliseconds);
  state.counters["min_ms"] = milliseconds.front();
  state.counters["median_ms"] = milliseconds[milliseconds.size() / 2];
  const auto renders = static_cast<double>(milliseconds.size());
  state.counters["render_ms"] = render_ms / renders;
  state.counters["transfer_ms"] = transfer_ms / renders;
}

#define GOXEL_TRANSFER_BENCHMARK(name, way, width) \
  BENCHMARK_CAPTURE(BM_Transfer, name, way, width) \
      ->UseManualTime()                            \
      ->Iterations(kRenders)                       \
      ->Unit(benchmark::kMillisecond)

GOXEL_TRANSFER_BENCHMARK(mmap, Way::kMapped, kWidth);
GOXEL_TRANSFER_BENCHMARK(mmap_read_back, Way::kMapped, kReadBackWidth);
GOXEL_TRANSFER_BENCHMARK(fd, Way::kDescriptor, kWidth);
GOXEL_TRANSFER_BENCHMARK(png_file, Way::kPngFile, kWidth);
GOXEL_TRANSFER_BENCHMARK(png_base64, Way::kPngBase64, kWidth);
GOXEL_TRANSFER_BENCHMARK(raw_base64, Way::kRawBase64, kWidth);

}  // namespace
}  // namespace goxel
