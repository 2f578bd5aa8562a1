#include "daemon/demo_scene.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace goxel {
namespace {

constexpr int kHalfSide = 88;   // The land is 176 x 176 voxels.
constexpr int kWaterLevel = 6;  // Voxels up to here are under water.
constexpr int kHillTop = 30;    // Where the castle stands.
constexpr int kHillRadius = 34;
constexpr int kCourt = 22;  // Half the castle's side.

constexpr Color kStone = {158, 150, 142, 255};
constexpr Color kDarkStone = {124, 117, 112, 255};
constexpr Color kRoof = {178, 62, 48, 255};
constexpr Color kDarkRoof = {150, 48, 40, 255};
constexpr Color kWood = {112, 74, 42, 255};
constexpr Color kWindow = {250, 214, 110, 255};
constexpr Color kFlag = {44, 92, 178, 255};
constexpr Color kWater = {58, 124, 190, 255};
constexpr Color kDeepWater = {40, 96, 164, 255};
constexpr Color kSand = {222, 204, 150, 255};
constexpr Color kGrass = {112, 168, 70, 255};
constexpr Color kDryGrass = {138, 180, 78, 255};
constexpr Color kRock = {132, 128, 124, 255};
constexpr Color kEarth = {126, 94, 62, 255};
constexpr Color kPath = {196, 172, 128, 255};

// A number from 0 to 1 that depends on the cell alone; the multipliers are
// those of the murmur3 finalizer.
double Random(int x, int y, std::uint32_t salt) {
  std::uint32_t hash = static_cast<std::uint32_t>(x) * 73856093u ^
                       static_cast<std::uint32_t>(y) * 19349663u ^ salt;
  hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
  return static_cast<double>((hash ^ (hash >> 16)) & 0xffff) / 65535.0;
}

double Smooth(double t) { return t * t * (3 - 2 * t); }

// Value noise with one random number per `scale` voxels.
double Noise(double x, double y, double scale, std::uint32_t salt) {
  const double u = x / scale;
  const double v = y / scale;
  const int i = static_cast<int>(std::floor(u));
  const int j = static_cast<int>(std::floor(v));
  const double s = Smooth(u - i);
  const double t = Smooth(v - j);
  const double near = std::lerp(Random(i, j, salt), Random(i + 1, j, salt), s);
  const double far =
      std::lerp(Random(i, j + 1, salt), Random(i + 1, j + 1, salt), s);
  return std::lerp(near, far, t);
}

// The z of the topmost voxel of land at (x, y).
int GroundHeight(int x, int y) {
  const double rolling = 15 * Noise(x, y, 42, 1) + 6 * Noise(x, y, 17, 2) +
                         2 * Noise(x, y, 7, 3) - 3;
  const double distance = std::hypot(x, y);
  const double hill = Smooth(std::clamp(
      (2.1 * kHillRadius - distance) / (1.1 * kHillRadius), 0.0, 1.0));
  return static_cast<int>(std::lerp(rolling, double{kHillTop}, hill));
}

class Builder {
 public:
  explicit Builder(Volume& volume) : volume_(volume) {}

  void Put(int x, int y, int z, Color color) {
    volume_.Set({.x = x, .y = y, .z = z}, color);
  }

  // Both corners included.
  void Fill(Cell low, Cell high, Color color) {
    for (int z = low.z; z <= high.z; ++z) {
      for (int y = low.y; y <= high.y; ++y) {
        for (int x = low.x; x <= high.x; ++x) Put(x, y, z, color);
      }
    }
  }

  // Masonry: courses of blocks in two shades.
  void FillStone(Cell low, Cell high) {
    for (int z = low.z; z <= high.z; ++z) {
      for (int y = low.y; y <= high.y; ++y) {
        for (int x = low.x; x <= high.x; ++x) {
          const int block = (x + y + (z / 2 % 2) * 2) / 4;
          Put(x, y, z, Random(block, z / 2, 4) < 0.3 ? kDarkStone : kStone);
        }
      }
    }
  }

