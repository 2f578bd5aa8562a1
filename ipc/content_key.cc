#include "ipc/content_key.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <bit>
#include <span>

namespace goxel {
namespace {

constexpr std::uint64_t kVariantMask = 0xf;

// What goxel.render_scene takes where the request says nothing: isometric, and
// for an eye straight above or below its target an azimuth of 0.
constexpr double kDefaultAngle = 45;
constexpr double kDefaultAzimuthOfEye = 0;

class TextLines {
 public:
  template <typename... Values>
  void Add(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(text_), format,
                   std::forward<Values>(values)...);
    text_ += '\n';
  }

  // Each number as the 16 hex digits of its IEEE 754 bits, which every language
  // writes alike; -0 as 0.
  void AddNumbers(std::string_view name, std::span<const double> numbers) {
    text_ += name;
    for (const double number : numbers) {
      fmt::format_to(std::back_inserter(text_), " {:016x}",
                     std::bit_cast<std::uint64_t>(number + 0.0));
    }
    text_ += '\n';
  }
  void AddNumber(std::string_view name, double number) {
    AddNumbers(name, {&number, 1});
  }

  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

void AddTurntable(const KeyCamera& camera, TextLines& lines) {
  lines.AddNumber("azimuth", camera.azimuth.value_or(kDefaultAngle));
  lines.AddNumber("elevation", camera.elevation.value_or(kDefaultAngle));
  lines.AddNumber("roll", camera.roll);
  if (camera.target) lines.AddNumbers("target", *camera.target);
  if (camera.distance) {
    lines.AddNumber("distance", *camera.distance);
  } else {
    lines.AddNumber("margin", camera.margin);
  }
}

void AddEye(const KeyCamera& camera, TextLines& lines) {
  lines.AddNumbers("eye", *camera.eye);
  lines.AddNumber("azimuth", camera.azimuth.value_or(kDefaultAzimuthOfEye));
  lines.AddNumber("roll", camera.roll);
  if (camera.target) lines.AddNumbers("target", *camera.target);
}

void AddCamera(const KeyCamera& camera, TextLines& lines) {
  if (camera.matrix) {
    lines.AddNumbers("matrix", *camera.matrix);
  } else if (camera.eye) {
    AddEye(camera, lines);
  } else {
    AddTurntable(camera, lines);
  }
  lines.AddNumber("fov", camera.fov);
  if (!camera.orthographic) return;
  lines.Add("orthographic");
  if (camera.ortho_height) {
    lines.AddNumber("ortho_height", *camera.ortho_height);
  }
}

// The first 8 bytes as a big-endian number, so that a key reads like a digest.
std::uint64_t Number(std::span<const unsigned char, 8> bytes) {
  std::uint64_t number = 0;
  for (const unsigned char byte : bytes) number = number << 8 | byte;
  return number;
}

}  // namespace

KeyVariant VariantOf(RenderFormat format, std::string_view compression) {
  switch (format) {
    case RenderFormat::kPng:
      if (compression == "balanced") return KeyVariant::kPngBalanced;
      if (compression == "smallest") return KeyVariant::kPngSmallest;
      return KeyVariant::kPngFast;
    case RenderFormat::kPpm:
      return KeyVariant::kPpm;
    case RenderFormat::kJpg:
      return KeyVariant::kJpg;
    case RenderFormat::kBmp:
      return KeyVariant::kBmp;
    case RenderFormat::kQoi:
      return KeyVariant::kQoi;
    default:
      return KeyVariant::kPam;
  }
}

std::string KeyText(const KeyFields& fields) {
  TextLines lines;
  lines.Add("goxel-key 1");
  lines.Add("scene {:016x}{:016x}", fields.scene.high, fields.scene.low);
  lines.Add("build {:016x}", fields.build_hash);
  lines.Add("size {} {}", fields.width, fields.height);
  lines.Add("shading {}", fields.shading);
  if (fields.transparent) {
    lines.Add("background none");
  } else {
    const auto& [r, g, b, a] = fields.background;
    lines.Add("background {:02x}{:02x}{:02x}{:02x}", r, g, b, a);
  }
  AddCamera(fields.camera, lines);
  if (fields.quality) lines.Add("quality {}", *fields.quality);
  return lines.Take();
}

ContentKey MakeContentKey(const KeyFields& fields, KeyVariant variant) {
  const std::string text = KeyText(fields);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  if (SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
             digest.data()) == nullptr) {
    return {};
  }
  const std::span<const unsigned char> bytes(digest);
  ContentKey key{.high = Number(bytes.subspan<0, 8>()),
                 .low = Number(bytes.subspan<8, 8>()) & ~kVariantMask};
  if (key.empty()) key.low = kVariantMask + 1;
  return WithVariant(key, variant);
}

ContentKey WithVariant(ContentKey key, KeyVariant variant) {
  if (key.empty()) return key;
  key.low = (key.low & ~kVariantMask) | static_cast<std::uint64_t>(variant);
  return key;
}

}  // namespace goxel
