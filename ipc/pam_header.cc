#include "ipc/pam_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace goxel {
namespace {

// The record is one text of fields ("name=value", tabs between them) that is
// cut into pieces, one for each comment line.
constexpr std::string_view kRecordStart = "goxel-render";
constexpr std::size_t kCommentLines = 6;
constexpr std::size_t kPieceBytes = 247;  // With '#', ' ' and '\n': 250.
constexpr std::size_t kMaxRecordBytes = kCommentLines * kPieceBytes;
constexpr std::string_view kMagicLine = "P7\n";

// All lines behind the padding, with the longest keywords and numbers.
constexpr std::size_t kMaxLinesBytes = kCommentLines * 250 + 80;

bool IsOneLine(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// A field that is empty, too long, or would break the line is left out.
void AppendOptional(std::string_view name, std::string_view value,
                    std::string* text) {
  const std::size_t grown = text->size() + name.size() + value.size() + 2;
  if (value.empty() || grown > kMaxRecordBytes || !IsOneLine(value)) return;
  fmt::format_to(std::back_inserter(*text), "\t{}={}", name, value);
}

std::string RecordText(const RenderRecord& record) {
  std::string text = fmt::format(
      "{}\tid={}\tkey={}\tcreated={}\tttl={}\tsession={:06x}", kRecordStart,
      FormatRenderId(record.id), FormatContentKey(record.key),
      record.created_unix_s, record.ttl_s, record.session & 0xffffff);
  AppendOptional("camera", record.camera_json, &text);
  AppendOptional("settings", record.settings_json, &text);
  return text;
}

std::string HeaderText(const RenderRecord& record) {
  const std::array<std::string, kCommentLines> keywords = {
      fmt::format("WIDTH {}\n", record.width),
      fmt::format("HEIGHT {}\n", record.height),
      fmt::format("DEPTH {}\n", BytesPerPixel(record.pixel_format)),
      "MAXVAL 255\n",
      fmt::format("TUPLTYPE {}\n", TupleTypeOf(record.pixel_format)),
      "ENDHDR\n"};
  const std::string text = RecordText(record);
  std::string lines;
  for (std::size_t i = 0; i < kCommentLines; ++i) {
    if (i * kPieceBytes < text.size()) {
      lines += "# " + text.substr(i * kPieceBytes, kPieceBytes) + "\n";
    }
    lines += keywords[i];
  }
  std::string header(kMagicLine);
  header.resize(kPamHeaderBytes - lines.size(), '\n');
  return header + lines;
}

// Cuts the next line, without its end, off `text`.
std::string_view TakeLine(std::string_view* text) {
  const std::size_t end = text->find('\n');
  const std::string_view line = text->substr(0, end);
  text->remove_prefix(end == text->npos ? text->size() : end + 1);
  return line;
}

// The value of the first field called `name`, "" when there is none.
std::string_view Field(std::string_view record_text, std::string_view name) {
  while (!record_text.empty()) {
    const std::size_t end = record_text.find('\t');
    const std::string_view field = record_text.substr(0, end);
    if (field.size() > name.size() && field.starts_with(name) &&
        field[name.size()] == '=') {
      return field.substr(name.size() + 1);
    }
    record_text.remove_prefix(end == record_text.npos ? record_text.size()
                                                      : end + 1);
  }
  return {};
}

template <typename Integer>
bool ParseNumber(std::string_view text, Integer* value, int base = 10) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, *value, base);
  return error == std::errc() && stop == end;
}

// What stands behind `keyword`, whose line, perhaps behind a comment line, is
// next; "" when it is not.
std::string_view TakeKeyword(std::string_view keyword, std::string_view* text) {
  std::string_view line = TakeLine(text);
  if (line.starts_with('#')) line = TakeLine(text);
  return line.starts_with(keyword) ? line.substr(keyword.size())
                                   : std::string_view();
}

