#include "ipc/content_key.h"

#include <openssl/sha.h>

#include <array>
#include <bit>
#include <initializer_list>
#include <optional>
#include <span>

#include "ipc/hex.h"

namespace goxel {
namespace {

constexpr std::uint64_t kVariantMask = 0xf;

// What goxel.render_scene takes where the request says nothing: isometric, and
// for an eye straight above or below its target an azimuth of 0.
constexpr double kDefaultAngle = 45;
constexpr double kDefaultAzimuthOfEye = 0;
constexpr KeyColor kDefaultBackground = {240, 240, 240, 255};

// More than a text without a matrix has.
constexpr std::size_t kUsualTextBytes = 640;

class TextLines {
 public:
  TextLines() { text_.reserve(kUsualTextBytes); }

  // Words with blanks between them.
  void Add(std::string_view name,
           std::initializer_list<std::string_view> words = {}) {
    text_ += name;
    for (const std::string_view word : words) (text_ += ' ') += word;
    text_ += '\n';
  }

  // Each number as the 16 hex digits of its IEEE 754 bits, which every language
  // writes alike; -0 as 0.
  void AddNumbers(std::string_view name, std::span<const double> numbers) {
    text_ += name;
    for (const double number : numbers) {
      text_ += ' ';
      AppendHex(std::bit_cast<std::uint64_t>(number + 0.0), 16, text_);
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
  if (camera.up) lines.AddNumbers("up", *camera.up);
  lines.AddNumber("roll", camera.roll);
  if (camera.target) lines.AddNumbers("target", *camera.target);
}

void AddProjection(const KeyCamera& camera, TextLines& lines) {
  if (camera.intrinsics) {
    lines.AddNumbers("intrinsics", *camera.intrinsics);
  } else {
    lines.AddNumber("fov", camera.fov);
  }
  if (camera.near_plane) lines.AddNumber("near", *camera.near_plane);
  if (camera.far_plane) lines.AddNumber("far", *camera.far_plane);
  if (!camera.orthographic) return;
  lines.Add("orthographic");
  if (camera.ortho_height) {
    lines.AddNumber("ortho_height", *camera.ortho_height);
  } else if (camera.ortho_width) {
    lines.AddNumber("ortho_width", *camera.ortho_width);
  }
}

void AddCamera(const KeyCamera& camera, TextLines& lines) {
  if (camera.matrix) {
    lines.AddNumbers("matrix", *camera.matrix);
  } else if (camera.eye) {
    AddEye(camera, lines);
  } else {
    AddTurntable(camera, lines);
  }
  AddProjection(camera, lines);
}

// What goxel.render_scene does where the request says nothing.
int SamplesOf(const KeyFields& fields) {
  constexpr std::uint64_t kMostPixels = std::uint64_t{1920} * 1080;
  const bool is_small =
      std::uint64_t{fields.width} * fields.height <= kMostPixels;
  return fields.samples.value_or(is_small ? 4 : 1);
}

bool IsFlat(const KeyFields& fields) { return fields.style == "flat"; }

std::string ShadowsOf(const KeyFields& fields) {
  return fields.shadows.value_or(IsFlat(fields) ? "off" : "fast");
}

std::string Hex(const KeyColor& color) {
  std::string text;
  for (const std::uint8_t channel : color) AppendHex(channel, 2, text);
  return text;
}

std::string HexWords(std::initializer_list<std::uint64_t> words) {
  std::string text;
  for (const std::uint64_t word : words) AppendHex(word, 16, text);
  return text;
}

std::string_view Flag(bool set) { return set ? "1" : "0"; }

// The style goxel alone has a background of its own.
void AddBackground(const KeyFields& fields, TextLines& lines) {
  if (fields.transparent) return lines.Add("background", {"none"});
  std::optional<KeyColor> top = fields.background;
  if (!top && fields.style != "goxel") top = kDefaultBackground;
  const std::string first = top ? Hex(*top) : "own";
  const auto& bottom = fields.background_bottom;
  if (!bottom || bottom == top) return lines.Add("background", {first});
  lines.Add("background", {first, Hex(*bottom)});
}

void AddLight(const KeyLight& light, TextLines& lines) {
  if (light.azimuth) lines.AddNumber("light_azimuth", *light.azimuth);
  if (light.elevation) lines.AddNumber("light_elevation", *light.elevation);
  const bool stays_by_itself = light.azimuth || light.elevation;
  if (light.follows_camera && (*light.follows_camera || !stays_by_itself)) {
    lines.Add("light_follows_camera", {Flag(*light.follows_camera)});
  }
  lines.AddNumbers("light",
                   std::array{light.intensity, light.ambient, light.shadow});
}

void AddLook(const KeyFields& fields, TextLines& lines) {
  lines.Add("style", {fields.style});
  lines.Add("samples", {std::to_string(SamplesOf(fields))});
  AddBackground(fields, lines);
  const std::string shadows = ShadowsOf(fields);
  lines.Add("shadows", {shadows});
  lines.Add("ambient_occlusion",
            {Flag(fields.ambient_occlusion.value_or(!IsFlat(fields)))});
  if (fields.outline) {
    lines.Add("outline", {Hex(fields.outline->color)});
    lines.AddNumber("outline_width", fields.outline->width);
  }
  if (fields.ground) lines.Add("ground");
  const bool is_lit = !IsFlat(fields) || shadows != "off" || fields.ground;
  if (is_lit) AddLight(fields.light, lines);
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
  lines.Add("goxel-key", {"2"});
  lines.Add("scene", {HexWords({fields.scene.high, fields.scene.low})});
  lines.Add("build", {HexWords({fields.build_hash})});
  lines.Add("size",
            {std::to_string(fields.width), std::to_string(fields.height)});
  AddLook(fields, lines);
  AddCamera(fields.camera, lines);
  if (fields.quality) lines.Add("quality", {std::to_string(*fields.quality)});
  return lines.Take();
}

ContentKey MakeContentKey(const KeyFields& fields, KeyVariant variant) {
  return HashKeyText(KeyText(fields), variant);
}

ContentKey HashKeyText(std::string_view text, KeyVariant variant) {
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
