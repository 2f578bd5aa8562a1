#include "tests/e2e/soak_requests.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace goxel {
namespace {

constexpr std::uint64_t kRequestsOfAProject = 400;

SoakRequest Ask(std::string_view method, std::string_view params,
                bool may_fail = false) {
  return {fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":{}}})"
                      "\n",
                      method, params),
          may_fail};
}

// Somewhere in a box of 64 voxels a side.
std::string Cell(std::uint64_t number) {
  const std::uint64_t place = number * 0x9E3779B97F4A7C15u;
  return fmt::format("{},{},{}", place >> 58, place >> 52 & 63,
                     place >> 46 & 63);
}

// Sizes that draw into their file and sizes that are read back, in every mode.
SoakRequest Render(std::uint64_t number) {
  static constexpr std::array<const char*, 4> kModes = {"mmap", "file_path",
                                                        "fd", "base64"};
  const std::uint64_t turn = number / 10;
  return Ask(
      "goxel.render_scene",
      fmt::format(R"({{"width":{},"height":{},"options":{{"return_mode":"{}",)"
                  R"("cache":"off","background_color":[{},{},{}]}}}})",
                  32 + turn % 7 * 16 + turn % 2, 24 + turn % 5 * 12,
                  kModes[turn % kModes.size()], turn & 255, turn >> 8 & 255,
                  turn >> 16 & 255));
}

SoakRequest AddRow(std::uint64_t number) {
  std::string voxels;
  for (int x = 0; x < 64; ++x) {
    voxels += fmt::format(R"({}{{"x":{},"y":{},"z":{},"r":{},"g":9,"b":99}})",
                          x == 0 ? "" : ",", x, number % 64, number / 64 % 64,
                          number % 256);
  }
  return Ask("add_voxels", R"({"voxels":[)" + voxels + "]}");
}

SoakRequest Batch(std::uint64_t number) {
  return {fmt::format(R"([{{"id":1,"method":"goxel.get_voxel","params":[{}]}},)"
                      R"({{"jsonrpc":"2.0","method":"goxel.remove_voxel",)"
                      R"("params":[{}]}},{{"id":2,"method":"status"}}])"
                      "\n",
                      Cell(number), Cell(number + 1)),
          false};
}

SoakRequest AddVoxel(std::uint64_t number) {
  return Ask("goxel.add_voxel",
             fmt::format("[{},{},20,90]", Cell(number), number % 256));
}

}  // namespace

SoakRequest MakeSoakRequest(std::uint64_t number) {
  if (number % kRequestsOfAProject == 0) {
    return Ask("goxel.create_project", R"(["soak"])");
  }
  const auto layer = [](std::uint64_t of) { return fmt::format("L{}", of); };
  switch (number % 20) {
    case 0:
    case 10:
      return Render(number);
    case 1:
      return AddRow(number);
    case 2:
      return Ask("goxel.create_layer", "[\"" + layer(number) + "\"]");
    case 3:
      return Batch(number);
    case 4:
      return Ask("goxel.undo", "[]", true);
    case 5:
      return Ask("goxel.redo", "[]", true);
    case 6:
      return Ask("goxel.list_layers", "[]");
    case 7:
      return Ask("goxel.get_layer_voxels", R"({"limit":200})");
    case 8:
      return Ask("goxel.get_bounding_box", R"({"layer_id":-2})");
    case 9:
      return Ask("goxel.delete_layer",
                 R"({"layer_name":")" + layer(number - 7) + "\"}", true);
    case 11:
      return Ask("goxel.get_voxel", "[" + Cell(number) + "]");
    case 12:
      return Ask("goxel.get_color_histogram", R"({"top_n":3})");
    default:
      return AddVoxel(number);
  }
}

}  // namespace goxel
