// Drawing into the caller's file: the same bytes as by read-back, and nothing
// held on to afterwards.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/rendered_picture.h"

namespace goxel {
namespace {

constexpr std::size_t kPixelOffset = 4096;
constexpr const char* kFileName = "goxel_zero_copy_test";

// A memfd like the file behind a render, mapped.
class TargetFile {
 public:
  TargetFile(std::uint32_t width, std::uint32_t height)
      : width_(width),
        height_(height),
        size_(kPixelOffset + std::size_t{width} * height * 4),
        fd_(::memfd_create(kFileName, MFD_CLOEXEC | MFD_ALLOW_SEALING)) {
    EXPECT_EQ(::ftruncate(fd_, static_cast<off_t>(size_)), 0);
    mapped_ =
        ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
    EXPECT_NE(mapped_, MAP_FAILED);
  }
  ~TargetFile() {
    Unmap();
    ::close(fd_);
  }
  TargetFile(const TargetFile&) = delete;
  TargetFile& operator=(const TargetFile&) = delete;

  void Unmap() {
    if (mapped_ != nullptr) ::munmap(mapped_, size_);
    mapped_ = nullptr;
  }

  int fd() const { return fd_; }
  std::span<std::byte> pixels() const {
    return std::span(static_cast<std::byte*>(mapped_), size_)
        .subspan(kPixelOffset);
  }
  PixelTarget target() const {
    return {.pixels = pixels(),
            .width = width_,
            .height = height_,
            .stride_bytes = width_ * 4,
            .memory = ImportableMemory{
                .fd = fd_, .size_bytes = size_, .pixel_offset = kPixelOffset}};
  }

 private:
  const std::uint32_t width_;
  const std::uint32_t height_;
  const std::size_t size_;
  const int fd_;
  void* mapped_ = nullptr;
};

int MappingsOfTargetFiles() {
  std::ifstream maps("/proc/self/maps");
  int count = 0;
  for (std::string line; std::getline(maps, line);) {
    if (line.find(kFileName) != std::string::npos) ++count;
  }
  return count;
}

long OpenDescriptors() {
  const std::filesystem::directory_iterator open("/proc/self/fd");
  return std::distance(begin(open), end(open));
}

class RendererZeroCopy : public testing::Test {
 protected:
  void SetUp() override {
    renderer_ = MakeRenderer();
    ASSERT_NE(renderer_, nullptr);
    if (!renderer_->zero_copy_available()) {
      GTEST_SKIP() << "this GL does not draw into files: "
                   << renderer_->build_id();
    }
    FillBox(volume_, {0, 0, 0}, {9, 7, 5}, {220, 120, 30, 255});
    FillBox(volume_, {2, 2, 5}, {5, 5, 9}, {30, 120, 220, 255});
  }

  Result<DrawReport> Draw(const PixelTarget& target) {
    const Camera camera =
        MakeCamera({}, volume_, static_cast<int>(target.width),
                   static_cast<int>(target.height));
    return renderer_->Draw(ViewOf(volume_), camera, {}, target);
  }

  Volume volume_;
  std::unique_ptr<Renderer> renderer_;
};

TEST_F(RendererZeroCopy, FileHoldsTheBytesOfAReadBack) {
  for (const auto& [width, height] :
       {std::pair{16, 4}, {64, 64}, {1280, 720}, {1008, 3000}, {3840, 2160}}) {
    SCOPED_TRACE(testing::Message() << width << " x " << height);
    const TargetFile file(static_cast<std::uint32_t>(width),
                          static_cast<std::uint32_t>(height));
    const auto report = Draw(file.target());
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_EQ(report->path, PixelPath::kZeroCopy);
    EXPECT_EQ(report->read_ns, 0u);

    const Picture expected =
        Render(*renderer_, volume_, MakeCamera({}, volume_, width, height),
               width, height);
    EXPECT_TRUE(std::ranges::equal(file.pixels(), expected.bytes));
  }
}

TEST_F(RendererZeroCopy, OtherSizesAreReadBackIntoTheSameFile) {
  for (const auto& [width, height] :
       {std::pair{1, 1}, {17, 4}, {16, 5}, {1001, 777}}) {
    SCOPED_TRACE(testing::Message() << width << " x " << height);
    const TargetFile file(static_cast<std::uint32_t>(width),
                          static_cast<std::uint32_t>(height));
    const auto report = Draw(file.target());
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_EQ(report->path, PixelPath::kReadBack);

    const Picture expected =
        Render(*renderer_, volume_, MakeCamera({}, volume_, width, height),
               width, height);
    EXPECT_TRUE(std::ranges::equal(file.pixels(), expected.bytes));
  }
}

TEST_F(RendererZeroCopy, HundredRendersLeaveNoMappingAndNoDescriptor) {
  const TargetFile first(64, 64);
  ASSERT_TRUE(Draw(first.target()));
  const long descriptors = OpenDescriptors();

  for (int i = 0; i < 100; ++i) {
    const TargetFile file(64 + 16 * static_cast<std::uint32_t>(i % 3), 64);
    const auto report = Draw(file.target());
    ASSERT_TRUE(report) << report.error().message();
    ASSERT_EQ(report->path, PixelPath::kZeroCopy);
  }

  EXPECT_EQ(MappingsOfTargetFiles(), 1);
  EXPECT_EQ(OpenDescriptors(), descriptors);
}

TEST_F(RendererZeroCopy, FileCanBeSealedAgainstWritingRightAfterDrawing) {
  TargetFile file(64, 64);
  ASSERT_TRUE(Draw(file.target()));
  file.Unmap();

  // The kernel refuses this while anybody has the file mapped writable.
  EXPECT_EQ(::fcntl(file.fd(), F_ADD_SEALS, F_SEAL_WRITE), 0)
      << "somebody still has the file mapped";
}

TEST_F(RendererZeroCopy, OverwritingTheHeaderAfterDrawingHarmsNothing) {
  const TargetFile file(64, 64);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(Draw(file.target()));
    std::fill_n(file.pixels().data() - kPixelOffset, kPixelOffset,
                std::byte{0xff});
  }

  EXPECT_EQ(MappingsOfTargetFiles(), 1);
}

TEST_F(RendererZeroCopy, FileTooShortForItsPixelsIsRefused) {
  const TargetFile file(64, 64);
  ASSERT_EQ(::ftruncate(file.fd(), kPixelOffset + 64 * 63 * 4), 0);

  const auto report = Draw(file.target());

  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code(), StatusCode::kInvalidArgument);
}

TEST_F(RendererZeroCopy, RowsWithPaddingAreReadBack) {
  const TargetFile file(80, 64);
  PixelTarget target = file.target();
  target.width = 64;

  const auto report = Draw(target);

  ASSERT_TRUE(report) << report.error().message();
  EXPECT_EQ(report->path, PixelPath::kReadBack);
}

TEST_F(RendererZeroCopy, CanBeSwitchedOff) {
  renderer_ = MakeRenderer({.allow_zero_copy = false});
  const TargetFile file(64, 64);

  const auto report = Draw(file.target());

  ASSERT_TRUE(report) << report.error().message();
  EXPECT_FALSE(renderer_->zero_copy_available());
  EXPECT_EQ(report->path, PixelPath::kReadBack);
}

}  // namespace
}  // namespace goxel
