#include "clients/cli/frame_delivery.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "clients/cli/picture_output.h"
#include "clients/cli/render_listing.h"

namespace goxel {
FrameDelivery::FrameDelivery(std::vector<std::string> names, bool json,
                             ScratchDirectory drop)
    : names_(std::move(names)),
      json_(json),
      drop_(std::move(drop)),
      paths_(names_.size()) {}

Result<FrameDelivery> FrameDelivery::Create(std::vector<std::string> names,
                                            bool json) {
  const bool to_stdout = names.front() == kStdoutName;
  std::error_code unknown;
  auto parent = to_stdout ? std::filesystem::temp_directory_path(unknown)
                          : std::filesystem::path(names.front()).parent_path();
  auto drop =
      ScratchDirectory::Create(parent.empty() ? "." : parent, ".goxelctl-");
  if (!drop) return Fail(drop.error());
  return FrameDelivery(std::move(names), json, *std::move(drop));
}

void FrameDelivery::TakeNotification(const Notification& notification) {
  if (notification.method != "goxel.view_ready") return;
  const auto view = JsonDocument::Parse(notification.params_json);
  if (view) TakeView(view->root());
}

Status FrameDelivery::TakeReply(std::string_view reply_json) {
  const auto reply = JsonDocument::Parse(reply_json);
  if (!reply) return reply.error();
  for (const JsonValue view : reply->root()["views"].items()) TakeView(view);
  if (!failure_.ok()) return failure_;
  if (taken_ == names_.size()) return {};
  return {StatusCode::kDataLoss,
          fmt::format("the daemon's reply has {} of {} frames", taken_,
                      names_.size())};
}

void FrameDelivery::TakeView(JsonValue view) {
  const auto index = static_cast<std::size_t>(view["index"].integer());
  const std::string path = view["file"]["path"].text();
  if (index >= paths_.size() || !paths_[index].empty() || path.empty()) return;
  paths_[index] = path;
  ++taken_;
  if (!failure_.ok()) return;
  failure_ = Place(index, path);
  if (failure_.ok() && json_) PrintDeliveredJson(names_[index], view.json());
}

bool FrameDelivery::IsDropped(const std::string& path) const {
  return std::filesystem::path(path).parent_path() == drop_.path();
}

Status FrameDelivery::Place(std::size_t index, const std::string& path) {
  const std::string& name = names_[index];
  if (name == kStdoutName) return WriteToStdout();
  if (!IsDropped(path)) return CopyPicture(path, name);
  if (std::rename(path.c_str(), name.c_str()) == 0) return {};
  return Status::FromErrno(fmt::format("write '{}'", name), errno);
}

// Writes what has come without a gap.
Status FrameDelivery::WriteToStdout() {
  for (; written_ < paths_.size() && !paths_[written_].empty(); ++written_) {
    Status copied = CopyPicture(paths_[written_], kStdoutName);
    if (!copied.ok()) return copied;
    if (IsDropped(paths_[written_])) std::remove(paths_[written_].c_str());
  }
  return {};
}

}  // namespace goxel
