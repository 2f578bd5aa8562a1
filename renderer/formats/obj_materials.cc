#include "renderer/formats/obj_materials.h"

#include <array>
#include <cmath>
#include <optional>

#include "renderer/formats/numbered_lines.h"

namespace goxel {
namespace {

std::optional<Color> ReadColor(std::string_view words) {
  Color color{.a = 255};
  for (std::uint8_t* channel : {&color.r, &color.g, &color.b}) {
    double value = 0;
    if (!ParseNumber(TakeWord(words), value)) return std::nullopt;
    const double byte = std::round(255 * value);
    if (!(byte >= 0 && byte <= 255)) return std::nullopt;
    *channel = static_cast<std::uint8_t>(byte);
  }
  return color;
}

}  // namespace

Status ObjMaterials::Add(std::string_view text) {
  ObjMaterial* material = nullptr;
  NumberedLines lines(text);
  while (lines.Next()) {
    std::string_view words = lines.line();
    const std::string_view keyword = TakeWord(words);
    if (keyword == "newmtl") {
      material = &materials_[std::string(Trim(words))];
      *material = {};
    }
    if (material == nullptr) continue;
    if (keyword == "map_Kd") material->has_picture = true;
    if (keyword != "Kd") continue;
    const std::optional<Color> color = ReadColor(words);
    if (!color) {
      return lines.Unexpected(StatusCode::kInvalidArgument,
                              "\"Kd R G B\" with numbers from 0 to 1");
    }
    material->color = *color;
  }
  return {};
}

const ObjMaterial* ObjMaterials::Find(std::string_view name) const {
  const auto found = materials_.find(name);
  return found == materials_.end() ? nullptr : &found->second;
}

}  // namespace goxel
