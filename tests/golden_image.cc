#include "tests/golden_image.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "tests/png_picture.h"

namespace goxel {
namespace {

namespace fs = std::filesystem;

constexpr int kTolerance = 2;  // Levels of a channel.
constexpr int kPixelsPerOutlier = 500;

int LargestChannelDifference(Color a, Color b) {
  return std::max({std::abs(a.r - b.r), std::abs(a.g - b.g),
                   std::abs(a.b - b.b), std::abs(a.a - b.a)});
}

// The golden picture in faint grey, what differs in red.
Picture DiffOf(const Picture& golden, const Picture& actual) {
  Picture diff{.width = golden.width, .height = golden.height, .bytes = {}};
  for (int y = 0; y < golden.height; ++y) {
    for (int x = 0; x < golden.width; ++x) {
      const Color was = golden.At(x, y);
      const int grey = 190 + (was.r + was.g + was.b) / 12;
      const bool differs =
          LargestChannelDifference(was, actual.At(x, y)) > kTolerance;
      for (const int channel : {differs ? 255 : grey, differs ? 0 : grey,
                                differs ? 0 : grey, 255}) {
        diff.bytes.push_back(static_cast<std::byte>(channel));
      }
    }
  }
  return diff;
}

fs::path FolderOfFailures() {
  const fs::path folder = fs::path(testing::TempDir()) / "goxel_golden";
  fs::create_directories(folder);
  return folder;
}

bool HaveOneSize(const Picture& a, const Picture& b) {
  return a.width == b.width && a.height == b.height;
}

}  // namespace

PictureDifference Compare(const Picture& a, const Picture& b, int tolerance) {
  PictureDifference difference;
  for (int y = 0; y < a.height; ++y) {
    for (int x = 0; x < a.width; ++x) {
      const int here = LargestChannelDifference(a.At(x, y), b.At(x, y));
      difference.largest = std::max(difference.largest, here);
      difference.pixels += here > tolerance ? 1 : 0;
    }
  }
  return difference;
}

testing::AssertionResult LooksLikeGolden(const Picture& picture,
                                         const std::string& name) {
  const fs::path path =
      fs::path(GOXEL_SOURCE_DIR) / "tests" / "golden" / (name + ".png");
  if (std::getenv("GOXEL_UPDATE_GOLDEN") != nullptr) {
    WritePng(path, picture);
    return testing::AssertionSuccess();
  }
  const fs::path folder = FolderOfFailures();
  if (!fs::exists(path)) {
    WritePng(folder / (name + ".actual.png"), picture);
    return testing::AssertionFailure()
           << path << " is not there; the picture is in " << folder
           << ", GOXEL_UPDATE_GOLDEN=1 stores it";
  }
  const Picture golden = ReadPng(path);
  PictureDifference difference{.largest = 255, .pixels = -1};
  if (HaveOneSize(golden, picture)) {
    difference = Compare(golden, picture, kTolerance);
    const int allowed = golden.width * golden.height / kPixelsPerOutlier;
    if (difference.pixels <= allowed) return testing::AssertionSuccess();
    WritePng(folder / (name + ".diff.png"), DiffOf(golden, picture));
  }
  WritePng(folder / (name + ".actual.png"), picture);
  return testing::AssertionFailure()
         << name << ": " << difference.pixels << " pixels differ by up to "
         << difference.largest << " (-1: another size); see " << folder
         << "; where that is meant, GOXEL_UPDATE_GOLDEN=1 stores the picture";
}

}  // namespace goxel
