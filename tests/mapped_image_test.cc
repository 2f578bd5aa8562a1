#include "clients/cpp/mapped_image.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <chrono>
#include <optional>
#include <thread>

#include "ipc/lease.h"
#include "tests/child_process.h"
#include "tests/render_directory.h"
#include "tests/result_code.h"

namespace goxel {
namespace {

constexpr RenderId kId = 0x1122334455667788;

class MappedImageTest : public testing::Test {
 protected:
  RenderDirectory directory_;
  const RenderInfo info_ = RenderDirectory::Describe(kId);
  const std::string name_ = RenderFileName(info_);

  void SetUp() override { directory_.WriteFile(info_); }

  Result<MappedImage> Open(RenderId id = kId) const {
    return MappedImage::Open(directory_.fd(), name_.c_str(), id);
  }

  UniqueFd OpenForWriting() const {
    return UniqueFd(::open(directory_.PathOf(info_).c_str(), O_RDWR));
  }
};

TEST_F(MappedImageTest, ShowsThePixelsOfTheFile) {
  const auto image = Open();

  ASSERT_TRUE(image) << image.error().message();
  EXPECT_EQ(image->width(), 4u);
  EXPECT_EQ(image->height(), 2u);
  EXPECT_EQ(image->stride_bytes(), 16u);
  ASSERT_EQ(image->pixels().size(), 32u);
  for (std::size_t i = 0; i < 32; ++i) {
    EXPECT_EQ(image->pixels()[i], RenderDirectory::PixelByte(kId, i));
  }
  EXPECT_EQ(image->row(1).front(), RenderDirectory::PixelByte(kId, 16));
}

TEST_F(MappedImageTest, AnotherRendersIdIsNotFound) {
  EXPECT_EQ(CodeOf(Open(kId + 1)), StatusCode::kNotFound);
}

TEST_F(MappedImageTest, AMissingFileIsNotFound) {
  std::filesystem::remove(directory_.PathOf(info_));

  EXPECT_EQ(CodeOf(Open()), StatusCode::kNotFound);
}

TEST_F(MappedImageTest, AFileThatAnEvictorLetsGoOfIsMapped) {
  UniqueFd evictor = OpenForWriting();
  ASSERT_EQ(TakeWriteLease(evictor.get()), LeaseResult::kGranted);
  std::thread lets_go([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    evictor.reset();
  });

  EXPECT_TRUE(Open());
  lets_go.join();
}

TEST_F(MappedImageTest, AFileThatAnEvictorRemovesIsNotFound) {
  const UniqueFd evictor = OpenForWriting();
  ASSERT_EQ(TakeWriteLease(evictor.get()), LeaseResult::kGranted);
  std::thread removes([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::filesystem::remove(directory_.PathOf(info_));
  });

  EXPECT_EQ(CodeOf(Open()), StatusCode::kNotFound);
  removes.join();
}

TEST_F(MappedImageTest, ATruncatedFileIsDataLoss) {
  for (const auto size : {4096 + 31, 4096, 4095, 100, 1}) {
    std::filesystem::resize_file(directory_.PathOf(info_),
                                 static_cast<std::uintmax_t>(size));

    EXPECT_EQ(CodeOf(Open()), StatusCode::kDataLoss) << size;
  }
}

TEST_F(MappedImageTest, AnEmptyFileIsRefused) {
  std::filesystem::resize_file(directory_.PathOf(info_), 0);

  EXPECT_FALSE(Open());
}

TEST_F(MappedImageTest, AFileThatIsTooLongIsDataLoss) {
  std::filesystem::resize_file(directory_.PathOf(info_), 4096 + 33);

  EXPECT_EQ(CodeOf(Open()), StatusCode::kDataLoss);
}

TEST_F(MappedImageTest, AHeaderOfOtherBytesIsDataLoss) {
  std::ofstream(directory_.PathOf(info_)) << std::string(8192, 'x');

  EXPECT_EQ(CodeOf(Open()), StatusCode::kDataLoss);
}

TEST_F(MappedImageTest, ASymbolicLinkIsNotFollowed) {
  const auto target = directory_.path() / "elsewhere";
  std::filesystem::rename(directory_.PathOf(info_), target);
  std::filesystem::create_symlink(target, directory_.PathOf(info_));

  EXPECT_FALSE(Open());
}

TEST_F(MappedImageTest, ADirectoryOrAPipeWithTheNameIsRefused) {
  std::filesystem::remove(directory_.PathOf(info_));
  std::filesystem::create_directory(directory_.PathOf(info_));
  EXPECT_FALSE(Open());

  std::filesystem::remove(directory_.PathOf(info_));
  ASSERT_EQ(::mkfifo(directory_.PathOf(info_).c_str(), 0600), 0);
  EXPECT_FALSE(Open());
}

TEST_F(MappedImageTest, AFileBeingEvictedIsNotFound) {
  const UniqueFd writer = OpenForWriting();
  ASSERT_EQ(TakeWriteLease(writer.get()), LeaseResult::kGranted);

  EXPECT_EQ(CodeOf(Open()), StatusCode::kNotFound);
}

TEST_F(MappedImageTest, HoldsItsLeaseAsLongAsItLives) {
  const UniqueFd writer = OpenForWriting();
  std::optional<MappedImage> image = *Open();
  EXPECT_EQ(TakeWriteLease(writer.get()), LeaseResult::kBusy);

  std::optional<MappedImage> moved = std::move(image);
  image.reset();
  EXPECT_EQ(TakeWriteLease(writer.get()), LeaseResult::kBusy);

  moved.reset();
  EXPECT_EQ(TakeWriteLease(writer.get()), LeaseResult::kGranted);
}

TEST_F(MappedImageTest, LeaseOfAKilledProcessEndsWithIt) {
  const UniqueFd writer = OpenForWriting();
  ChildProcess reader([this](const ChildProcess::Ready& ready) {
    const auto image = Open();
    if (image) ready();
    return ::pause();
  });
  reader.AwaitReady();
  EXPECT_EQ(TakeWriteLease(writer.get()), LeaseResult::kBusy);

  reader.Kill();

  EXPECT_EQ(TakeWriteLease(writer.get()), LeaseResult::kGranted);
}

TEST_F(MappedImageTest, KeepsNoDescriptorOpen) {
  const auto count = [] {
    const std::filesystem::directory_iterator open("/proc/self/fd");
    return std::distance(begin(open), end(open));
  };
  const auto before = count();

  const auto image = Open();

  ASSERT_TRUE(image);
  EXPECT_EQ(count(), before);
}

TEST_F(MappedImageTest, KeepsItsPixelsWhenTheNameGoes) {
  const auto image = Open();
  ASSERT_TRUE(image);

  std::filesystem::remove(directory_.PathOf(info_));

  EXPECT_EQ(image->pixels()[5], RenderDirectory::PixelByte(kId, 5));
}

// A memfd of 64 bytes with the given seals.
UniqueFd MakeMemfd(unsigned seals) {
  UniqueFd fd(::memfd_create("mapped_image_test", MFD_ALLOW_SEALING));
  EXPECT_EQ(::ftruncate(fd.get(), 64), 0);
  EXPECT_EQ(::pwrite(fd.get(), "pixel", 5, 16), 5);
  EXPECT_EQ(::fcntl(fd.get(), F_ADD_SEALS, seals), 0);
  return fd;
}

constexpr unsigned kAllSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
constexpr MappedImage::Geometry kSmall = {
    .width = 3, .height = 4, .stride_bytes = 12, .pixel_offset = 16};

TEST(MappedDescriptorTest, ShowsThePixelsOfASealedMemfd) {
  const UniqueFd fd = MakeMemfd(kAllSeals);

  const auto image = MappedImage::FromDescriptor(fd.get(), kSmall);

  ASSERT_TRUE(image) << image.error().message();
  EXPECT_EQ(image->pixels().size(), 48u);
  EXPECT_EQ(image->pixels()[0], std::byte{'p'});
}

TEST(MappedDescriptorTest, AMissingSealIsDataLoss) {
  for (const unsigned missing : {F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE}) {
    const UniqueFd fd = MakeMemfd(kAllSeals & ~missing);

    EXPECT_EQ(CodeOf(MappedImage::FromDescriptor(fd.get(), kSmall)),
              StatusCode::kDataLoss)
        << missing;
  }
}

TEST(MappedDescriptorTest, AFileThatCannotBeSealedIsDataLoss) {
  const UniqueFd fd(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));

