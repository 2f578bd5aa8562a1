// The fill goes tile by tile: within a tile it runs over bits, and what crosses
// a side is left at the neighbour, which is visited when its turn comes. So
// memory grows with the tiles reached and not with a list of cells.

#include <array>
#include <bitset>
#include <cstdlib>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "renderer/scene/volume_edits.h"

namespace goxel {
namespace {

using Offset = std::array<int, 3>;

std::vector<Offset> NeighboursOf(Connectivity connectivity) {
  // How many axes a step may go along at once.
  const int axes = connectivity == Connectivity::kFace   ? 1
                   : connectivity == Connectivity::kEdge ? 2
                                                         : 3;
  std::vector<Offset> offsets;
  for (int i = 0; i < 27; ++i) {
    const Offset offset = {i % 3 - 1, i / 3 % 3 - 1, i / 9 - 1};
    const int used =
        std::abs(offset[0]) + std::abs(offset[1]) + std::abs(offset[2]);
    if (used > 0 && used <= axes) offsets.push_back(offset);
  }
  return offsets;
}

bool IsLike(Color a, Color b, int tolerance) {
  const auto near = [&](int x, int y) { return std::abs(x - y) <= tolerance; };
  return near(a.r, b.r) && near(a.g, b.g) && near(a.b, b.b) && near(a.a, b.a);
}

class Filling {
 public:
  Filling(const FloodFill& fill, const Volume& volume)
      : fill_(fill),
        volume_(volume),
        like_(volume.Get(fill.start)),
        neighbours_(NeighboursOf(fill.connectivity)) {}

  // nullopt when there are more than max_voxels.
  std::optional<std::uint64_t> Run() {
    if (like_.a == 0) return 0;
    Reach(TileOf(fill_.start), Tile::IndexOf(fill_.start));
    while (!waiting_.empty()) {
      const TileCoord coord = waiting_.front();
      waiting_.pop_front();
      Spread(coord, tiles_.at(coord));
      if (count_ > fill_.max_voxels) return std::nullopt;
    }
    return count_;
  }

  void Apply(Volume& volume) const {
    for (const auto& [coord, visited] : tiles_) {
      if (visited.reached.none()) continue;
      auto tile = std::make_shared<Tile>(*volume.FindTile(coord));
      for (std::size_t i = 0; i < tile->voxels.size(); ++i) {
        if (visited.reached[i]) tile->voxels[i] = fill_.color;
      }
      tile->Normalize();
      volume.SetTile(coord, std::shared_ptr<const Tile>(std::move(tile)));
    }
  }

 private:
  struct Visited {
    TileMask like;     // Voxels that belong in, were they connected.
    TileMask reached;  // Those that are.
    std::vector<std::size_t> open;  // Reached, with neighbours to look at.
  };

  Visited& VisitedAt(TileCoord coord) {
    const auto [found, is_first] = tiles_.try_emplace(coord);
    const Tile* tile = is_first ? volume_.FindTile(coord) : nullptr;
    if (tile == nullptr) return found->second;
    for (std::size_t i = 0; i < tile->voxels.size(); ++i) {
      const Color voxel = tile->voxels[i];
      found->second.like[i] =
          voxel.a != 0 && IsLike(voxel, like_, fill_.tolerance);
    }
    return found->second;
  }

  void Reach(TileCoord coord, std::size_t index) {
    Visited& visited = VisitedAt(coord);
    if (!visited.like[index] || visited.reached[index]) return;
    visited.reached.set(index);
    ++count_;
    if (visited.open.empty()) waiting_.push_back(coord);
    visited.open.push_back(index);
  }

  void Spread(TileCoord coord, Visited& visited) {
    while (!visited.open.empty()) {
      const auto index = static_cast<int>(visited.open.back());
      visited.open.pop_back();
      const std::array<int, 3> at = {index & 15, (index >> 4) & 15, index >> 8};
      for (const Offset& step : neighbours_) {
        const int x = at[0] + step[0];
        const int y = at[1] + step[1];
        const int z = at[2] + step[2];
        const auto next =
            static_cast<std::size_t>(Tile::IndexOf(x & 15, y & 15, z & 15));
        if (((x | y | z) & ~15) != 0) {
          Reach({coord.x + (x >> 4), coord.y + (y >> 4), coord.z + (z >> 4)},
                next);
        } else if (visited.like[next] && !visited.reached[next]) {
          visited.reached.set(next);
          ++count_;
          visited.open.push_back(next);
        }
      }
    }
  }

  const FloodFill& fill_;
  const Volume& volume_;
  const Color like_;
  const std::vector<Offset> neighbours_;
  std::unordered_map<TileCoord, Visited, TileCoordHash> tiles_;
  std::deque<TileCoord> waiting_;  // Those with open voxels.
  std::uint64_t count_ = 0;
};

}  // namespace

std::optional<std::uint64_t> Fill(const FloodFill& fill, Volume& volume) {
  Filling filling(fill, volume);
  const auto count = filling.Run();
  if (count) filling.Apply(volume);
  return count;
}

}  // namespace goxel
