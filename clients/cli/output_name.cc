#include "clients/cli/output_name.h"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "clients/cli/picture_output.h"
#include "clients/cli/scene_project.h"

namespace goxel {

std::vector<TemplateField> PictureFields(const std::string& scene,
                                         const RenderRequest& request) {
  return {{"scene", SceneName(scene)},
          {"width", request.width},
          {"height", request.height}};
}

std::string PictureFormat(const std::string& output) {
  const std::string end = std::filesystem::path(output).extension();
  if (output.empty() || output == kStdoutName || end == ".png") return "png";
  if (end == ".jpg" || end == ".jpeg") return "jpg";
  for (const std::string format : {"bmp", "pam", "ppm"}) {
    if (end == "." + format) return format;
  }
  throw CLI::ValidationError("-o",
                             "no format is known for '" + output +
                                 "'; end it in .png, .jpg, .bmp, .pam or .ppm");
}

OutputTemplate ParseOutput(const std::string& output,
                           std::span<const TemplateField> fields) {
  auto parsed = OutputTemplate::Parse(output, fields);
  if (!parsed) throw CLI::ValidationError("-o", parsed.error().message());
  return *std::move(parsed);
}

std::string FillOutput(const std::string& output,
                       std::span<const TemplateField> fields) {
  return ParseOutput(output, fields).Fill(fields);
}

}  // namespace goxel
