// Runs hot paths for bench/instructions.py, which counts their instructions
// under callgrind: a figure without noise, whatever else the machine does.
//
//   valgrind --tool=callgrind --instr-atstart=no bench/goxel_hot_paths
//
// Each path has a fixed input and checks its result in every round; what cannot
// even be prepared ends the program. Nothing of that is counted, nor its first
// round, which fills caches. The program prints, as JSON, what it was made with
// and how many rounds each path ran; the counts are in callgrind's dumps, one
// for each path, named after it. Without valgrind it runs the same and counts
// nothing.
//
// Paths that callgrind would show wrong are left out: SHA-256 (valgrind's
// processor has no SHA instructions) and drawing (llvmpipe compiles its code as
// it runs). ISA-L, which has AVX-512 code, is counted in its AVX2 code.

#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <isa-l.h>
#include <libdeflate.h>
#include <openssl/crypto.h>
#include <simdjson.h>
#include <valgrind/callgrind.h>
#include <xxhash.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/mapped_render_file.h"
#include "clients/cpp/render_catalog.h"
#include "daemon/demo_scene.h"
#include "daemon/json_framer.h"
#include "daemon/json_rpc.h"
#include "daemon/methods/methods.h"
#include "ipc/render_index_reader.h"
#include "ipc/render_index_writer.h"
#include "renderer/chunk_meshes.h"
#include "renderer/formats/scene_file.h"
#include "renderer/formats/scene_writer.h"
#include "renderer/scene/scene_view.h"
#include "transfer/base64.h"
#include "transfer/checksum.h"
#include "transfer/png_encoder.h"
#include "transfer/render_store.h"

namespace goxel {
namespace {

// One round of a path; false when its result is wrong.
using Round = std::function<bool()>;

struct HotPath {
  const char* name;
  int rounds;
  Round (*prepare)();
};

// An index of so many renders, whose ids are not in any order.
struct SmallIndex {
  static constexpr std::size_t kRenders = 1024;

  SmallIndex() {
    auto created = RenderIndexWriter::Create(directory.fd(), 2 * kRenders, 1);
    writer = std::move(created).value();
    for (std::size_t i = 0; i < kRenders; ++i) {
      ids.push_back(random() | 1);
      (void)writer->Publish(DescribeRender(ids.back(), 64, 64));
    }
    (void)writer->MakeLive();
    reader.emplace(RenderIndexReader::Open(directory.fd()).value());
  }

  ScratchDirectory directory;
  std::mt19937_64 random{42};
  std::unique_ptr<RenderIndexWriter> writer;
  std::vector<RenderId> ids;
  std::optional<RenderIndexReader> reader;
};

Round PrepareIndexFind() {
  const auto index = std::make_shared<SmallIndex>();
  return [index, next = std::size_t{0}]() mutable {
    const RenderId id = index->ids[next++ % index->ids.size()];
    const auto found = index->reader->Find(id);
    return found && found->id == id;
  };
}

Round PrepareIndexMiss() {
  const auto index = std::make_shared<SmallIndex>();
  return [index] {
    const auto found = index->reader->Find(index->random() & ~RenderId{1});
    return !found && found.error().code() == StatusCode::kNotFound;
  };
}

// Look-up, open, lease, map, check and unmap: what is outside the kernel.
Round PrepareMapRender() {
  const auto index = std::make_shared<SmallIndex>();
  const RenderId id = index->ids.front();
  (void)WriteRenderFile(index->directory, DescribeRender(id, 64, 64));
  const std::shared_ptr<RenderCatalog> catalog =
      RenderCatalog::Open(index->directory.path()).value();
  return [index, catalog, id] {
    const auto image = catalog->Map(id);
    return image && image->pixels().front() == kPixelByte;
  };
}

// A small call within the daemon: bytes from a socket to the text of the reply.
struct SmallDaemon {
  SmallDaemon() {
    AddVoxelMethods(methods);
    AddBulkVoxelMethods(methods);
    (void)projects.Find(kDefaultProjectId)
        .value()
        ->Replace(NewScene(), "", {64, 64, 64});
  }

