// Opening and reading an index some words of which somebody else wrote. The
// input is a list of such words: for each, two bytes that say which, and eight
// with its value.

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "ipc/render_index_writer.h"
#include "tests/ask_everything.h"

namespace goxel {
namespace {

constexpr std::uint32_t kCapacity = 8;
constexpr std::size_t kPatchBytes = 10;

// A directory with a good index of renders 1 to 6, which each input patches.
struct Segment {
  Segment() {
    char path[] = "/tmp/index_reader_fuzzer_XXXXXX";
    directory.reset(::open(::mkdtemp(path), O_RDONLY | O_DIRECTORY));
    auto writer = *RenderIndexWriter::Create(directory.get(), kCapacity, 1);
    for (RenderId id = 1; id <= 6; ++id) {
      RenderInfo render;
      render.state = id % 2 == 0 ? RenderState::kPending : RenderState::kReady;
      render.id = id;
      render.key = {.high = id, .low = 9};
      if (!writer->Publish(render).ok()) std::abort();
    }
    if (!writer->MakeLive().ok()) std::abort();
    const UniqueFd file(::openat(directory.get(), kIndexFileName, O_RDWR));
    mapping = *MappedRegion::MapAll(file.get(), MapAccess::kReadWrite);
    good.assign(mapping.bytes().begin(), mapping.bytes().end());
    name = path;
  }
  ~Segment() {
    ::unlinkat(directory.get(), kIndexFileName, 0);
    ::rmdir(name.c_str());
  }

  UniqueFd directory;
  std::string name;
  MappedRegion mapping;
  std::vector<std::byte> good;
};

}  // namespace
}  // namespace goxel

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using goxel::kPatchBytes;
  static goxel::Segment segment;
  const auto bytes = segment.mapping.writable_bytes();
  std::memcpy(bytes.data(), segment.good.data(), bytes.size());
  for (; size >= kPatchBytes; data += kPatchBytes, size -= kPatchBytes) {
    const std::size_t word = (data[0] | data[1] << 8) % (bytes.size() / 8);
    std::memcpy(bytes.data() + word * 8, data + 2, 8);
  }
  const auto reader = goxel::RenderIndexReader::Open(segment.directory.get());
  if (reader) goxel::AskEverything(*reader);
  return 0;
}
