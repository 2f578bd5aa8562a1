// goxelctl show: everything that is known of one render.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "clients/cli/command.h"
#include "clients/cli/preview.h"
#include "clients/cli/preview_flag.h"
#include "clients/cli/render_listing.h"
#include "clients/cpp/render_catalog.h"

namespace goxel {
namespace {

// A render id, or a path that ends in a render's file name.
Result<RenderId> ParseTarget(const std::string& target) {
  if (auto id = ParseRenderId(target)) return id;
  const auto parts =
      ParseRenderFileName(std::filesystem::path(target).filename().string());
  if (parts) return parts->id;
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("'{}' is neither a render id (16 hex digits) nor the "
                          "path of a render",
                          target));
}

void PrintJson(const RenderInfo& info, const std::filesystem::path& path) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  WriteRenderJson(writer, info, path);
  fmt::print("{}\n", buffer.GetString());
}

void PrintText(const RenderInfo& info, const std::filesystem::path& path) {
  const auto line = [](const char* name, const std::string& value) {
    if (!value.empty()) fmt::print("{:<10}{}\n", name, value);
  };
  line("id", FormatRenderId(info.id));
  line("key", FormatContentKey(info.key));
  line("path", path.native());
  line("format", std::string(ToString(info.format)));
  line("pixels", fmt::format("{} x {}", info.width, info.height));
  line("size", fmt::format("{} ({} bytes)", FormatBytes(info.size_bytes),
                           info.size_bytes));
  if (info.pixel_format != PixelFormat::kEncoded) {
    line("mapping", fmt::format("offset {}, stride {}", info.pixel_offset,
                                info.stride_bytes));
  }
  line("checksum", FormatChecksum(info.checksum));
  line("created", FormatTime(info.created_unix_s));
  line("expires",
       fmt::format("{} ({})", FormatTime(info.expires_unix_ns / 1'000'000'000),
                   TimeLeft(info)));
  line("render", fmt::format("{:.2f} ms, then {:.2f} ms until it was a file",
                             static_cast<double>(info.render_ns) / 1e6,
                             static_cast<double>(info.transfer_ns) / 1e6));
}

// A PNG as it is; of mapped pixels a copy.
Status ShowPicture(RenderCatalog& catalog, const RenderInfo& info) {
  if (info.format == RenderFormat::kPng) return Preview(catalog.PathOf(info));
  if (info.pixel_format != PixelFormat::kRgba8) {
    return {StatusCode::kFailedPrecondition,
            fmt::format("--preview shows PNG files and mapped pictures, and "
                        "render {} is neither; encode it as png first",
                        FormatRenderId(info.id))};
  }
  const auto image = catalog.Map(info.id);
  if (!image) return image.error();
  RgbaPicture picture;
  picture.width = image->width();
  picture.height = image->height();
  for (std::uint32_t y = 0; y < image->height(); ++y) {
    const auto row = image->row(y).first(std::size_t{image->width()} * 4);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(row.data());
    picture.bytes.insert(picture.bytes.end(), bytes, bytes + row.size());
  }
  return PreviewInCells(picture);
}

ExitCode Show(const Invocation& invocation, const std::string& directory,
              const std::string& target, bool preview) {
  const auto id = ParseTarget(target);
  if (!id) return Complain(id.error(), ExitCode::kUsage);
  const auto catalog = RenderCatalog::Open(directory);
  if (!catalog) return Complain(catalog.error());
  const auto info = (*catalog)->Find(*id);
  if (!info) return Complain(info.error());
  if (invocation.json) {
    PrintJson(*info, (*catalog)->PathOf(*info));
  } else {
    PrintText(*info, (*catalog)->PathOf(*info));
  }
  if (preview) {
    Status shown = ShowPicture(**catalog, *info);
    if (!shown.ok()) return Complain(shown);
  }
  return ExitCode::kOk;
}

}  // namespace

void AddShowCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command =
      app.add_subcommand("show", "Show one render, even when no daemon runs");
  auto directory = std::make_shared<std::string>();
  auto target = std::make_shared<std::string>();
  AddDirectoryOption(*command, *directory);
  command->add_option("render", *target, "Render id, or path of a render")
      ->required();
  auto preview = std::make_shared<bool>(false);
  AddPreviewFlag(*command, *preview);
  command->callback([&invocation, directory, target, preview] {
    if (*preview) RequireTerminal();
    // A path says itself which directory it is in.
    const auto parent = std::filesystem::path(*target).parent_path();
    invocation.exit_code =
        Show(invocation, parent.empty() ? *directory : parent.string(), *target,
             *preview);
  });
}

}  // namespace goxel
