#include "transfer/bmp_encoder.h"

#include <fmt/core.h>

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "transfer/record_json.h"

namespace goxel {
namespace {

constexpr std::uint32_t kInfoBytes = 108;
constexpr std::size_t kPixelOffsetAt = 10;

void PutNumber(std::string& header, std::uint32_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) {
    header.push_back(static_cast<char>(number >> (8 * i) & 0xff));
  }
}

std::uint32_t NumberAt(std::string_view header, std::size_t offset) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto byte = static_cast<unsigned char>(header[offset + i]);
    number |= std::uint32_t{byte} << (8 * i);
  }
  return number;
}

std::string MakeHeader(const PixelView& image, std::uint32_t pixel_offset) {
  constexpr std::uint32_t kBitFields = 3;
  constexpr std::uint32_t kPixelsPerMetre = 2835;  // 72 to the inch.
  constexpr std::uint32_t kSrgb = 0x73524742;      // LCS_sRGB.
  const std::uint32_t pixel_bytes = image.width * image.height * 4;
  std::string header = "BM";
  PutNumber(header, pixel_offset + pixel_bytes, 4);
  PutNumber(header, 0, 4);
  PutNumber(header, pixel_offset, 4);
  PutNumber(header, kInfoBytes, 4);
  PutNumber(header, image.width, 4);
  PutNumber(header, image.height, 4);
  PutNumber(header, 1, 2);   // Planes.
  PutNumber(header, 32, 2);  // Bits a pixel.
  PutNumber(header, kBitFields, 4);
  PutNumber(header, pixel_bytes, 4);
  PutNumber(header, kPixelsPerMetre, 4);
  PutNumber(header, kPixelsPerMetre, 4);
  PutNumber(header, 0, 4);  // Colours of a palette,
  PutNumber(header, 0, 4);  // and how many of them matter.
  for (const std::uint32_t mask :
       {0x00ff0000u, 0x0000ff00u, 0x000000ffu, 0xff000000u}) {
    PutNumber(header, mask, 4);
  }
  PutNumber(header, kSrgb, 4);
  header.resize(kBmpHeaderBytes, '\0');  // Primaries and gammas: sRGB's own.
  return header;
}

// RGBA to BGRA.
void SwapChannels(std::span<const std::byte> row, std::span<std::byte> bgra) {
  for (std::size_t i = 0; i < row.size(); i += 4) {
    bgra[i] = row[i + 2];
    bgra[i + 1] = row[i + 1];
    bgra[i + 2] = row[i];
    bgra[i + 3] = row[i + 3];
  }
}

tl::unexpected<Status> NotOurBmp(std::string_view reason) {
  return Fail(StatusCode::kDataLoss,
              fmt::format("not a BMP written by this project: {}", reason));
}

}  // namespace

Status EncodeBmp(const PixelView& image, const RenderRecord* record,
                 const ByteSink& sink) {
  if (Status checked = CheckPixels(image); !checked.ok()) return checked;
  constexpr std::uint64_t kLimit = std::numeric_limits<std::uint32_t>::max();
  if (MaxBmpBytes(image.width, image.height) > kLimit) {
    return Fail(Status(StatusCode::kTooLarge,
                       fmt::format("{} x {} pixels; a BMP has at most {} bytes",
                                   image.width, image.height, kLimit))
                    .With("limit", static_cast<std::int64_t>(kLimit)));
  }
  std::string text = record != nullptr ? FormatRecordJson(*record) : "";
  text.resize((text.size() + 3) / 4 * 4, ' ');
  const std::string header = MakeHeader(
      image, static_cast<std::uint32_t>(kBmpHeaderBytes + text.size()));
  Status status = sink(std::as_bytes(std::span(header)));
  if (status.ok()) status = sink(std::as_bytes(std::span(text)));
  std::vector<std::byte> row(std::size_t{image.width} * 4);
  for (std::uint32_t y = image.height; status.ok() && y > 0; --y) {
    SwapChannels(image.Row(y - 1), row);
    status = sink(row);
  }
  return status;
}

std::uint64_t MaxBmpBytes(std::uint32_t width, std::uint32_t height) {
  return kRecordReach + std::uint64_t{width} * height * 4;
}

Result<RenderRecord> ReadBmpRecord(std::span<const std::byte> file_start) {
  const std::string_view file(reinterpret_cast<const char*>(file_start.data()),
                              file_start.size());
  if (file.size() < kBmpHeaderBytes || !file.starts_with("BM")) {
    return NotOurBmp("it lacks BMP's header");
  }
  const std::size_t end = NumberAt(file, kPixelOffsetAt);
  if (end <= kBmpHeaderBytes || end > file.size()) {
    return NotOurBmp("no record precedes the pixels");
  }
  auto record =
      ParseRecordJson(file.substr(kBmpHeaderBytes, end - kBmpHeaderBytes));
  if (!record) return NotOurBmp(record.error().message());
  if (record->format != RenderFormat::kBmp) {
    return NotOurBmp("the record tells of another picture");
  }
  return record;
}

}  // namespace goxel
