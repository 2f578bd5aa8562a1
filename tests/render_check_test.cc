#include "clients/cpp/render_check.h"

#include <gmock/gmock.h>
#include <sys/mman.h>

#include <filesystem>
#include <fstream>

#include "ipc/lease.h"
#include "tests/render_directory.h"

namespace goxel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RenderCheckTest : public testing::Test {
 protected:
  RenderInfo Write(RenderId id) {
    const RenderInfo info = RenderDirectory::Describe(id);
    directory_.WriteFile(info);
    return info;
  }
  RenderCheck Check(const RenderInfo& info) {
    return CheckRender(directory_.fd(), info);
  }

  RenderDirectory directory_;
};

TEST_F(RenderCheckTest, AWholeRenderHasNoProblem) {
  const RenderInfo info = Write(7);

  EXPECT_THAT(Check(info).problems, IsEmpty());
  EXPECT_EQ(Check(info).checksum, ChecksumVerdict::kNone);
  EXPECT_THAT(CheckRenderFile(directory_.fd(), RenderFileName(info)).problems,
              IsEmpty());
}

TEST_F(RenderCheckTest, AMissingFileIsAProblem) {
  EXPECT_THAT(Check(RenderDirectory::Describe(7)).problems,
              ElementsAre(HasSubstr("cannot be opened")));
}

TEST_F(RenderCheckTest, AFileOfAnotherSizeIsAProblem) {
  const RenderInfo info = Write(7);
  std::filesystem::resize_file(directory_.PathOf(info), info.size_bytes - 1);

  EXPECT_THAT(Check(info).problems,
              ElementsAre(HasSubstr("and the index says"),
                          HasSubstr("4 x 2 pixels need 4128")));
}

TEST_F(RenderCheckTest, TheFileOfAnotherRenderIsAProblem) {
  const RenderInfo info = Write(7);
  std::filesystem::rename(directory_.PathOf(Write(8)), directory_.PathOf(info));

  EXPECT_THAT(Check(info).problems,
              ElementsAre(HasSubstr("its own record says that it is render_")));
}

TEST_F(RenderCheckTest, ChecksumsAreComputedAgain) {
  RenderInfo info = Write(7);
  info.checksum.kind = ChecksumKind::kSha256;

  EXPECT_EQ(Check(info).checksum, ChecksumVerdict::kDiffers);
  EXPECT_THAT(Check(info).problems, ElementsAre(HasSubstr("was recorded")));
  info.checksum.kind = ChecksumKind::kXxh3;
  EXPECT_EQ(Check(info).checksum, ChecksumVerdict::kNotChecked);
}

TEST_F(RenderCheckTest, ARenderThatIsBeingEvictedIsGone) {
  const RenderInfo info = Write(7);
  const UniqueFd fd(
      ::open(directory_.PathOf(info).c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_TRUE(TakeWriteLease(fd.get()));

  EXPECT_TRUE(Check(info).gone);
  EXPECT_THAT(Check(info).problems, IsEmpty());
}

}  // namespace
}  // namespace goxel
