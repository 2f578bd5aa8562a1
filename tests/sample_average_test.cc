#include "renderer/sample_average.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace goxel {
namespace {

using Pixel = std::array<std::uint8_t, 4>;

// One pixel from side * side samples.
Pixel Average(const std::vector<Pixel>& samples, std::uint32_t side) {
  Pixel pixel{};
  AverageSamples({.first = reinterpret_cast<const std::byte*>(samples.data()),
                  .stride_bytes = side * sizeof(Pixel),
                  .per_side = side},
                 {.first = reinterpret_cast<std::byte*>(pixel.data()),
                  .stride_bytes = sizeof(Pixel),
                  .width = 1,
                  .count = 1});
  return pixel;
}

double Decoded(std::uint8_t byte) {
  const double value = byte / 255.0;
  return value <= 0.04045 ? value / 12.92
                          : std::pow((value + 0.055) / 1.055, 2.4);
}

double Encoded(double light) {
  const double value = light <= 0.0031308
                           ? light * 12.92
                           : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
  return value * 255;
}

// By the formulas, in floating point.
std::array<double, 4> Expected(const std::vector<Pixel>& samples) {
  std::array<double, 4> sums{};
  for (const Pixel& sample : samples) {
    sums[3] += sample[3];
    for (std::size_t i = 0; i < 3; ++i) {
      sums[i] += Decoded(sample[i]) * sample[3];
    }
  }
  if (sums[3] == 0) return {};
  for (std::size_t i = 0; i < 3; ++i) sums[i] = Encoded(sums[i] / sums[3]);
  sums[3] /= static_cast<double>(samples.size());
  return sums;
}

TEST(SampleAverage, EqualSamplesGiveThemselves) {
  for (int byte = 0; byte < 256; ++byte) {
    const auto value = static_cast<std::uint8_t>(byte);
    for (const std::uint8_t alpha :
         std::initializer_list<std::uint8_t>{0, 1, 130, 255}) {
      const Pixel sample = {value, 7, static_cast<std::uint8_t>(255 - byte),
                            alpha};
      EXPECT_EQ(Average(std::vector(4, sample), 2), sample);
      EXPECT_EQ(Average(std::vector(9, sample), 3), sample);
    }
  }
}

// Without the short cut for equal samples: one channel differs.
TEST(SampleAverage, EveryByteComesBackFromItsLight) {
  for (int byte = 0; byte < 256; ++byte) {
    const auto value = static_cast<std::uint8_t>(byte);
    std::vector<Pixel> samples(4, Pixel{value, 0, 0, 255});
    samples[2][1] = 90;
    EXPECT_EQ(Average(samples, 2)[0], value);
  }
}

TEST(SampleAverage, HalfTheLightOfWhiteIs188) {
  constexpr Pixel kBlack = {0, 0, 0, 255};
  constexpr Pixel kWhite = {255, 255, 255, 255};

  EXPECT_EQ(Average({kBlack, kWhite, kBlack, kWhite}, 2),
            (Pixel{188, 188, 188, 255}));
}

TEST(SampleAverage, TransparentSamplesLendTheirPlaceAndNotTheirColor) {
  constexpr Pixel kRed = {200, 10, 10, 255};
  constexpr Pixel kNothing = {0, 0, 0, 0};
  constexpr Pixel kUnseenGreen = {0, 255, 0, 0};

  EXPECT_EQ(Average({kRed, kNothing, kNothing, kNothing}, 2),
            (Pixel{200, 10, 10, 64}));
  EXPECT_EQ(Average({kRed, kRed, kRed, kUnseenGreen}, 2),
            (Pixel{200, 10, 10, 191}));
  EXPECT_EQ(Average({kNothing, kUnseenGreen, kNothing, kNothing}, 2), Pixel{});
}

TEST(SampleAverage, BytesAreWithinOneOfTheFormulas) {
  std::uint32_t random = 7;
  const auto next = [&random] {
    random = random * 1664525u + 1013904223u;
    return static_cast<std::uint8_t>(random >> 24);
  };
  for (int round = 0; round < 20000; ++round) {
    const std::uint32_t side = round % 2 == 0 ? 2 : 3;
    std::vector<Pixel> samples(side * side);
    for (Pixel& sample : samples) {
      const bool opaque = round % 3 == 0;
      sample = {next(), next(), next(), opaque ? std::uint8_t{255} : next()};
    }
    const std::array<double, 4> expected = Expected(samples);
    const Pixel actual = Average(samples, side);
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_NEAR(actual[i], expected[i], 0.6) << round << ", " << i;
    }
  }
}

TEST(SampleAverage, RowsAndPaddingAreKeptApart) {
  // Two rows of two pixels, 2 x 2 samples each, four bytes of padding.
  constexpr std::size_t kSampleStride = 4 * 4 + 4;
  constexpr std::size_t kPixelStride = 2 * 4 + 4;
  std::vector<std::byte> samples(kSampleStride * 4, std::byte{0x77});
  for (std::size_t row = 0; row < 4; ++row) {
    for (std::size_t byte = 0; byte < 16; ++byte) {
      samples[row * kSampleStride + byte] =
          static_cast<std::byte>(10 * (row / 2) + byte / 8 + 1);
    }
  }
  std::vector<std::byte> pixels(kPixelStride * 2, std::byte{0xa5});

  AverageSamples(
      {.first = samples.data(), .stride_bytes = kSampleStride, .per_side = 2},
      {.first = pixels.data(),
       .stride_bytes = kPixelStride,
       .width = 2,
       .count = 2});

  for (std::size_t row = 0; row < 2; ++row) {
    for (std::size_t byte = 0; byte < kPixelStride; ++byte) {
      const auto expected =
          byte < 8 ? static_cast<std::byte>(10 * row + byte / 4 + 1)
                   : std::byte{0xa5};
      EXPECT_EQ(pixels[row * kPixelStride + byte], expected);
    }
  }
}

}  // namespace
}  // namespace goxel
