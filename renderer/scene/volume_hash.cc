#include <xxhash.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "renderer/scene/volume.h"

namespace goxel {
namespace {

// What one tile contributes to the hash of its volume.
struct TileDigest {
  TileCoord coord;
  std::uint32_t padding = 0;  // Keeps the bytes that are hashed free of gaps.
  Hash128 hash;
};
static_assert(sizeof(TileDigest) == 32);

Hash128 HashBytes(const void* bytes, std::size_t size) {
  const XXH128_hash_t hash = XXH3_128bits(bytes, size);
  return {hash.high64, hash.low64};
}

}  // namespace

Hash128 HashTile(const Tile& tile) {
  if (const auto remembered = tile.hash.Get()) return *remembered;
  const Hash128 hash = HashBytes(tile.voxels.data(), sizeof(tile.voxels));
  tile.hash.Set(hash);
  return hash;
}

Hash128 HashVolume(const Volume& volume) {
  const Volume::Table& table = *volume.table_;
  if (const auto remembered = table.hash.Get()) return *remembered;
  std::vector<TileDigest> digests;
  digests.reserve(table.tiles.size());
  for (const auto& [coord, tile] : table.tiles) {
    digests.push_back({.coord = coord, .hash = HashTile(*tile)});
  }
  // The order of a hash table depends on its history; the hash must not.
  std::ranges::sort(digests, {}, &TileDigest::coord);
  const Hash128 hash =
      HashBytes(digests.data(), digests.size() * sizeof(TileDigest));
  table.hash.Set(hash);
  return hash;
}

}  // namespace goxel
