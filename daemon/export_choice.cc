#include "daemon/export_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

namespace goxel {
namespace {

struct Entry {
  std::string_view name;  // Also the end of a file's name, behind a dot.
  ExportChoice choice;
};

// The first name of a format is the one that messages use.
constexpr std::array<Entry, 14> kEntries = {{
    {"gox", ExportFormat::kGox},
    {"vox", ExportFormat::kVox},
    {"obj", ExportFormat::kObj},
    {"ply", ExportFormat::kPly},
    {"gltf", ExportFormat::kGltf},
    {"text", ExportFormat::kTxt},
    {"txt", ExportFormat::kTxt},
    {"qubicle", ExportFormat::kQb},
    {"qb", ExportFormat::kQb},
    {"povray", ExportFormat::kPov},
    {"pov", ExportFormat::kPov},
    {"png", std::nullopt},
    {"png slices", ExportFormat::kPngSlices},
    {"png_slices", ExportFormat::kPngSlices},
}};

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return lower;
}

std::string_view EndOfName(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  const std::size_t slash = path.rfind('/');
  const bool in_name = dot != path.npos && (slash == path.npos || dot > slash);
  return in_name ? path.substr(dot + 1) : std::string_view();
}

std::string ListNames() {
  std::vector<std::string> names;
  for (const Entry& entry : kEntries) {
    names.push_back(fmt::format("\"{}\"", entry.name));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

Result<ExportChoice> ChooseExport(std::optional<std::string_view> format,
                                  std::string_view path) {
  const std::string wanted = LowerCase(format.value_or(EndOfName(path)));
  const auto found = std::ranges::find(kEntries, wanted, &Entry::name);
  if (found != kEntries.end()) return found->choice;
  const std::string what =
      format ? fmt::format("format \"{}\" is not written", *format)
             : fmt::format(
                   "the path ends in no known format (\".{}\"); give "
                   "format",
                   wanted);
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("{}; there are {}", what, ListNames()));
}

}  // namespace goxel