  EXPECT_EQ(CodeOf(MappedImage::FromDescriptor(fd.get(), kSmall)),
            StatusCode::kDataLoss);
}

TEST(MappedDescriptorTest, GeometryThatDoesNotFitIsDataLoss) {
  const UniqueFd fd = MakeMemfd(kAllSeals);
  const std::uint32_t huge = 0xffffffff;
  const MappedImage::Geometry bad[] = {
      {.width = 3, .height = 4, .stride_bytes = 12, .pixel_offset = 17},
      {.width = 3, .height = 5, .stride_bytes = 12, .pixel_offset = 16},
      {.width = 4, .height = 4, .stride_bytes = 12, .pixel_offset = 0},
      {.width = 0, .height = 4, .stride_bytes = 12, .pixel_offset = 16},
      {.width = 3, .height = 0, .stride_bytes = 12, .pixel_offset = 16},
      {.width = 3, .height = 4, .stride_bytes = 12, .pixel_offset = 65},
      {.width = huge, .height = huge, .stride_bytes = huge, .pixel_offset = 0},
      {.width = 1, .height = 1, .stride_bytes = 4, .pixel_offset = SIZE_MAX},
  };
  for (const auto& geometry : bad) {
    EXPECT_EQ(CodeOf(MappedImage::FromDescriptor(fd.get(), geometry)),
              StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace goxel
