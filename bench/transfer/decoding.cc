#include "bench/transfer/decoding.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <png.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "ipc/unique_fd.h"

namespace goxel {

Result<std::vector<std::byte>> DecodeWholePng(std::span<const std::byte> png) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, png.data(), png.size()) == 0) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("{} bytes are no PNG: {}", png.size(),
                            std::string(image.message)));
  }
  image.format = PNG_FORMAT_RGBA;
  std::vector<std::byte> pixels(PNG_IMAGE_SIZE(image));
  if (png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr) == 0) {
    return Fail(StatusCode::kDataLoss, fmt::format("cannot decode a PNG: {}",
                                                   std::string(image.message)));
  }
  return pixels;
}

Result<std::vector<std::byte>> ReadWholeFile(
    const std::filesystem::path& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts {};
  if (!file.valid() || ::fstat(file.get(), &facts) != 0) {
    return Fail(Status::FromErrno("open " + path.string(), errno));
  }
  std::vector<std::byte> bytes(static_cast<std::size_t>(facts.st_size));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count =
        ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (count < 0) {
      return Fail(Status::FromErrno("read " + path.string(), errno));
    }
    if (count == 0) {
      return Fail(StatusCode::kDataLoss,
                  fmt::format("{} ends after {} of {} bytes", path.string(),
                              done, bytes.size()));
    }
    done += static_cast<std::size_t>(count);
  }
  return bytes;
}

Picture PictureAt(PixelSpan pixels, std::shared_ptr<const void> holder) {
  Picture picture;
  picture.first_pixel = FirstPixel(pixels);
  picture.first_at = BenchClock::now();
  picture.pixels = [pixels, holder = std::move(holder)] {
    return Result<PixelSpan>(pixels);
  };
  return picture;
}

Picture PictureIn(std::vector<std::byte> bytes, std::size_t offset) {
  auto holder =
      std::make_shared<const std::vector<std::byte>>(std::move(bytes));
  const auto pixels = PixelSpan(*holder).subspan(offset);
  return PictureAt(pixels, std::move(holder));
}

std::uint32_t FirstPixel(PixelSpan pixels) {
  std::uint32_t pixel;
  std::memcpy(&pixel, pixels.data(), sizeof(pixel));
  return pixel;
}

std::uint64_t SumOfPixels(PixelSpan pixels) {
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at + sizeof(std::uint32_t) <= pixels.size();
       at += sizeof(std::uint32_t)) {
    sum += FirstPixel(pixels.subspan(at));
  }
  return sum;
}

}  // namespace goxel
