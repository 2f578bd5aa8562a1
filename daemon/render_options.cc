#include "daemon/render_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "daemon/json_values.h"
#include "daemon/look_options.h"
#include "daemon/option_reader.h"
#include "daemon/plane_options.h"
#include "transfer/checksum.h"
#include "transfer/render_store.h"

namespace goxel {
namespace {

constexpr std::array<std::string_view, 3> kCacheUses = {"use", "refresh",
                                                        "off"};

// For names that `parse` knows; `expected` lists them.
template <typename T, typename Parse>
auto NameInto(T& target, Parse parse, std::string_view expected) {
  return
      [&target, parse, expected](Json value, std::string_view name) -> Status {
        std::string_view word;
        if (value.get_string().get(word) == simdjson::SUCCESS) {
          if (auto parsed = parse(word)) {
            target = *parsed;
            return {};
          }
        }
        return BadValue(name, value, expected);
      };
}

// Sessions are six hex digits in file names. Other words are accepted and have
// no effect: older documents let clients name sessions freely.
Status ReadSession(Json value, std::string_view name,
                   std::optional<std::uint32_t>& session) {
  auto text = ReadString(value, name);
  if (!text) return text.error();
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::uint32_t number = 0;
  for (const char c : *text) {
    const auto digit = kDigits.find(c);
    if (digit == kDigits.npos || text->size() != 6) return {};
    number = number << 4 | static_cast<std::uint32_t>(digit);
  }
  if (number != 0) session = number;
  return {};
}

Status ReadFallback(Json value, std::string_view name,
                    std::optional<std::vector<ReturnMode>>& fallback) {
  std::array<std::string_view, kFallbackModes.size()> words;
  std::ranges::transform(kFallbackModes, words.begin(),
                         [](ReturnMode mode) { return ToString(mode); });
  simdjson::dom::array modes;
  if (value.get_array().get(modes) != simdjson::SUCCESS) {
    return BadValue(name, value,
                    "an array of " + Enumerate(words) + ", maybe empty");
  }
  fallback.emplace();
  for (const Json mode : modes) {
    auto position = ReadWord(mode, name, words);
    if (!position) return position.error();
    const ReturnMode known = kFallbackModes[*position];
    if (std::ranges::find(*fallback, known) == fallback->end()) {
      fallback->push_back(known);
    }
  }
  return {};
}

// The render directory is where files are without this option.
Status ReadOutputDirectory(Json value, std::string_view name,
                           const std::filesystem::path& render_directory,
                           std::filesystem::path& target) {
  auto text = ReadString(value, name);
  if (!text) return text.error();
  if (text->empty()) return BadValue(name, value, "the path of a directory");
  std::error_code error;
  const auto directory = std::filesystem::weakly_canonical(*text, error);
  if (error || directory != render_directory) target = *text;
  return {};
}

}  // namespace

Status ReadRenderOptions(Json json,
                         const std::filesystem::path& render_directory,
                         SceneRenderRequest& request) {
  OptionReader options(json, "options");
  options.Read("cache", WordInto(request.cache, kCacheUses));
  options.Read("compression", NameInto(request.compression, ParsePngCompression,
                                       "fast, balanced or smallest"));
  options.Read("checksum", NameInto(request.checksum, ParseChecksumKind,
                                    "sha256, xxh3 or none"));
  options.Read("encrypt", FlagInto(request.encrypt));
  options.Read("progress", FlagInto(request.progress));
  options.Read("ttl_seconds", [&](Json value, std::string_view name) -> Status {
    auto seconds = ReadInteger(value, name, 1, kMaxTtlSeconds);
    if (!seconds) return seconds.error();
    request.ttl = std::chrono::seconds(*seconds);
    return {};
  });
  options.Read("quality", [&](Json value, std::string_view name) -> Status {
    auto quality = ReadInteger(value, name, 1, 100);
    if (!quality) return quality.error();
    request.quality = static_cast<int>(*quality);
    return {};
  });
  options.Read("session_id", [&](Json value, std::string_view name) {
    return ReadSession(value, name, request.session);
  });
  options.Read("fallback", [&](Json value, std::string_view name) {
    return ReadFallback(value, name, request.fallback);
  });
  options.Read("output_dir", [&](Json value, std::string_view name) {
    return ReadOutputDirectory(value, name, render_directory,
                               request.output_directory);
  });
  if (!options.status().ok()) return options.status();
  if (Status look = ReadLookOptions(json, request.settings); !look.ok()) {
    return look;
  }
  return ReadPlaneOptions(json, request);
}

}  // namespace goxel
