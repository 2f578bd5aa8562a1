// Makes meshes chunk by chunk, on several threads, and keeps the chunks: of a
// scene that was edited only those are meshed that look different from before.
//
// A chunk is known by the voxels in it and in the tiles around it, at the price
// of a few hash look-ups; where those have changed, by the cells in it and
// those that touch it. So an edit meshes the chunk that it is in, and a
// neighbour only when it is at their border.
//
// Thread safety: none; one object per thread. Build() starts threads of its own
// and ends them.

#ifndef RENDERER_CHUNK_MESHES_H_
#define RENDERER_CHUNK_MESHES_H_

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <vector>

#include "ipc/status.h"
#include "renderer/chunk_mesher.h"
#include "renderer/mesher.h"

namespace goxel {

struct MeshingLimits {
  std::size_t max_quads = kMaxMeshQuads;
  unsigned max_threads = 0;  // 0: as many as there are cores.
};

class ChunkMeshes {
 public:
  // Beside the chunks of the last scene some of those before it are kept, up to
  // kMaxEarlierBytes and as much again as that scene has, so that what an edit
  // took back is still known. Where all of them have more than `max_bytes`,
  // those of scenes before the last one go; and all of them when the last alone
  // has more.
  static constexpr std::size_t kMaxEarlierBytes = std::size_t{8} << 20;
  explicit ChunkMeshes(std::size_t max_bytes = std::size_t{128} << 20)
      : max_bytes_(max_bytes) {}

  struct Made {
    Mesh mesh{};
    std::size_t chunks = 0;  // With a voxel.
    std::size_t meshed = 0;  // Of these, the ones that were not known.
  };
  // As BuildMesh(), whatever the number of threads and whatever is known.
  Result<Made> Build(const Volume& volume, const MaterialMap& materials,
                     const MeshingLimits& limits = {});

  // Of what is kept.
  std::size_t size_bytes() const { return bytes_; }

 private:
  struct Known {
    Hash128 content;
    ChunkQuads quads;
  };
  struct Chunk {
    TileCoord first_tile{};
    Hash128 surroundings{};
    std::shared_ptr<const Known> known{};
    bool is_new = false;
  };
  struct ByHash {
    std::size_t operator()(const Hash128& hash) const {
      return static_cast<std::size_t>(hash.low);
    }
  };
  using Table =
      std::unordered_map<Hash128, std::shared_ptr<const Known>, ByHash>;
  class Worker;

  bool MakeAll(const Volume& volume, const MaterialMap& materials,
               const MeshingLimits& limits, std::vector<Chunk>& chunks) const;
  void Keep(const std::vector<Chunk>& chunks);
  void Add(const Chunk& chunk);
  void Forget();

  const std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  Table by_surroundings_;
  Table by_content_;
};

}  // namespace goxel

#endif  // RENDERER_CHUNK_MESHES_H_