  std::string Call(std::string_view request) {
    const auto room = framer.Room(request.size());
    request.copy(room.data(), request.size());
    framer.Append(request.size());
    const auto message = framer.Next();
    if (!message || !*message) return "";
    const auto call = ParseRequest(MessageText::Within(**message, nullptr));
    if (!call) return "";
    std::string reply(kReplyHead);
    methods.Dispatch(
        {.method = call->method, .params = call->params, .peer = nullptr},
        [&](RpcResult result) {
          if (result) reply += result->json;
        },
        {.project = worker, .files = worker}, projects);
    return reply + ReplyTail(call->id);
  }

  JsonFramer framer{FramingLimits{}};
  MethodTable methods;
  Projects projects{ProjectsOptions{}};
  Worker worker;
};

Round PrepareGetVoxel() {
  const auto daemon = std::make_shared<SmallDaemon>();
  daemon->Call(R"({"method":"goxel.add_voxel","params":[1,2,3,4,5,6],"id":1})");
  return [daemon] {
    const std::string reply = daemon->Call(
        R"({"jsonrpc":"2.0","method":"goxel.get_voxel","params":[1,2,3],)"
        R"("id":7})");
    return reply.ends_with(R"("color":[4,5,6,255]},"id":7})");
  };
}

// Short enough to be read on the server's thread.
Round PrepareAddVoxels() {
  std::string request = R"({"method":"add_voxels","params":{"voxels":[)";
  for (int i = 0; i < 500; ++i) {
    request += fmt::format(R"({{"x":{},"y":{},"z":0,"r":{},"g":9,"b":255}},)",
                           i % 25, i / 25, i % 251);
  }
  request.back() = ']';
  request += R"(},"id":1})";
  const auto daemon = std::make_shared<SmallDaemon>();
  return [daemon, request] {
    return daemon->Call(request).find("\"added\":500,") != std::string::npos;
  };
}

constexpr std::uint32_t kPixelsWide = 1024;
constexpr std::uint32_t kPixelsHigh = 512;

// Blocks of one colour before a sky, as pictures of voxels have them.
std::vector<std::byte> Blocks() {
  std::vector<std::byte> pixels;
  for (std::uint32_t y = 0; y < kPixelsHigh; ++y) {
    for (std::uint32_t x = 0; x < kPixelsWide; ++x) {
      const std::uint32_t block = (x / 13 * 7919 + y / 11 * 104'729) % 97;
      const bool sky = y < 150 + x / 13 % 5 * 20;
      for (const std::uint32_t value :
           {sky ? 150 + y / 8 : block, sky ? 190 + y / 16 : block * 2, 60u,
            255u}) {
        pixels.push_back(static_cast<std::byte>(value));
      }
    }
  }
  return pixels;
}

Round PreparePng() {
  return [pixels = Blocks()] {
    std::size_t size = 0;
    const Status encoded = EncodePng({.pixels = pixels,
                                      .width = kPixelsWide,
                                      .height = kPixelsHigh,
                                      .stride_bytes = kPixelsWide * 4},
                                     nullptr, PngCompression::kFast,
                                     [&](std::span<const std::byte> piece) {
                                       size += piece.size();
                                       return Status();
                                     });
    return encoded.ok() && size > 1000 && size < pixels.size() / 10;
  };
}

Round PrepareBase64() {
  return [pixels = Blocks(),
          text = std::string(Base64Length(kPixelsWide * kPixelsHigh * 4),
                             '\0')]() mutable {
    EncodeBase64(pixels, text);
    return text.front() != '\0' && text.back() == '=';
  };
}

Round PrepareXxh3() {
  return [pixels = Blocks()] {
    auto builder = ChecksumBuilder::Create(ChecksumKind::kXxh3);
    if (!builder) return false;
    builder->Add(pixels);
    return builder->Finish().kind == ChecksumKind::kXxh3;
  };
}

Round PrepareMesh() {
  return [view = ViewOf(MakeDemoScene())] {
    ChunkMeshes chunks(/*max_bytes=*/0);
    const auto made =
        chunks.Build(view.volume, view.materials, {.max_threads = 1});
    return made && made->mesh.quads() > 1000;
  };
}

Round PrepareLoadVox() {
  const Scene scene = MakeDemoScene();
  std::string file;
  (void)WriteScene(scene, ExportFormat::kVox, {}, [&](std::string_view bytes) {
    file += bytes;
    return Status();
  });
  const auto voxels = Composite(scene).CountVoxels();
  return [file, voxels] {
    const auto loaded =
        ReadScene(std::as_bytes(std::span(file)), SceneFormat::kVox);
    return loaded && loaded->layers.front().volume.CountVoxels() == voxels;
  };
}

// Room for a picture in the file of an older one, and its publication.
Round PreparePublish() {
  const auto directory = std::make_shared<ScratchDirectory>();
  RenderStoreOptions options;
  options.directory = directory->path() / "renders";
  options.max_renders = 4;
  const std::shared_ptr<RenderStore> store = RenderStore::Open(options).value();
  StageRequest request;
  request.width = 256;
  request.height = 256;
  request.recyclable = true;
  const auto publish = [directory, store, request] {
    auto staged = store->StagePixels(request);
    return staged && (*staged)->Commit({}, {});
  };
  for (std::uint32_t i = 0; i < 2 * options.max_renders; ++i) publish();
  return publish;
}

// More rounds where few instructions are counted.
constexpr HotPath kHotPaths[] = {
    {"index_find", 10'000, PrepareIndexFind},
    {"index_miss", 2'000, PrepareIndexMiss},
    {"map_render", 500, PrepareMapRender},
    {"rpc_get_voxel", 2'000, PrepareGetVoxel},
    {"add_voxels_500", 100, PrepareAddVoxels},
    {"publish_recycled", 200, PreparePublish},
    {"png_fast_1024x512", 5, PreparePng},
    {"base64_2mb", 5, PrepareBase64},
    {"xxh3_2mb", 20, PrepareXxh3},
    {"mesh_demo", 2, PrepareMesh},
    {"load_vox_demo", 2, PrepareLoadVox},
};

// Counts go down and up with these.
std::string MadeWith() {
  const auto dotted = [](int major, int minor, int patch) {
    return fmt::format("{}.{}.{}", major, minor, patch);
  };
  return fmt::format(
      R"({{"compiler":"{}","build_type":"{}","libc":"{}","isal":"{}",)"
      R"("libdeflate":"{}","openssl":"{}","simdjson":"{}","xxhash":"{}"}})",
      __VERSION__, GOXEL_BUILD_TYPE, ::gnu_get_libc_version(),
      dotted(ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION),
      LIBDEFLATE_VERSION_STRING, OpenSSL_version(OPENSSL_VERSION_STRING),
      dotted(simdjson::SIMDJSON_VERSION_MAJOR, simdjson::SIMDJSON_VERSION_MINOR,
             simdjson::SIMDJSON_VERSION_REVISION),
      ::XXH_versionNumber());
}

bool RunPath(const HotPath& path) {
  const Round round = path.prepare();
  bool right = round();
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_ZERO_STATS;
  for (int i = 0; i < path.rounds; ++i) right &= round();
  CALLGRIND_DUMP_STATS_AT(path.name);
  CALLGRIND_STOP_INSTRUMENTATION;
  return right;
}

int RunAllPaths() {
  std::string rounds;
  for (const HotPath& path : kHotPaths) {
    if (!RunPath(path)) {
      fmt::print(stderr, "goxel_hot_paths: the result of {} is wrong\n",
                 path.name);
      return 1;
    }
    rounds += fmt::format(R"({}"{}":{})", rounds.empty() ? "" : ",", path.name,
                          path.rounds);
  }
  fmt::print(R"({{"made_with":{},"rounds":{{{}}}}})"
             "\n",
             MadeWith(), rounds);
  return 0;
}

}  // namespace
}  // namespace goxel

int main() { return goxel::RunAllPaths(); }
