// Equal requests give equal bytes: again, in another renderer, in another
// process, with any number of rasteriser threads, and on another day.

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/fixed_pictures.h"

namespace goxel {
namespace {

std::string OutputOf(const std::string& command) {
  std::string output;
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 4096> piece;
  while (const std::size_t bytes =
             std::fread(piece.data(), 1, piece.size(), pipe)) {
    output.append(piece.data(), bytes);
  }
  EXPECT_EQ(::pclose(pipe), 0) << command;
  return output;
}

std::string HashesWithThreads(int threads) {
  return OutputOf("LP_NUM_THREADS=" + std::to_string(threads) +
                  " " GOXEL_PICTURE_HASHES);
}

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

TEST(PictureHashes, AreTheSameWithAnyNumberOfRasteriserThreads) {
  const std::string expected = HashesWithThreads(2);
  EXPECT_GT(expected.size(), 200u);
  for (const int threads : {0, 1, 4}) {
    SCOPED_TRACE(threads);
    EXPECT_EQ(HashesWithThreads(threads), expected);
  }
}

TEST(PictureHashes, AreThoseThatWereStoredForThisMesa) {
  const std::filesystem::path stored_path =
      std::filesystem::path(GOXEL_SOURCE_DIR) /
      "tests/golden/picture_hashes.txt";
  std::ostringstream stored;
  stored << std::ifstream(stored_path).rdbuf();
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / "goxel_hashed";
  std::filesystem::create_directories(folder);
  const std::string actual =
      OutputOf(GOXEL_PICTURE_HASHES " " + folder.string());
  if (FirstLine(actual) != FirstLine(stored.str())) {
    GTEST_SKIP() << "stored for " << FirstLine(stored.str()) << ", this is "
                 << FirstLine(actual);
  }

  EXPECT_EQ(actual, stored.str())
      << "the pictures are in " << folder << "; where the change is meant, "
      << "raise kLookVersion (renderer.cc) and store the output of "
      << GOXEL_PICTURE_HASHES << " in " << stored_path;
}

TEST(PictureHashes, PicturesAreTheSameAgainAndInAnotherRenderer) {
  const auto first = MakeRenderer();
  const auto second = MakeRenderer();
  ASSERT_TRUE(first != nullptr && second != nullptr);
  for (const FixedPicture& each : FixedPictures()) {
    SCOPED_TRACE(each.name);
    const Picture picture = Draw(*first, each);
    EXPECT_TRUE(Draw(*first, each).bytes == picture.bytes);
    EXPECT_TRUE(Draw(*second, each).bytes == picture.bytes);
  }
}

}  // namespace
}  // namespace goxel
