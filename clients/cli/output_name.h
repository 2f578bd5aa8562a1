// What the name says that was given with -o: the format of the picture, and
// fields to fill in.

#ifndef CLIENTS_CLI_OUTPUT_NAME_H_
#define CLIENTS_CLI_OUTPUT_NAME_H_

#include <span>
#include <string>
#include <vector>

#include "clients/cli/output_template.h"
#include "clients/cpp/client.h"

namespace goxel {

// The fields of one picture of a scene.
std::vector<TemplateField> PictureFields(const std::string& scene,
                                         const RenderRequest& request);

// As options.format of goxel.render_scene: by the end of the name, or png for
// stdout and for no name at all. CLI11's error for any other end.
std::string PictureFormat(const std::string& output);

// `output` as a template. CLI11's error when it is none.
OutputTemplate ParseOutput(const std::string& output,
                           std::span<const TemplateField> fields);

// `output` with its fields filled in.
std::string FillOutput(const std::string& output,
                       std::span<const TemplateField> fields);

}  // namespace goxel

#endif  // CLIENTS_CLI_OUTPUT_NAME_H_
