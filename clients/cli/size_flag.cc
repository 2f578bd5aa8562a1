#include "clients/cli/size_flag.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <string>
#include <string_view>

namespace goxel {
namespace {

bool ParseSide(std::string_view text, std::uint32_t& side) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, side);
  return error == std::errc() && stop == end && side > 0;
}

// "" when `text` is WxH; else what is wrong.
std::string ParseSize(const std::string& text, RenderRequest& request) {
  const std::size_t cross = text.find('x');
  if (cross != std::string::npos &&
      ParseSide(std::string_view(text).substr(0, cross), request.width) &&
      ParseSide(std::string_view(text).substr(cross + 1), request.height)) {
    return "";
  }
  return fmt::format("'{}' is not a size such as 1920x1080", text);
}

}  // namespace

void AddSizeFlag(CLI::App& command, RenderRequest& request) {
  command
      .add_option_function<std::string>(
          "--size",
          [&request](const std::string& text) {
            const std::string wrong = ParseSize(text, request);
            if (!wrong.empty()) throw CLI::ValidationError("--size", wrong);
          },
          "Width x height in pixels")
      ->default_str(fmt::format("{}x{}", request.width, request.height));
}

}  // namespace goxel