// The same of a number; 0 when there is none.
std::uint32_t TakeNumber(std::string_view keyword, std::string_view* text) {
  std::uint32_t value = 0;
  return ParseNumber(TakeKeyword(keyword, text), &value) ? value : 0;
}

std::optional<RenderRecord> ParseText(std::string_view text) {
  std::string record_text;
  RenderRecord record{.format = RenderFormat::kPam};
  text.remove_prefix(std::min(text.find('#'), text.size()));  // The padding.
  while (!text.empty()) {
    const std::string_view line = TakeLine(&text);
    if (line.starts_with("# ")) record_text += line.substr(2);
    if (line.starts_with("WIDTH ")) ParseNumber(line.substr(6), &record.width);
    if (line.starts_with("HEIGHT ")) {
      ParseNumber(line.substr(7), &record.height);
    }
    if (line.starts_with("TUPLTYPE ")) {
      record.pixel_format =
          PixelFormatOfTupleType(line.substr(9)).value_or(PixelFormat::kRgba8);
    }
  }
  const auto id = ParseRenderId(Field(record_text, "id"));
  const auto key = ParseContentKey(Field(record_text, "key"));
  if (!id || !key ||
      !ParseNumber(Field(record_text, "created"), &record.created_unix_s) ||
      !ParseNumber(Field(record_text, "ttl"), &record.ttl_s) ||
      !ParseNumber(Field(record_text, "session"), &record.session, 16) ||
      record.width == 0 || record.height == 0) {
    return std::nullopt;
  }
  record.id = *id;
  record.key = *key;
  record.camera_json = Field(record_text, "camera");
  record.settings_json = Field(record_text, "settings");
  return record;
}

}  // namespace

void WritePamHeader(const RenderRecord& record,
                    std::span<std::byte, kPamHeaderBytes> header) {
  const std::string text = HeaderText(record);
  std::memcpy(header.data(), text.data(), header.size());
}

Result<PamIdentity> ReadPamIdentity(
    std::span<const std::byte, kPamHeaderBytes> header) {
  const std::string_view text(reinterpret_cast<const char*>(header.data()),
                              header.size());
  std::string_view lines = text.substr(kPamHeaderBytes - kMaxLinesBytes);
  lines.remove_prefix(std::min(lines.find('#'), lines.size()));
  const std::string_view record_text = TakeLine(&lines);
  const auto id = ParseRenderId(Field(record_text, "id"));
  PamIdentity identity;
  identity.width = TakeNumber("WIDTH ", &lines);
  identity.height = TakeNumber("HEIGHT ", &lines);
  TakeKeyword("DEPTH ", &lines);
  TakeKeyword("MAXVAL ", &lines);
  const auto pixel_format =
      PixelFormatOfTupleType(TakeKeyword("TUPLTYPE ", &lines));
  if (!id || identity.width == 0 || identity.height == 0 || !pixel_format ||
      !text.starts_with(kMagicLine)) {
    return Fail(StatusCode::kDataLoss,
                "the first 4096 bytes are not the PAM header of a render");
  }
  identity.id = *id;
  identity.pixel_format = *pixel_format;
  return identity;
}

Result<RenderRecord> ParsePamHeader(std::span<const std::byte> header) {
  if (header.size() < kPamHeaderBytes) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("{} bytes are too few for the header of a render; "
                            "it has {}",
                            header.size(), kPamHeaderBytes));
  }
  const std::string_view text(reinterpret_cast<const char*>(header.data()),
                              kPamHeaderBytes);
  // Writing the record again must give the same bytes: that refuses whatever
  // this lenient reading let through.
  auto record = text.starts_with(kMagicLine) ? ParseText(text) : std::nullopt;
  if (!record || HeaderText(*record) != text) {
    return Fail(StatusCode::kDataLoss,
                "the first 4096 bytes are not the PAM header of a render");
  }
  return *std::move(record);
}

}  // namespace goxel
