#include "transfer/png_strips.h"

#include <fmt/core.h>
#include <isa-l/igzip_lib.h>
#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "transfer/png_filter.h"

namespace goxel {
namespace {

constexpr std::size_t kStripBytes = 192 * 1024;  // A share of the L2 cache.
constexpr std::size_t kIdatBytes = 64 * 1024;

// Strips compressed both ways to learn which way suits: 6 % of a 4K picture.
constexpr std::uint32_t kSampledStrips = 8;

enum class IsLast : bool { kNo, kYes };

// What suits a picture depends on how much of it is plain. ISA-L matches the
// most recent place, wherever that is, so in plain areas a short reach makes
// the distances cheap; in busy ones only the row above repeats anything.
struct StripMethod {
  PngFilter filter = PngFilter::kNone;
  std::uint16_t history_bits = 0;  // log2 of how far back a match reaches.
};
constexpr StripMethod kPlainAreas = {PngFilter::kNone, 4};
constexpr StripMethod kBusyAreas = {PngFilter::kUp, 15};

// One zlib stream (RFC 1950) that leaves as IDAT chunks as it grows.
class IdatStream {
 public:
  IdatStream(PngChunkWriter& writer, std::uint16_t history_bits)
      : writer_(writer) {
    ::isal_deflate_init(&deflate_);
    deflate_.hist_bits = history_bits;
    deflate_.level = 1;
    deflate_.level_buf = level_buffer_.data();
    deflate_.level_buf_size = static_cast<std::uint32_t>(level_buffer_.size());
    deflate_.gzip_flag = IGZIP_DEFLATE;
    StartChunk();
    // The zlib header: deflate with a 32 KiB window, fastest compression.
    PutByte(0x78);
    PutByte(0x01);
  }

  // ISA-L wants its input writable, but does not change it.
  Status Add(std::span<std::byte> bytes, IsLast is_last) {
    adler_ = ::libdeflate_adler32(adler_, bytes.data(), bytes.size());
    deflate_.next_in = reinterpret_cast<std::uint8_t*>(bytes.data());
    deflate_.avail_in = static_cast<std::uint32_t>(bytes.size());
    deflate_.end_of_stream = is_last == IsLast::kYes ? 1 : 0;
    // ISA-L stops early only because the output is full.
    do {
      if (deflate_.avail_out == 0) {
        if (Status written = EndChunk(); !written.ok()) return written;
      }
      if (const int code = ::isal_deflate(&deflate_); code != COMP_OK) {
        return Fail(StatusCode::kInternal,
                    fmt::format("isal_deflate failed with {}", code));
      }
    } while (deflate_.avail_out == 0);
    return is_last == IsLast::kYes ? Finish() : Status();
  }

 private:
  void StartChunk() {
    deflate_.next_out = chunk_.data();
    deflate_.avail_out = static_cast<std::uint32_t>(chunk_.size());
  }

  Status EndChunk() {
    const std::size_t filled = chunk_.size() - deflate_.avail_out;
    StartChunk();
    return writer_.WriteChunk("IDAT",
                              std::as_bytes(std::span(chunk_)).first(filled));
  }

  // REQUIRES: there is room in the chunk.
  void PutByte(std::uint8_t byte) {
    *deflate_.next_out++ = byte;
    --deflate_.avail_out;
  }

  Status Finish() {
    const auto sum = BigEndian(adler_);
    if (deflate_.avail_out < sum.size()) {
      if (Status written = EndChunk(); !written.ok()) return written;
    }
    for (const std::byte byte : sum) {
      PutByte(std::to_integer<std::uint8_t>(byte));
    }
    return EndChunk();
  }

  PngChunkWriter& writer_;
  std::uint32_t adler_ = 1;
  ::isal_zstream deflate_;
  std::array<std::uint8_t, ISAL_DEF_LVL1_DEFAULT> level_buffer_;
  std::array<std::uint8_t, kIdatBytes> chunk_;
};

// Filters strips of an image, one at a time, in the same memory.
class StripFilter {
 public:
  StripFilter(const PixelView& image, PngColour colour)
      : image_(image),
        colour_(colour),
        row_bytes_(FilteredRowBytes(image.width, colour)),
        rows_(static_cast<std::uint32_t>(std::clamp<std::size_t>(
            kStripBytes / row_bytes_, 1, image.height))),
        blank_(std::size_t{image.width} * 4),
        strip_(rows_ * row_bytes_) {}

  // Rows of a whole strip.
  std::uint32_t rows() const { return rows_; }
  std::uint32_t image_rows() const { return image_.height; }

  // The filtered rows from `top` on: rows() of them, or as many as there are.
  std::span<std::byte> Filter(PngFilter filter, std::uint32_t top) {
    const std::uint32_t rows = std::min(rows_, image_.height - top);
    for (std::uint32_t i = 0; i < rows; ++i) {
      const std::uint32_t y = top + i;
      const bool is_blank_above = filter == PngFilter::kNone || y == 0;
      FilterRow(filter, colour_, image_.Row(y),
                is_blank_above ? blank_ : image_.Row(y - 1),
                std::span(strip_).subspan(i * row_bytes_, row_bytes_));
    }
    return std::span(strip_).first(rows * row_bytes_);
  }

 private:
  const PixelView& image_;
  const PngColour colour_;
  const std::size_t row_bytes_;
  const std::uint32_t rows_;
  const std::vector<std::byte> blank_;
  std::vector<std::byte> strip_;
};

// Compresses the strips that begin at every `step`th row; `step` is rows() of
// the filter for the whole image.
Status WriteStrips(StripFilter& strips, StripMethod method, std::uint32_t step,
                   PngChunkWriter& writer) {
  // Half a MiB is much for a stack.
  const auto stream = std::make_unique<IdatStream>(writer, method.history_bits);
  std::uint32_t top = 0;
  for (; strips.image_rows() - top > step; top += step) {
    if (Status added =
            stream->Add(strips.Filter(method.filter, top), IsLast::kNo);
        !added.ok()) {
      return added;
    }
  }
  return stream->Add(strips.Filter(method.filter, top), IsLast::kYes);
}

// How many bytes a sample of the image takes with `method`.
std::uint64_t SampleBytes(StripFilter& strips, StripMethod method) {
  std::uint64_t total = 0;
  const ByteSink count = [&total](std::span<const std::byte> piece) {
    total += piece.size();
    return Status();
  };
  PngChunkWriter writer(count);
  const std::uint32_t step =
      std::max(strips.rows(), strips.image_rows() / kSampledStrips);
  const Status written = WriteStrips(strips, method, step, writer);
  return written.ok() ? total : std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

Status WritePngStrips(const PixelView& image, PngColour colour,
                      PngChunkWriter& writer) {
  StripFilter strips(image, colour);
  const bool is_plain =
      SampleBytes(strips, kPlainAreas) < SampleBytes(strips, kBusyAreas);
  return WriteStrips(strips, is_plain ? kPlainAreas : kBusyAreas, strips.rows(),
                     writer);
}

}  // namespace goxel
