#include "daemon/render_progress.h"

#include <string>
#include <utility>

#include "daemon/result_writer.h"

namespace goxel {
namespace {

constexpr std::chrono::milliseconds kPause{50};

}  // namespace

RenderProgress::RenderProgress(std::vector<std::shared_ptr<Peer>> clients,
                               RenderId id, std::uint32_t rows)
    : clients_(std::move(clients)), id_(id), rows_(rows) {}

void RenderProgress::Report(std::uint32_t rows_ready) {
  const auto now = Clock::now();
  if (rows_ready < rows_ && last_ && now - *last_ < kPause) return;
  last_ = now;
  ResultWriter params;
  params.BeginObject();
  if (id_ != 0) params.Field("id", FormatRenderId(id_));
  params.Field("rows_ready", rows_ready).Field("rows", rows_).EndObject();
  const std::string text = params.Text();
  for (const auto& client : clients_) {
    client->Notify("goxel.render_progress", text);
  }
}

}  // namespace goxel
