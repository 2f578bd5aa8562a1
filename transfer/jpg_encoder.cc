#include "transfer/jpg_encoder.h"

#include <fmt/core.h>

#include <array>
#include <csetjmp>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Needs FILE and size_t declared before it.
#include <jpeglib.h>

#include "transfer/record_json.h"

namespace goxel {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr int kFullColorQuality = 90;
constexpr std::string_view kCommentHead = "goxel ";

// What the callbacks share: libjpeg carries a pointer to it.
struct Output {
  jpeg_error_mgr errors{};
  jpeg_destination_mgr destination{};
  std::jmp_buf failed{};
  const ByteSink& sink;
  Status status{};
  std::array<JOCTET, kPieceBytes> piece{};
};

Output& OutputOf(j_common_ptr info) {
  return *static_cast<Output*>(info->client_data);
}

Output& OutputOf(j_compress_ptr info) {
  return *static_cast<Output*>(info->client_data);
}

// libjpeg's errors are long jumps: no frame between RunLibjpeg() and a
// callback, and no callback at the moment it jumps, may hold an object with a
// destructor.

[[noreturn]] void OnError(j_common_ptr info) {
  Output& output = OutputOf(info);
  std::array<char, JMSG_LENGTH_MAX> message{};
  (*info->err->format_message)(info, message.data());
  output.status =
      Status(StatusCode::kInternal, fmt::format("libjpeg: {}", message.data()));
  std::longjmp(output.failed, 1);
}

void OnMessage(j_common_ptr /*info*/) {}

void Begin(j_compress_ptr info) {
  Output& output = OutputOf(info);
  output.destination.next_output_byte = output.piece.data();
  output.destination.free_in_buffer = output.piece.size();
}

void Send(Output& output, std::size_t bytes) {
  output.status =
      output.sink(std::as_bytes(std::span(output.piece).first(bytes)));
  if (!output.status.ok()) std::longjmp(output.failed, 1);
}

boolean OnFull(j_compress_ptr info) {
  Send(OutputOf(info), kPieceBytes);
  Begin(info);
  return TRUE;
}

void OnEnd(j_compress_ptr info) {
  Output& output = OutputOf(info);
  Send(output, kPieceBytes - output.destination.free_in_buffer);
}

void BlendOntoWhite(std::span<const std::byte> row, std::span<JSAMPLE> rgb) {
  auto out = rgb.begin();
  for (std::size_t i = 0; i < row.size(); i += 4) {
    const auto alpha = std::to_integer<unsigned>(row[i + 3]);
    for (std::size_t channel = 0; channel < 3; ++channel) {
      const auto value = std::to_integer<unsigned>(row[i + channel]);
      const unsigned blended = value * alpha + 255 * (255 - alpha);
      *out++ = static_cast<JSAMPLE>((blended + 127) / 255);
    }
  }
}

void Configure(jpeg_compress_struct& info, const PixelView& image,
               int quality) {
  info.image_width = image.width;
  info.image_height = image.height;
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  if (quality < kFullColorQuality) return;
  info.comp_info[0].h_samp_factor = 1;
  info.comp_info[0].v_samp_factor = 1;
}

// Reports failure through the Output. `row` has room for the colours of one.
void RunLibjpeg(jpeg_compress_struct& info, Output& output,
                const PixelView& image, int quality, const std::string& comment,
                std::vector<JSAMPLE>& row) {
  if (setjmp(output.failed) != 0) return;
  jpeg_create_compress(&info);
  info.dest = &output.destination;
  Configure(info, image, quality);
  jpeg_start_compress(&info, TRUE);
  if (!comment.empty()) {
    jpeg_write_marker(&info, JPEG_COM,
                      reinterpret_cast<const JOCTET*>(comment.data()),
                      static_cast<unsigned>(comment.size()));
  }
  for (std::uint32_t y = 0; y < image.height; ++y) {
    BlendOntoWhite(image.Row(y), row);
    JSAMPROW rows = row.data();
    jpeg_write_scanlines(&info, &rows, 1);
  }
  jpeg_finish_compress(&info);
}

Status CheckJpg(const PixelView& image, int quality) {
  if (Status checked = CheckPixels(image); !checked.ok()) return checked;
  if (quality < 1 || quality > 100) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("quality is {}; expected 1 to 100", quality));
  }
  if (image.width > JPEG_MAX_DIMENSION || image.height > JPEG_MAX_DIMENSION) {
    return Fail(
        Status(StatusCode::kTooLarge,
               fmt::format("{} x {} pixels; a JPEG has at most {} a "
                           "side",
                           image.width, image.height, JPEG_MAX_DIMENSION))
            .With("limit", std::int64_t{JPEG_MAX_DIMENSION}));
  }
  return {};
}

