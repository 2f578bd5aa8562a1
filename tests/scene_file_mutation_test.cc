// Runs the fuzzer's entry point over mutations of its corpus that are the same
// every time, so that every ordinary test run, and every one under sanitizers,
// fuzzes a little.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace goxel {
namespace {

std::vector<std::string> Corpus() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(GOXEL_FUZZ_CORPUS)) {
    paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<std::string> corpus;
  for (const std::filesystem::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file),
                        std::istreambuf_iterator<char>());
  }
  return corpus;
}

// Numbers that readers trip over, as bytes and as text.
const std::vector<std::string> kTellingPieces = {std::string(4, '\0'),
                                                 std::string(4, '\xff'),
                                                 "\xff\xff\xff\x7f",
                                                 std::string("\0\0\0\x80", 4),
                                                 "2147483648",
                                                 "-2147483649",
                                                 "99999999999999999999",
                                                 "1e300",
                                                 "-1",
                                                 "0",
                                                 "\n",
                                                 " ",
                                                 "/",
                                                 "nan"};

void Mutate(std::mt19937& random, std::string& bytes) {
  for (std::size_t edits = 1 + random() % 6; edits > 0; --edits) {
    // The first byte chooses the format and stays.
    const std::size_t at =
        1 + random() % std::max<std::size_t>(bytes.size() - 1, 1);
    const std::string& piece = kTellingPieces[random() % kTellingPieces.size()];
    switch (random() % 5) {
      case 0:
        bytes.resize(std::max<std::size_t>(at, 2));
        break;
      case 1:
        bytes.insert(std::min(at, bytes.size()), piece);
        break;
      case 2:
        bytes.replace(std::min(at, bytes.size()), piece.size(), piece);
        break;
      case 3:
        bytes.insert(bytes.size(), bytes.substr(at / 2, random() % 64));
        break;
      default:
        if (at < bytes.size()) bytes[at] = static_cast<char>(random());
        break;
    }
  }
}

TEST(SceneFileFuzzer, MutatedFilesNeverCrash) {
  std::mt19937 random(5);
  for (const std::string& file : Corpus()) {
    for (int round = 0; round < 400; ++round) {
      std::string bytes = file;
      Mutate(random, bytes);

      LLVMFuzzerTestOneInput(
          reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    }
  }
}

}  // namespace
}  // namespace goxel
