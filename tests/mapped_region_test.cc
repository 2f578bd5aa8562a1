#include "ipc/mapped_region.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <vector>

#include "ipc/unique_fd.h"

namespace goxel {
namespace {

constexpr std::size_t kFileBytes = 10000;  // No multiple of a page.

std::byte ByteAt(std::size_t offset) {
  return static_cast<std::byte>(offset * 7);
}

UniqueFd MakeFile(std::size_t size = kFileBytes) {
  UniqueFd fd(::memfd_create("mapped_region_test", MFD_CLOEXEC));
  std::vector<std::byte> content(size);
  for (std::size_t i = 0; i < size; ++i) content[i] = ByteAt(i);
  EXPECT_EQ(::pwrite(fd.get(), content.data(), size, 0),
            static_cast<ssize_t>(size));
  return fd;
}

StatusCode CodeOfMapping(std::uint64_t offset, std::size_t size) {
  const auto region =
      MappedRegion::Map(MakeFile().get(), MapAccess::kReadOnly, offset, size);
  return region ? StatusCode::kOk : region.error().code();
}

TEST(MappedRegion, WholeFileIsMapped) {
  const auto region =
      MappedRegion::MapAll(MakeFile().get(), MapAccess::kReadOnly);

  ASSERT_TRUE(region) << region.error().message();
  EXPECT_EQ(region->size(), kFileBytes);
  EXPECT_EQ(region->bytes()[kFileBytes - 1], ByteAt(kFileBytes - 1));
}

TEST(MappedRegion, AnyOffsetIsMapped) {
  const UniqueFd fd = MakeFile();
  for (const std::size_t offset : {0, 1, 4095, 4096, 4097, 9999}) {
    const std::size_t size = std::min<std::size_t>(100, kFileBytes - offset);

    const auto region =
        MappedRegion::Map(fd.get(), MapAccess::kReadOnly, offset, size);

    ASSERT_TRUE(region) << offset << ": " << region.error().message();
    EXPECT_EQ(region->bytes().size(), size);
    EXPECT_EQ(region->bytes().front(), ByteAt(offset));
    EXPECT_EQ(region->bytes().back(), ByteAt(offset + size - 1));
  }
}

TEST(MappedRegion, WritingReachesTheFile) {
  const UniqueFd fd = MakeFile();
  auto region = MappedRegion::Map(fd.get(), MapAccess::kReadWrite, 5000, 10);
  ASSERT_TRUE(region) << region.error().message();

  region->writable_bytes()[3] = std::byte{0xee};

  std::byte read{};
  ASSERT_EQ(::pread(fd.get(), &read, 1, 5003), 1);
  EXPECT_EQ(read, std::byte{0xee});
}

TEST(MappedRegion, MappingOutlivesItsDescriptor) {
  UniqueFd fd = MakeFile();
  const auto region = MappedRegion::MapAll(fd.get(), MapAccess::kReadOnly);
  ASSERT_TRUE(region);

  fd.reset();

  EXPECT_EQ(region->bytes()[9], ByteAt(9));
}

TEST(MappedRegion, RangeBeyondTheFileIsRefused) {
  EXPECT_EQ(CodeOfMapping(0, kFileBytes), StatusCode::kOk);
  EXPECT_EQ(CodeOfMapping(0, 0), StatusCode::kInvalidArgument);
  EXPECT_EQ(CodeOfMapping(0, kFileBytes + 1), StatusCode::kInvalidArgument);
  EXPECT_EQ(CodeOfMapping(1, kFileBytes), StatusCode::kInvalidArgument);
  EXPECT_EQ(CodeOfMapping(kFileBytes, 1), StatusCode::kInvalidArgument);
  EXPECT_EQ(CodeOfMapping(~std::uint64_t{0}, 2), StatusCode::kInvalidArgument);
  EXPECT_EQ(CodeOfMapping(1, ~std::size_t{0}), StatusCode::kInvalidArgument);
}

TEST(MappedRegion, EmptyFileIsRefused) {
  const auto region =
      MappedRegion::MapAll(MakeFile(0).get(), MapAccess::kReadOnly);

  ASSERT_FALSE(region);
  EXPECT_EQ(region.error().code(), StatusCode::kInvalidArgument);
}

TEST(MappedRegion, ClosedDescriptorIsAnError) {
  const auto region = MappedRegion::MapAll(-1, MapAccess::kReadOnly);

  ASSERT_FALSE(region);
  EXPECT_THAT(region.error().message(), testing::HasSubstr("descriptor"));
}

TEST(MappedRegion, WritableMappingOfReadOnlyDescriptorIsRefused) {
  const UniqueFd fd(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));

  const auto region = MappedRegion::MapAll(fd.get(), MapAccess::kReadWrite);

  ASSERT_FALSE(region);
  EXPECT_EQ(region.error().code(), StatusCode::kPermissionDenied);
}

TEST(MappedRegion, PopulatingKeepsTheContent) {
  auto region = MappedRegion::Map(MakeFile().get(), MapAccess::kReadWrite, 5000,
                                  kFileBytes - 5000);
  ASSERT_TRUE(region);

  region->PopulateForWriting();
  MappedRegion().PopulateForWriting();

  EXPECT_EQ(region->bytes().front(), ByteAt(5000));
}

}  // namespace
}  // namespace goxel
