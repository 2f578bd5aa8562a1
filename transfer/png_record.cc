#include "transfer/png_record.h"

#include <fmt/core.h>

#include <optional>
#include <string_view>

#include "transfer/png_chunks.h"
#include "transfer/png_encoder.h"
#include "transfer/record_json.h"

namespace goxel {
namespace {

// Keyword and its end, no compression (two bytes), and the ends of an empty
// language tag and an empty translated keyword.
constexpr std::string_view kTextHead("goxel\0\0\0\0\0", 10);

tl::unexpected<Status> NotOurPng(std::string_view reason) {
  return Fail(StatusCode::kDataLoss,
              fmt::format("not a PNG written by this project: {}", reason));
}

}  // namespace

std::string FormatPngRecord(const RenderRecord& record) {
  return std::string(kTextHead) + FormatRecordJson(record);
}

Result<RenderRecord> ReadPngRecord(std::span<const std::byte> file_start) {
  auto chunks = PngChunkReader::Open(
      {reinterpret_cast<const char*>(file_start.data()), file_start.size()});
  if (!chunks) return NotOurPng("it lacks PNG's signature");
  const std::optional<PngChunk> header = chunks->Next();
  const auto size = header ? ParsePngSize(*header) : std::nullopt;
  if (!size) return NotOurPng("its IHDR chunk is broken");
  const std::optional<PngChunk> text = chunks->Next();
  if (!text || text->type != "iTXt" || !text->data.starts_with(kTextHead)) {
    return NotOurPng("no \"goxel\" iTXt chunk follows IHDR");
  }
  auto record = ParseRecordJson(text->data.substr(kTextHead.size()));
  if (!record) return NotOurPng(record.error().message());
  if (record->format != RenderFormat::kPng || record->width != size->width ||
      record->height != size->height) {
    return NotOurPng("the record tells of another picture");
  }
  return record;
}

}  // namespace goxel
