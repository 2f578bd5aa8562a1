// The bytes behind a good header, as a reader meets them.

#include <fcntl.h>
#include <stdlib.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "ipc/render_index_reader.h"
#include "ipc/render_index_writer.h"

namespace {

constexpr std::uint32_t kCapacity = 8;

// One directory with one index, which each input overwrites.
struct Segment {
  Segment() {
    char path[] = "/tmp/index_reader_fuzzer_XXXXXX";
    directory.reset(::open(::mkdtemp(path), O_RDONLY | O_DIRECTORY));
    auto writer =
        *goxel::RenderIndexWriter::Create(directory.get(), kCapacity, 1);
    if (!writer->MakeLive().ok()) std::abort();
    const goxel::UniqueFd file(
        ::openat(directory.get(), goxel::kIndexFileName, O_RDWR));
    bytes =
        *goxel::MappedRegion::MapAll(file.get(), goxel::MapAccess::kReadWrite);
    reader = std::make_unique<goxel::RenderIndexReader>(
        *goxel::RenderIndexReader::Open(directory.get()));
    ::unlinkat(directory.get(), goxel::kIndexFileName, 0);
    ::rmdir(path);
  }
  goxel::UniqueFd directory;
  goxel::MappedRegion bytes;
  std::unique_ptr<goxel::RenderIndexReader> reader;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static Segment segment;
  const auto behind_header =
      segment.bytes.writable_bytes().subspan(goxel::kIndexHeaderBytes);
  std::memset(behind_header.data(), 0, behind_header.size());
  std::memcpy(behind_header.data(), data, std::min(size, behind_header.size()));
  for (goxel::RenderId id = 0; id < 32; ++id) {
    static_cast<void>(segment.reader->Find(id));
    static_cast<void>(segment.reader->FindByKey({.high = id, .low = 1}));
  }
  static_cast<void>(segment.reader->List());
  return 0;
}
