// Drawing in bands from the top: the same bytes as in one go, and rows that are
// said to be final are.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "renderer/gl/proof_file.h"
#include "tests/rendered_picture.h"

namespace goxel {
namespace {

struct Size {
  int width;
  int height;
};

// Fewer rows than a band, a row more than whole bands, odd widths, 4K.
constexpr Size kSizes[] = {{1, 1},    {17, 127},   {640, 129},
                           {64, 257}, {1001, 777}, {3840, 2160}};

// Voxels here and there in many colours, so that every band has edges in it.
Volume ScatteredVoxels() {
  Volume volume;
  std::uint32_t random = 1;
  for (int i = 0; i < 4000; ++i) {
    random = random * 1664525u + 1013904223u;
    const auto part = [&](int shift) {
      return static_cast<int>(random >> shift & 31);
    };
    volume.Set({part(5), part(11), part(17)},
               {static_cast<std::uint8_t>(random >> 3),
                static_cast<std::uint8_t>(random >> 9),
                static_cast<std::uint8_t>(random >> 15), 255});
  }
  return volume;
}

class RendererBands : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(renderer_, nullptr); }

  Camera CameraFor(Size size) const {
    return MakeCamera({}, volume_, size.width, size.height);
  }

  Picture InOneGo(Size size) {
    return Render(*renderer_, volume_, CameraFor(size), size.width,
                  size.height);
  }

  static PixelTarget Target(Size size, std::span<std::byte> pixels) {
    return {.pixels = pixels,
            .width = static_cast<std::uint32_t>(size.width),
            .height = static_cast<std::uint32_t>(size.height),
            .stride_bytes = static_cast<std::uint32_t>(size.width) * 4};
  }

  Result<DrawReport> Draw(Size size, const PixelTarget& target) {
    return renderer_->Draw(ViewOf(volume_), CameraFor(size), {}, target);
  }

  std::unique_ptr<Renderer> renderer_ = MakeRenderer();
  const Volume volume_ = ScatteredVoxels();
};

// Each row of `rows` is where the one before ended and a band's worth further.
void ExpectBandsFromTheTop(const std::vector<std::uint32_t>& rows, Size size) {
  const auto height = static_cast<std::uint32_t>(size.height);
  std::uint32_t before = 0;
  for (const std::uint32_t done : rows) {
    EXPECT_GT(done, before);
    EXPECT_TRUE(done == height || done - before >= 128) << done;
    before = done;
  }
  EXPECT_EQ(before, height);
  EXPECT_LE(rows.size(), 8u);
  EXPECT_EQ(rows.size() > 1, height > 128);
}

TEST_F(RendererBands, RowsReadBackAreFinalWhenTheyAreSaidToBe) {
  for (const Size size : kSizes) {
    SCOPED_TRACE(testing::Message() << size.width << " x " << size.height);
    const Picture expected = InOneGo(size);
    std::vector<std::byte> pixels(expected.bytes.size(), std::byte{0x5a});
    PixelTarget target = Target(size, pixels);
    std::vector<std::uint32_t> rows;
    target.rows_done = [&](std::uint32_t done) {
      rows.push_back(done);
      const std::size_t bytes = std::size_t{done} * target.stride_bytes;
      EXPECT_EQ(std::memcmp(pixels.data(), expected.bytes.data(), bytes), 0)
          << done << " rows";
    };

    const auto report = Draw(size, target);

    ASSERT_TRUE(report) << report.error().message();
    EXPECT_EQ(report->path, PixelPath::kReadBack);
    EXPECT_TRUE(pixels == expected.bytes);
    ExpectBandsFromTheTop(rows, size);
  }
}

// Other processes read the file, so this does too.
TEST_F(RendererBands, RowsInAFileAreFinalWhenTheyAreSaidToBe) {
  if (!renderer_->zero_copy_available()) {
    GTEST_SKIP() << "this GL does not draw into files: "
                 << renderer_->build_id();
  }
  for (const Size size : {Size{16, 4}, {640, 132}, {1008, 3000}}) {
    SCOPED_TRACE(testing::Message() << size.width << " x " << size.height);
    const Picture expected = InOneGo(size);
    auto file = ProofFile::Create(expected.bytes.size());
    ASSERT_TRUE(file) << file.error().message();
    PixelTarget target = Target(size, (*file)->pixels());
    target.memory = (*file)->memory();
    std::vector<std::uint32_t> rows;
    std::vector<std::byte> seen(expected.bytes.size());
    target.rows_done = [&](std::uint32_t done) {
      rows.push_back(done);
      const std::size_t bytes = std::size_t{done} * target.stride_bytes;
      EXPECT_EQ(::pread(target.memory->fd, seen.data(), bytes,
                        static_cast<off_t>(target.memory->pixel_offset)),
                static_cast<ssize_t>(bytes));
      EXPECT_EQ(std::memcmp(seen.data(), expected.bytes.data(), bytes), 0)
          << done << " rows";
    };

    const auto report = Draw(size, target);

    ASSERT_TRUE(report) << report.error().message();
    EXPECT_EQ(report->path, PixelPath::kZeroCopy);
    EXPECT_TRUE(std::ranges::equal(target.pixels, expected.bytes));
    ExpectBandsFromTheTop(rows, size);
  }
}

TEST_F(RendererBands, PictureAfterBandsIsWhole) {
  const Size size = {300, 700};
  const Picture expected = InOneGo(size);
  std::vector<std::byte> pixels(expected.bytes.size());
  PixelTarget target = Target(size, pixels);
  target.rows_done = [](std::uint32_t) {};
  ASSERT_TRUE(Draw(size, target));

  EXPECT_TRUE(InOneGo(size).bytes == expected.bytes);
}

}  // namespace
}  // namespace goxel
