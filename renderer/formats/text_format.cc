#include "renderer/formats/text_format.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>

#include "renderer/formats/read_budget.h"

namespace goxel {
namespace {

constexpr std::string_view kBlanks = " \t\r";

struct Voxel {
  Cell cell;
  Color color;
};

std::string_view AsText(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Cuts the first line off `text`.
std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return line;
}

// Cuts the first word off `line`; empty when there is none.
std::string_view TakeWord(std::string_view& line) {
  const std::size_t start = line.find_first_not_of(kBlanks);
  if (start == line.npos) return {};
  const std::size_t end = line.find_first_of(kBlanks, start);
  const std::string_view word = line.substr(start, end - start);
  line.remove_prefix(end == line.npos ? line.size() : end);
  return word;
}

bool IsComment(std::string_view line) {
  const std::string_view word = TakeWord(line);
  return word.empty() || word.front() == '#';
}

template <typename T>
bool ParseWhole(std::string_view word, int base, T& value) {
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, value, base);
  return error == std::errc() && stop == end;
}

std::optional<Color> ParseColor(std::string_view word) {
  std::uint32_t rgb = 0;
  if (word.size() != 6 || !ParseWhole(word, 16, rgb)) return std::nullopt;
  return Color{static_cast<std::uint8_t>(rgb >> 16),
               static_cast<std::uint8_t>(rgb >> 8 & 0xFF),
               static_cast<std::uint8_t>(rgb & 0xFF), 255};
}

std::optional<Voxel> ParseVoxel(std::string_view line) {
  Voxel voxel;
  for (std::int32_t* axis : {&voxel.cell.x, &voxel.cell.y, &voxel.cell.z}) {
    if (!ParseWhole(TakeWord(line), 10, *axis)) return std::nullopt;
  }
  const std::optional<Color> color = ParseColor(TakeWord(line));
  if (!color || !TakeWord(line).empty()) return std::nullopt;
  voxel.color = *color;
  return voxel;
}

// The line, short enough for a message and without bytes that are no text.
std::string Quote(std::string_view line) {
  constexpr std::size_t kLongest = 60;
  std::string quoted;
  for (const char c : line.substr(0, kLongest)) {
    quoted += c >= ' ' && c <= '~' ? c : '?';
  }
  return quoted + (line.size() > kLongest ? "..." : "");
}

}  // namespace

bool LooksLikeText(std::span<const std::byte> bytes) {
  // A binary file may hold no line end for very long.
  constexpr std::size_t kEnough = 64 * 1024;
  std::string_view text = AsText(bytes).substr(0, kEnough);
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    if (!IsComment(line)) return ParseVoxel(line).has_value();
  }
  return false;
}

Result<Scene> ReadText(std::span<const std::byte> bytes,
                       const ReadLimits& limits) {
  Scene scene = NewScene();
  Volume& volume = scene.layers.front().volume;
  ReadBudget budget(limits);
  std::string_view text = AsText(bytes);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = TakeLine(text);
    if (IsComment(line)) continue;
    const std::optional<Voxel> voxel = ParseVoxel(line);
    if (!voxel) {
      return Fail(StatusCode::kInvalidArgument,
                  fmt::format("line {} is \"{}\"; expected \"X Y Z RRGGBB\" or "
                              "a comment that starts with #",
                              number, Quote(line)));
    }
    volume.Set(voxel->cell, voxel->color);
    if (Status taken = budget.TakeVoxels(1); !taken.ok()) return Fail(taken);
    if (Status room = budget.CheckTiles(volume.CountTiles()); !room.ok())
      return Fail(room);
  }
  return scene;
}

}  // namespace goxel