  void Disc(int cx, int cy, int z, double radius, Color color) {
    const int reach = static_cast<int>(std::ceil(radius));
    for (int y = -reach; y <= reach; ++y) {
      for (int x = -reach; x <= reach; ++x) {
        if (std::hypot(x, y) <= radius) Put(cx + x, cy + y, z, color);
      }
    }
  }

 private:
  Volume& volume_;
};

Color GroundColor(int x, int y, int z) {
  if (z <= kWaterLevel + 1) return kSand;
  const int slope = std::max(std::abs(GroundHeight(x + 2, y) - z),
                             std::abs(GroundHeight(x, y + 2) - z));
  if (slope >= 4) return kRock;
  return Noise(x, y, 9, 5) < 0.5 ? kGrass : kDryGrass;
}

// Columns are solid down to their lowest neighbour, so that no slope shows a
// hole, and no deeper: nobody sees the inside.
void BuildLand(Builder& build) {
  for (int y = -kHalfSide; y < kHalfSide; ++y) {
    for (int x = -kHalfSide; x < kHalfSide; ++x) {
      const int top = GroundHeight(x, y);
      const bool border = x == -kHalfSide || x == kHalfSide - 1 ||
                          y == -kHalfSide || y == kHalfSide - 1;
      const int lowest =
          std::min({GroundHeight(x - 1, y), GroundHeight(x + 1, y),
                    GroundHeight(x, y - 1), GroundHeight(x, y + 1)});
      const int bottom = border ? -4 : std::min(top - 2, lowest);
      build.Fill({x, y, bottom}, {x, y, top - 1}, kEarth);
      build.Put(x, y, top, GroundColor(x, y, top));
      if (top >= kWaterLevel) continue;
      const Color water = kWaterLevel - top > 3 ? kDeepWater : kWater;
      build.Fill({x, y, border ? top + 1 : kWaterLevel}, {x, y, kWaterLevel},
                 water);
    }
  }
}

void BuildPath(Builder& build) {
  for (int y = -kHalfSide; y < -kCourt; ++y) {
    const int middle = static_cast<int>(std::lround(6 * std::sin(y / 11.0)));
    for (int x = middle - 3; x <= middle + 3; ++x) {
      const int top = GroundHeight(x, y);
      build.Put(x, y, std::max(top, kWaterLevel),
                top <= kWaterLevel ? kWood : kPath);
    }
  }
}

void BuildTree(Builder& build, int x, int y, int size) {
  const int foot = GroundHeight(x, y) + 1;
  const Color leaves = {static_cast<std::uint8_t>(36 + 8 * size),
                        static_cast<std::uint8_t>(96 + 7 * size), 48, 255};
  build.Fill({x, y, foot}, {x, y, foot + 2}, kWood);
  const int height = 6 + size;
  for (int z = 0; z < height; ++z) {
    const double ragged = z % 3 == 0 ? 0.8 : 0.0;
    const double radius = (3.2 + 0.2 * size) * (height - z) / height + ragged;
    build.Disc(x, y, foot + 2 + z, radius, leaves);
  }
}

void BuildForest(Builder& build) {
  constexpr int kSpacing = 9;
  for (int row = -9; row <= 9; ++row) {
    for (int column = -9; column <= 9; ++column) {
      if (Random(column, row, 6) < 0.35) continue;
      const int x =
          column * kSpacing + static_cast<int>(5 * Random(column, row, 7));
      const int y =
          row * kSpacing + static_cast<int>(5 * Random(column, row, 8));
      const int ground = GroundHeight(x, y);
      const bool on_land = ground > kWaterLevel + 2;
      const bool inside = std::max(std::abs(x), std::abs(y)) < kHalfSide - 5;
      const bool in_the_way =
          std::hypot(x, y) < kHillRadius + 8 || (std::abs(x) < 14 && y < 0);
      if (!on_land || !inside || in_the_way) continue;
      BuildTree(build, x, y, static_cast<int>(5 * Random(column, row, 9)));
    }
  }
}

void BuildTower(Builder& build, int cx, int cy, int radius, int height) {
  for (int z = kHillTop - 3; z <= kHillTop + height; ++z) {
    build.Disc(cx, cy, z, radius + 0.4, z % 5 == 0 ? kDarkStone : kStone);
  }
  const int eaves = kHillTop + height + 1;
  const int steep = 2 * (radius + 2);
  for (int z = 0; z <= steep; ++z) {
    build.Disc(cx, cy, eaves + z, (radius + 2.4) * (steep - z) / steep,
               z % 3 == 0 ? kDarkRoof : kRoof);
  }
  build.Fill({cx, cy, eaves + steep}, {cx, cy, eaves + steep + 6}, kWood);
  build.Fill({cx + 1, cy, eaves + steep + 4}, {cx + 5, cy, eaves + steep + 6},
             kFlag);
  for (const int z : {kHillTop + height / 2, kHillTop + height - 4}) {
    build.Fill({cx - radius, cy, z}, {cx + radius, cy, z + 2}, kWindow);
    build.Fill({cx, cy - radius, z}, {cx, cy + radius, z + 2}, kWindow);
  }
}

// One side of the curtain wall, with battlements on top.
void BuildWall(Builder& build, Cell low, Cell high) {
  build.FillStone(low, high);
  for (int y = low.y; y <= high.y; ++y) {
    for (int x = low.x; x <= high.x; ++x) {
      if ((x + y) / 2 % 2 == 0) build.Put(x, y, high.z + 1, kStone);
    }
  }
}

void BuildCastle(Builder& build) {
  constexpr int kFoot = kHillTop - 2;
  constexpr int kWallTop = kHillTop + 13;
  build.Fill({-kCourt, -kCourt, kHillTop}, {kCourt, kCourt, kHillTop}, kPath);
  for (const int side : {-kCourt, kCourt - 2}) {
    BuildWall(build, {-kCourt, side, kFoot}, {kCourt, side + 2, kWallTop});
    BuildWall(build, {side, -kCourt, kFoot}, {side + 2, kCourt, kWallTop});
  }
  for (const int x : {-kCourt, kCourt}) {
    for (const int y : {-kCourt, kCourt}) BuildTower(build, x, y, 5, 22);
  }
  // The gate, in the front wall.
  build.Fill({-4, -kCourt, kHillTop + 1}, {4, -kCourt + 2, kHillTop + 9}, {});
  build.Fill({-4, -kCourt + 2, kHillTop + 6}, {4, -kCourt + 2, kHillTop + 9},
             kWood);
  // The keep.
  build.FillStone({-9, -4, kFoot}, {9, 13, kHillTop + 26});
  for (const int z : {kHillTop + 8, kHillTop + 18}) {
    for (const int x : {-6, -1, 4}) {
      build.Fill({x, -4, z}, {x + 2, -4, z + 4}, kWindow);
      build.Fill({x, 13, z}, {x + 2, 13, z + 4}, kWindow);
    }
    for (const int y : {0, 7}) {
      build.Fill({-9, y, z}, {-9, y + 2, z + 4}, kWindow);
      build.Fill({9, y, z}, {9, y + 2, z + 4}, kWindow);
    }
  }
  for (int z = 0; z <= 11; ++z) {
    build.Fill({-11 + z, -6, kHillTop + 27 + z},
               {11 - z, 15, kHillTop + 27 + z}, z % 3 == 0 ? kDarkRoof : kRoof);
  }
  BuildTower(build, 10, 13, 4, 38);
}

}  // namespace

Scene MakeDemoScene() {
  Scene scene = NewScene();
  scene.layers.front().name = "Castle";
  Builder build(scene.layers.front().volume);
  BuildLand(build);
  BuildPath(build);
  BuildForest(build);
  BuildCastle(build);
  return scene;
}

}  // namespace goxel
