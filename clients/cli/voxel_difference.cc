#include "clients/cli/voxel_difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <tuple>
#include <utility>
#include <vector>

#include "clients/cli/json_value.h"

namespace goxel {
namespace {

constexpr std::size_t kPageVoxels = 200'000;

struct Voxel {
  std::int64_t x = 0, y = 0, z = 0;
  std::array<std::int64_t, 4> color{};

  // The order of goxel.get_layer_voxels: tiles of 16^3 by z, y and x, and
  // within a tile likewise.
  auto Place() const { return std::tuple(z >> 4, y >> 4, x >> 4, z, y, x); }
};

Voxel ReadVoxel(const JsonValue& value) {
  Voxel voxel{value["x"].integer(), value["y"].integer(), value["z"].integer()};
  const auto color = value["color"].items();
  for (std::size_t i = 0; i < std::min(color.size(), voxel.color.size()); ++i) {
    voxel.color[i] = color[i].integer();
  }
  return voxel;
}

// The voxels of a project, one after the other.
class VoxelStream {
 public:
  VoxelStream(Client& client, std::string project_id)
      : client_(client), project_id_(std::move(project_id)) {}

  // Null behind the last.
  Result<const Voxel*> Current() {
    if (at_ == page_.size() && !last_page_) {
      if (Status read = ReadPage(); !read.ok()) return Fail(std::move(read));
    }
    return at_ < page_.size() ? &page_[at_] : nullptr;
  }

  void Advance() { ++at_; }

 private:
  Status ReadPage() {
    const auto reply = client_.Call(
        "goxel.get_layer_voxels",
        fmt::format(R"({{"project_id":"{}","layer_id":-2,"offset":{},)"
                    R"("limit":{}}})",
                    project_id_, read_, kPageVoxels));
    if (!reply) return reply.error();
    const auto page = JsonDocument::Parse(reply->view());
    if (!page) return page.error();
    page_.clear();
    at_ = 0;
    for (const JsonValue& value : page->root()["voxels"].items()) {
      page_.push_back(ReadVoxel(value));
    }
    read_ += page_.size();
    last_page_ = !page->root()["truncated"].flag();
    return {};
  }

  Client& client_;
  const std::string project_id_;
  std::vector<Voxel> page_;
  std::size_t at_ = 0;
  std::size_t read_ = 0;
  bool last_page_ = false;
};

void CompareColors(const Voxel& a, const Voxel& b, int tolerance,
                   VoxelDifference& difference) {
  int worst = 0;
  for (std::size_t i = 0; i < a.color.size(); ++i) {
    worst =
        std::max(worst, static_cast<int>(std::abs(a.color[i] - b.color[i])));
  }
  difference.worst_channel = std::max(difference.worst_channel, worst);
  difference.recolored += worst > tolerance;
}

}  // namespace

Result<VoxelDifference> CompareVoxels(Client& client, const std::string& first,
                                      const std::string& second,
                                      int tolerance) {
  VoxelStream a(client, first);
  VoxelStream b(client, second);
  VoxelDifference difference;
  for (;;) {
    const auto in_a = a.Current();
    if (!in_a) return Fail(in_a.error());
    const auto in_b = b.Current();
    if (!in_b) return Fail(in_b.error());
    const Voxel* of_a = *in_a;
    const Voxel* of_b = *in_b;
    if (of_a == nullptr && of_b == nullptr) return difference;
    if (of_b == nullptr || (of_a && of_a->Place() < of_b->Place())) {
      ++difference.removed;
      a.Advance();
    } else if (of_a == nullptr || of_b->Place() < of_a->Place()) {
      ++difference.added;
      b.Advance();
    } else {
      CompareColors(*of_a, *of_b, tolerance, difference);
      a.Advance();
      b.Advance();
    }
  }
}

}  // namespace goxel
