// What goxel.export_model is to write: the formats by the names that clients
// know them by, and by the ends of file names.

#ifndef DAEMON_EXPORT_CHOICE_H_
#define DAEMON_EXPORT_CHOICE_H_

#include <optional>
#include <string_view>

#include "ipc/status.h"
#include "renderer/formats/scene_writer.h"

namespace goxel {

// nullopt stands for a rendered picture of the scene, a PNG.
using ExportChoice = std::optional<ExportFormat>;

// By `format`, in capitals or not, else by the end of `path`. kInvalidArgument,
// with the names there are, when neither is known.
Result<ExportChoice> ChooseExport(std::optional<std::string_view> format,
                                  std::string_view path);

}  // namespace goxel

#endif  // DAEMON_EXPORT_CHOICE_H_