tl::unexpected<Status> NotOurJpg(std::string_view reason) {
  return Fail(StatusCode::kDataLoss,
              fmt::format("not a JPEG written by this project: {}", reason));
}

// The data of the first COM segment that is complete in `file`.
std::optional<std::string_view> FindComment(std::string_view file) {
  constexpr char kComment = '\xfe';
  constexpr char kScan = '\xda';
  std::size_t at = 2;
  while (at + 4 <= file.size() && file[at] == '\xff' && file[at + 1] != kScan) {
    const std::size_t length = static_cast<unsigned char>(file[at + 2]) * 256u +
                               static_cast<unsigned char>(file[at + 3]);
    if (length < 2 || at + 2 + length > file.size()) break;
    if (file[at + 1] == kComment) return file.substr(at + 4, length - 2);
    at += 2 + length;
  }
  return std::nullopt;
}

}  // namespace

Status EncodeJpg(const PixelView& image, const RenderRecord* record,
                 int quality, const ByteSink& sink) {
  if (Status checked = CheckJpg(image, quality); !checked.ok()) return checked;
  std::string comment;
  if (record != nullptr) {
    comment.append(kCommentHead).append(FormatRecordJson(*record));
  }
  const auto output = std::make_unique<Output>(Output{.sink = sink});
  jpeg_compress_struct info{};
  info.err = jpeg_std_error(&output->errors);
  info.client_data = output.get();
  output->errors.error_exit = OnError;
  output->errors.output_message = OnMessage;
  output->destination.init_destination = Begin;
  output->destination.empty_output_buffer = OnFull;
  output->destination.term_destination = OnEnd;
  std::vector<JSAMPLE> row(std::size_t{image.width} * 3);
  RunLibjpeg(info, *output, image, quality, comment, row);
  jpeg_destroy_compress(&info);
  return std::move(output->status);
}

std::uint64_t MaxJpgBytes(std::uint32_t width, std::uint32_t height) {
  // The bound that turbojpeg.h gives for full colour (tjBufSize), and the
  // record.
  const auto padded = [](std::uint32_t side) {
    return (std::uint64_t{side} + 15) / 16 * 16;
  };
  return padded(width) * padded(height) * 6 + 2048 + kRecordReach;
}

Result<RenderRecord> ReadJpgRecord(std::span<const std::byte> file_start) {
  const std::string_view file(reinterpret_cast<const char*>(file_start.data()),
                              file_start.size());
  if (!file.starts_with("\xff\xd8")) return NotOurJpg("it lacks JPEG's start");
  const auto comment = FindComment(file);
  if (!comment || !comment->starts_with(kCommentHead)) {
    return NotOurJpg("no \"goxel\" comment precedes the picture");
  }
  auto record = ParseRecordJson(comment->substr(kCommentHead.size()));
  if (!record) return NotOurJpg(record.error().message());
  if (record->format != RenderFormat::kJpg) {
    return NotOurJpg("the record tells of another picture");
  }
  return record;
}

}  // namespace goxel
