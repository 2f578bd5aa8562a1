// Example: another process looks at a render without a copy and without a call
// to the daemon.
//
//   goxel-map-example DIRECTORY RENDER_ID_OR_PATH
//
// Prints what it finds, how long the way to the first pixel took, and the line
// of /proc/self/maps that proves that the pixels are the file's own pages.

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "clients/cpp/render_catalog.h"

namespace {

using goxel::MappedImage;
using goxel::RenderCatalog;
using goxel::RenderId;
using goxel::Result;

// A render id, or a path that ends in a render's file name.
Result<RenderId> ParseTarget(const std::string& text) {
  if (auto id = goxel::ParseRenderId(text)) return id;
  const auto name = std::filesystem::path(text).filename().string();
  const auto parts = goxel::ParseRenderFileName(name);
  if (!parts) return goxel::Fail(parts.error());
  return parts->id;
}

std::uint32_t PixelAt(const MappedImage& image, std::uint32_t x,
                      std::uint32_t y) {
  std::uint32_t pixel = 0;
  std::memcpy(&pixel, image.row(y).data() + std::size_t{x} * 4, 4);
  return pixel;
}

std::string Describe(std::uint32_t pixel) {
  return fmt::format("rgba({}, {}, {}, {})", pixel & 0xff, pixel >> 8 & 0xff,
                     pixel >> 16 & 0xff, pixel >> 24);
}

// Pixels that differ from the top left one, which shows the background.
std::uint64_t CountCovered(const MappedImage& image) {
  const std::uint32_t background = PixelAt(image, 0, 0);
  std::uint64_t covered = 0;
  for (std::uint32_t y = 0; y < image.height(); ++y) {
    for (std::uint32_t x = 0; x < image.width(); ++x) {
      covered += PixelAt(image, x, y) != background;
    }
  }
  return covered;
}

// The line of /proc/self/maps whose range holds `address`.
std::string MappingOf(const void* address) {
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    char* dash = nullptr;
    const auto begin = std::strtoull(line.c_str(), &dash, 16);
    if (*dash != '-') continue;
    const auto end = std::strtoull(dash + 1, nullptr, 16);
    if (begin <= wanted && wanted < end) return line;
  }
  return "unknown";
}

void Print(const MappedImage& image, double microseconds) {
  const std::uint64_t covered = CountCovered(image);
  const std::uint64_t all = std::uint64_t{image.width()} * image.height();
  fmt::print("size           {} x {} pixels, stride {} bytes\n", image.width(),
             image.height(), image.stride_bytes());
  fmt::print("first pixel    {}\n", Describe(PixelAt(image, 0, 0)));
  fmt::print("centre pixel   {}\n",
             Describe(PixelAt(image, image.width() / 2, image.height() / 2)));
  fmt::print("coverage       {} of {} pixels ({:.1f} %) are not background\n",
             covered, all,
             100.0 * static_cast<double>(covered) / static_cast<double>(all));
  fmt::print("time           {:.1f} us from look-up to first pixel\n",
             microseconds);
  fmt::print("no copy        the pixels lie in {}\n",
             MappingOf(image.pixels().data()));
}

int Complain(const goxel::Status& status) {
  fmt::print(stderr, "goxel-map-example: {}\n", status.message());
  return 1;
}

int Run(const char* directory, const char* target) {
  const auto id = ParseTarget(target);
  if (!id) return Complain(id.error());
  const auto catalog = RenderCatalog::Open(directory);
  if (!catalog) return Complain(catalog.error());

  const auto start = std::chrono::steady_clock::now();
  const auto image = (*catalog)->Map(*id);
  if (!image) return Complain(image.error());
  const volatile auto first = image->pixels().front();
  static_cast<void>(first);
  const std::chrono::duration<double, std::micro> took =
      std::chrono::steady_clock::now() - start;

  Print(*image, took.count());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr,
               "usage: goxel-map-example DIRECTORY RENDER_ID_OR_PATH\n");
    return 2;
  }
  return Run(argv[1], argv[2]);
}
