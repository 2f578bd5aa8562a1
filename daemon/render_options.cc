#include "daemon/render_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "daemon/json_values.h"
#include "daemon/voxel_color.h"
#include "transfer/checksum.h"
#include "transfer/render_store.h"

namespace goxel {
namespace {

constexpr std::array<std::string_view, 3> kCacheUses = {"use", "refresh",
                                                        "off"};
constexpr std::array<std::string_view, 2> kShadings = {"lit", "flat"};
// Options whose silent neglect would hand out another picture than asked for.
constexpr std::array<std::string_view, 5> kLaterOptions = {
    "aov", "shadows", "ambient_occlusion", "outline", "light"};

// The members of `options`, read one after the other until one is wrong.
class OptionReader {
 public:
  explicit OptionReader(Json options) : options_(options) {}

  // Calls read(value, "options.<key>") where the option is given.
  template <typename Reader>
  void Read(std::string_view key, Reader read) {
    const auto value = Member(options_, key);
    if (value && status_.ok()) {
      status_ = read(*value, fmt::format("options.{}", key));
    }
  }

  const Status& status() const { return status_; }

 private:
  Json options_;
  Status status_;
};

template <typename Enum, std::size_t n>
auto WordInto(Enum& target, const std::array<std::string_view, n>& words) {
  return [&](Json value, std::string_view name) -> Status {
    auto position = ReadWord(value, name, words);
    if (!position) return position.error();
    target = static_cast<Enum>(*position);
    return {};
  };
}

auto FlagInto(bool& target) {
  return [&target](Json value, std::string_view name) -> Status {
    auto flag = ReadBool(value, name);
    if (!flag) return flag.error();
    target = *flag;
    return {};
  };
}

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

Status ReadBackground(Json value, std::string_view name,
                      RenderSettings& settings) {
  const auto color = ReadChannels(value, name);
  if (!color) return color.error();
  settings.background = *color;
  if (color->a == 0) settings.transparent = true;
  return {};
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

// Refuses what this version cannot do but a client would believe done.
Status RefuseLaterOptions(Json options) {
  for (const std::string_view key : kLaterOptions) {
    const auto value = Member(options, key);
    if (!value || (value->is_bool() && !value->get_bool().value_unsafe())) {
      continue;
    }
    return BadValue(fmt::format("options.{}", key), *value,
                    "nothing: this version does not have it yet");
  }
  if (const auto samples = Member(options, "samples")) {
    auto count = ReadInteger(*samples, "options.samples", 1, 1);
    if (!count) return count.error();
  }
  return {};
}

}  // namespace

Status ReadRenderOptions(Json json,
                         const std::filesystem::path& render_directory,
                         SceneRenderRequest& request) {
  OptionReader options(json);
  auto& settings = request.settings;
  options.Read("shading", [&](Json value, std::string_view name) -> Status {
    auto position = ReadWord(value, name, kShadings);
    if (!position) return position.error();
    settings.style = *position == 0 ? Style::kDefault : Style::kFlat;
    return {};
  });
  options.Read("cache", WordInto(request.cache, kCacheUses));
  options.Read("compression", NameInto(request.compression, ParsePngCompression,
                                       "fast, balanced or smallest"));
  options.Read("checksum", NameInto(request.checksum, ParseChecksumKind,
                                    "sha256, xxh3 or none"));
  options.Read("background_color", [&](Json value, std::string_view name) {
    return ReadBackground(value, name, settings);
  });
  options.Read("transparent", FlagInto(settings.transparent));
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
  return RefuseLaterOptions(json);
}

}  // namespace goxel
