#include "renderer/chunk_meshes.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <span>
#include <utility>

#include "renderer/mesh_assembly.h"
#include "renderer/threads.h"

namespace goxel {
namespace {

// A thread costs as much as meshing a small chunk.
constexpr std::size_t kChunksPerThread = 4;

// Of an entry in a hash table, roughly.
constexpr std::size_t kEntryBytes = 96;

Hash128 Combine(const Hash128& a, const Hash128& b) {
  const std::array<Hash128, 2> both = {a, b};
  const XXH128_hash_t hash = XXH3_128bits(both.data(), sizeof(both));
  return {hash.high64, hash.low64};
}

}  // namespace

// Finds or makes one chunk after the other.
class ChunkMeshes::Worker {
 public:
  Worker(const ChunkMeshes& meshes, const Volume& volume,
         const MaterialMap& materials)
      : meshes_(meshes),
        volume_(volume),
        materials_(materials),
        cells_(materials) {}

  void Make(Chunk& chunk) {
    const ChunkSurroundings surroundings(volume_, chunk.first_tile);
    chunk.surroundings = Combine(HashOf(surroundings), materials_.digest());
    chunk.known = Find(meshes_.by_surroundings_, chunk.surroundings);
    if (chunk.known != nullptr) return;
    cells_.Gather(surroundings);
    const Hash128 content = cells_.HashOfContent();
    chunk.known = Find(meshes_.by_content_, content);
    if (chunk.known != nullptr) return;
    auto made = std::make_shared<Known>();
    made->content = content;
    for (auto& vertices : quads_.by_kind) vertices.clear();
    mesher_.Append(cells_, quads_);
    made->quads = quads_;  // With no more room than it takes.
    chunk.known = std::move(made);
    chunk.is_new = true;
  }

 private:
  static std::shared_ptr<const Known> Find(const Table& table,
                                           const Hash128& hash) {
    const auto found = table.find(hash);
    return found == table.end() ? nullptr : found->second;
  }

  const ChunkMeshes& meshes_;
  const Volume& volume_;
  const MaterialMap& materials_;
  ChunkCells cells_;
  ChunkMesher mesher_{QuadCorners::kOpenness};
  ChunkQuads quads_;  // Of the chunk made last.
};

Result<ChunkMeshes::Made> ChunkMeshes::Build(const Volume& volume,
                                             const MaterialMap& materials,
                                             const MeshingLimits& limits) {
  std::vector<Chunk> chunks;
  for (const TileCoord first_tile : ListChunks(volume)) {
    chunks.push_back({.first_tile = first_tile});
  }
  if (!MakeAll(volume, materials, limits, chunks)) {
    return Fail(StatusCode::kTooLarge,
                fmt::format("the scene has more than {} visible surfaces "
                            "after merging equal colours; draw a part of it",
                            limits.max_quads));
  }
  Made made{.chunks = chunks.size()};
  std::vector<PlacedQuads> placed;
  placed.reserve(chunks.size());
  for (const Chunk& chunk : chunks) {
    placed.push_back({chunk.first_tile, &chunk.known->quads});
    made.meshed += chunk.is_new ? 1 : 0;
  }
  made.mesh = AssembleMesh(placed);
  Keep(chunks);
  return made;
}

// False when there are more than the allowed quads.
bool ChunkMeshes::MakeAll(const Volume& volume, const MaterialMap& materials,
                          const MeshingLimits& limits,
                          std::vector<Chunk>& chunks) const {
  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> quads = 0;
  const std::size_t threads =
      CountThreads(chunks.size(), kChunksPerThread, limits.max_threads);
  RunOnThreads(threads, [&] {
    const auto worker = std::make_unique<Worker>(*this, volume, materials);
    for (std::size_t i = next++; i < chunks.size(); i = next++) {
      worker->Make(chunks[i]);
      const std::size_t more = chunks[i].known->quads.quads();
      if ((quads += more) > limits.max_quads) next = chunks.size();
    }
  });
  return quads <= limits.max_quads;
}

void ChunkMeshes::Keep(const std::vector<Chunk>& chunks) {
  std::size_t own_bytes = 0;
  for (const Chunk& chunk : chunks) {
    Add(chunk);
    own_bytes += chunk.known->quads.quads() * 4 * sizeof(MeshVertex);
  }
  if (bytes_ <= std::min(max_bytes_, 2 * own_bytes + kMaxEarlierBytes)) return;
  Forget();
  for (const Chunk& chunk : chunks) Add(chunk);
  if (bytes_ > max_bytes_) Forget();
}

void ChunkMeshes::Forget() {
  by_surroundings_.clear();
  by_content_.clear();
  bytes_ = 0;
}

void ChunkMeshes::Add(const Chunk& chunk) {
  const ChunkQuads& quads = chunk.known->quads;
  if (by_surroundings_.emplace(chunk.surroundings, chunk.known).second) {
    bytes_ += kEntryBytes;
  }
  if (by_content_.emplace(chunk.known->content, chunk.known).second) {
    bytes_ += kEntryBytes + quads.quads() * 4 * sizeof(MeshVertex);
  }
}

}  // namespace goxel
