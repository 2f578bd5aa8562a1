#include "renderer/formats/obj_writer.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "renderer/formats/piece_writer.h"
#include "renderer/formats/shown_layers.h"
#include "renderer/formats/surface.h"
#include "renderer/formats/y_up.h"

namespace goxel {
namespace {

std::uint32_t PackColor(Color color) {
  return std::uint32_t{color.r} << 16 | std::uint32_t{color.g} << 8 | color.b;
}

// The normals of the six faces in the order of Face, Y up.
constexpr std::string_view kNormals =
    "vn 1 0 0\n"
    "vn -1 0 0\n"
    "vn 0 0 -1\n"
    "vn 0 0 1\n"
    "vn 0 1 0\n"
    "vn 0 -1 0\n";

// A name ends with its line.
std::string OnOneLine(std::string_view name, std::string_view if_empty) {
  std::string line(name.empty() ? if_empty : name);
  std::ranges::replace_if(
      line, [](unsigned char c) { return c < ' ' || c == 0x7F; }, '_');
  return line;
}

// Prints the objects of one file, whose vertices are numbered throughout.
class ObjectPrinter {
 public:
  explicit ObjectPrinter(PieceWriter& out) : out_(out) {}

  Status Print(const ShownLayer& shown) {
    out_.Print("o {}\n", OnOneLine(shown.layer->name, "layer"));
    return Surface(shown.volume).ForEachQuad([this](const SurfaceQuad& quad) {
      Print(quad);
      return out_.status();
    });
  }

 private:
  void Print(const SurfaceQuad& quad) {
    for (const GridPoint& corner : quad.corners) {
      const auto [x, y, z] = ToYUp(corner);
      out_.Print("v {} {} {}\n", x, y, z);
    }
    const std::uint32_t color = PackColor(quad.color);
    if (color_ != color) out_.Print("usemtl rgb_{:06x}\n", color);
    color_ = color;
    const std::size_t normal = IndexOf(quad.face) + 1;
    out_.Print("f {1}//{0} {2}//{0} {3}//{0} {4}//{0}\n", normal, first_,
               first_ + 1, first_ + 2, first_ + 3);
    first_ += 4;
  }

  PieceWriter& out_;
  std::uint64_t first_ = 1;  // The number of the next vertex.
  std::optional<std::uint32_t> color_;
};

}  // namespace

Status WriteObj(const Scene& scene, std::string_view material_file,
                const SceneSink& sink) {
  PieceWriter out(sink);
  out.Append("# Goxel Daemon: the surface of a voxel scene, Y is up\n");
  out.Print("mtllib {}\n", OnOneLine(material_file, "scene.mtl"));
  out.Append(kNormals);
  ObjectPrinter objects(out);
  for (const ShownLayer& shown : ShownLayers(scene)) {
    if (!objects.Print(shown).ok()) break;
  }
  return out.Finish();
}

Status WriteMtl(const Scene& scene, const SceneSink& sink) {
  std::unordered_set<std::uint32_t> seen;
  for (const ShownLayer& shown : ShownLayers(scene)) {
    const auto gather = [&seen](const SurfaceQuad& quad) {
      seen.insert(PackColor(quad.color));
      return Status();
    };
    if (Status all = Surface(shown.volume).ForEachQuad(gather); !all.ok()) {
      return all;
    }
  }
  std::vector<std::uint32_t> colors(seen.begin(), seen.end());
  std::ranges::sort(colors);
  PieceWriter out(sink);
  out.Append("# Goxel Daemon: the colours of a voxel scene, Kd in sRGB\n");
  for (const std::uint32_t color : colors) {
    out.Print("newmtl rgb_{:06x}\nKd {:.6g} {:.6g} {:.6g}\nillum 1\n", color,
              (color >> 16) / 255.0, (color >> 8 & 0xFF) / 255.0,
              (color & 0xFF) / 255.0);
  }
  return out.Finish();
}

}  // namespace goxel
