#include "clients/cpp/process_mappings.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "clients/cpp/mapped_image.h"
#include "ipc/mapped_region.h"
#include "tests/child_process.h"
#include "tests/render_directory.h"

namespace goxel {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class ProcessMappingsTest : public testing::Test {
 protected:
  std::vector<FileMapping> Scan() {
    auto scan = ScanMappings(directory_.path());
    EXPECT_TRUE(scan) << scan.error().message();
    EXPECT_GT(scan->processes, 0u);
    return scan->mappings;
  }

  RenderDirectory directory_;
  const RenderInfo info_ = RenderDirectory::Describe(7);
};

TEST_F(ProcessMappingsTest, NothingIsMappedAtFirst) {
  directory_.WriteFile(info_);

  EXPECT_THAT(Scan(), IsEmpty());
}

TEST_F(ProcessMappingsTest, AMappingNamesItsProcess) {
  directory_.WriteFile(info_);
  const auto image =
      MappedImage::Open(directory_.fd(), RenderFileName(info_).c_str(), 7);
  ASSERT_TRUE(image) << image.error().message();

  const auto mappings = Scan();

  ASSERT_THAT(mappings, SizeIs(1));
  EXPECT_EQ(mappings[0].pid, ::getpid());
  EXPECT_EQ(mappings[0].file_name, RenderFileName(info_));
  EXPECT_EQ(mappings[0].bytes, 8192u);
  EXPECT_FALSE(mappings[0].removed);
  EXPECT_FALSE(mappings[0].writable);
  EXPECT_NE(mappings[0].command, "");
}

TEST_F(ProcessMappingsTest, AnotherProcessIsFoundToo) {
  directory_.WriteFile(info_);
  ChildProcess child([&](const ChildProcess::Ready& ready) {
    const auto image =
        MappedImage::Open(directory_.fd(), RenderFileName(info_).c_str(), 7);
    ready();
    return SleepUntilKilled();
  });
  child.AwaitReady();

  const auto mappings = Scan();

  ASSERT_THAT(mappings, SizeIs(1));
  EXPECT_EQ(mappings[0].pid, child.pid());
}

TEST_F(ProcessMappingsTest, AFileWithoutANameIsStillFound) {
  directory_.WriteFile(info_);
  const auto image =
      MappedImage::Open(directory_.fd(), RenderFileName(info_).c_str(), 7);
  ASSERT_TRUE(image) << image.error().message();
  std::filesystem::remove(directory_.PathOf(info_));

  const auto mappings = Scan();

  ASSERT_THAT(mappings, SizeIs(1));
  EXPECT_TRUE(mappings[0].removed);
  EXPECT_EQ(mappings[0].file_name, RenderFileName(info_));
}

TEST_F(ProcessMappingsTest, AMissingDirectoryIsNotFound) {
  EXPECT_EQ(ScanMappings("/nonexistent").error().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace goxel
