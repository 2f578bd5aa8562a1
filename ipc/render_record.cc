#include "ipc/render_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "ipc/hex.h"
#include "ipc/render_info.h"

namespace goxel {
namespace {

constexpr std::size_t kIdDigits = 16;
constexpr std::size_t kSessionDigits = 6;
constexpr std::size_t kHalfKeyDigits = 16;

struct FormatName {
  RenderFormat format;
  std::string_view name;
};
constexpr std::array<FormatName, 7> kFormatNames = {
    {{RenderFormat::kPam, "pam"},
     {RenderFormat::kPng, "png"},
     {RenderFormat::kPpm, "ppm"},
     {RenderFormat::kJpg, "jpg"},
     {RenderFormat::kBmp, "bmp"},
     {RenderFormat::kQoi, "qoi"},
     {RenderFormat::kEnc, "enc"}}};

bool IsLowerHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

// Reads exactly `digits` lower-case hex digits and nothing else.
std::optional<std::uint64_t> ParseHex(std::string_view text,
                                      std::size_t digits) {
  if (text.size() != digits || !std::ranges::all_of(text, IsLowerHexDigit)) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return value;
}

// Cuts `text` after its first `separator` and returns what stood before it;
// all of it when there is none.
std::string_view TakeField(std::string_view* text, char separator) {
  const std::size_t end = text->find(separator);
  const std::string_view field = text->substr(0, end);
  text->remove_prefix(end == text->npos ? text->size() : end + 1);
  return field;
}

std::string FileName(const RenderFileNameParts& parts) {
  std::string name = "render_" + std::to_string(parts.created_unix_s) + '_';
  AppendHex(parts.session, kSessionDigits, name);
  name += '_';
  AppendHex(parts.id, kIdDigits, name);
  name += '.';
  name += ToString(parts.format);
  return name;
}

}  // namespace

std::string FormatRenderId(RenderId id) {
  std::string text;
  AppendHex(id, kIdDigits, text);
  return text;
}

Result<RenderId> ParseRenderId(std::string_view text) {
  const auto id = ParseHex(text, kIdDigits);
  if (!id || *id == 0) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("\"{}\" is not a render id; give 16 lower-case hex "
                            "digits that are not all 0",
                            text));
  }
  return *id;
}

std::string FormatContentKey(ContentKey key) {
  std::string text;
  AppendHex(key.high, kHalfKeyDigits, text);
  AppendHex(key.low, kHalfKeyDigits, text);
  return text;
}

Result<ContentKey> ParseContentKey(std::string_view text) {
  const std::size_t half = std::min(kHalfKeyDigits, text.size());
  const auto high = ParseHex(text.substr(0, half), kHalfKeyDigits);
  const auto low = ParseHex(text.substr(half), kHalfKeyDigits);
  if (!high || !low) {
    return Fail(
        StatusCode::kInvalidArgument,
        fmt::format(
            "\"{}\" is not a content key; give 32 lower-case hex digits",
            text));
  }
  return ContentKey{.high = *high, .low = *low};
}

std::string_view ToString(RenderFormat format) {
  for (const FormatName& known : kFormatNames) {
    if (known.format == format) return known.name;
  }
  return "unknown";
}

Result<RenderFormat> ParseRenderFormat(std::string_view name) {
  for (const FormatName& known : kFormatNames) {
    if (known.name == name) return known.format;
  }
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("\"{}\" is not a render format; give one of pam, "
                          "png, ppm, jpg, bmp, qoi, enc",
                          name));
}

std::string FormatChecksum(const Checksum& checksum) {
  const auto hex = [&](std::string_view prefix, std::size_t size) {
    std::string text(prefix);
    for (std::size_t i = 0; i < size; ++i) {
      AppendHex(std::to_integer<std::uint64_t>(checksum.bytes[i]), 2, text);
    }
    return text;
  };
  switch (checksum.kind) {
    case ChecksumKind::kNone:
      return "";
    case ChecksumKind::kSha256:
      return hex("sha256:", 32);
    case ChecksumKind::kXxh3:
      return hex("xxh3:", 16);
  }
  return "";
}

std::string RenderFileName(const RenderRecord& record) {
  return FileName({.created_unix_s = record.created_unix_s,
                   .session = record.session,
                   .id = record.id,
                   .format = record.format});
}

std::string RenderFileName(const RenderInfo& info) {
  return FileName({.created_unix_s = info.created_unix_s,
                   .session = info.session,
                   .id = info.id,
                   .format = info.format});
}

Result<RenderFileNameParts> ParseRenderFileName(std::string_view name) {
  const auto refuse = [&] {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("\"{}\" is not the name of a render; one looks "
                            "like render_1700000000_00ab12_"
                            "0123456789abcdef.png",
                            name));
  };
  std::string_view rest = name;
  if (TakeField(&rest, '_') != "render") return refuse();
  const std::string_view seconds = TakeField(&rest, '_');
  const auto session = ParseHex(TakeField(&rest, '_'), kSessionDigits);
  const auto id = ParseRenderId(TakeField(&rest, '.'));
  const auto format = ParseRenderFormat(rest);
  if (!session || !id || !format) return refuse();

  RenderFileNameParts parts{.session = static_cast<std::uint32_t>(*session),
                            .id = *id,
                            .format = *format};
  std::from_chars(seconds.data(), seconds.data() + seconds.size(),
                  parts.created_unix_s);
  // Whatever the steps above let through, such as a sign, a leading zero or an
  // overflow in the seconds, does not survive being written again.
  if (parts.created_unix_s < 0 || FileName(parts) != name) return refuse();
  return parts;
}

bool IsHiddenFileName(std::string_view name) {
  return std::ranges::any_of(kHiddenFilePrefixes, [&](std::string_view prefix) {
    return name.starts_with(prefix) &&
           ParseRenderId(name.substr(prefix.size())).has_value();
  });
}

}  // namespace goxel
