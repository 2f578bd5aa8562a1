// Draws all fixed pictures and prints what drew them, then a line for each: the
// hash of its bytes (64-bit FNV-1a), its name.
//
//   picture_hashes            to standard output
//   picture_hashes FOLDER     and writes them there as PNG files

#include <cstdint>
#include <cstdio>
#include <filesystem>

#include "tests/fixed_pictures.h"
#include "tests/png_picture.h"

namespace goxel {
namespace {

std::uint64_t HashOf(const Picture& picture) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const std::byte byte : picture.bytes) {
    hash = (hash ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3u;
  }
  return hash;
}

int PrintHashes(const char* folder) {
  const auto renderer = MakeRenderer();
  if (renderer == nullptr) return 1;
  std::printf("%s\n", renderer->build_id().c_str());
  for (const FixedPicture& each : FixedPictures()) {
    const Picture picture = Draw(*renderer, each);
    std::printf("%016llx %s\n",
                static_cast<unsigned long long>(HashOf(picture)),
                each.name.c_str());
    if (folder == nullptr) continue;
    WritePng(std::filesystem::path(folder) / (each.name + ".png"), picture);
  }
  return testing::UnitTest::GetInstance()->ad_hoc_test_result().Failed() ? 1
                                                                         : 0;
}

}  // namespace
}  // namespace goxel

int main(int argc, char** argv) {
  return goxel::PrintHashes(argc > 1 ? argv[1] : nullptr);
}
