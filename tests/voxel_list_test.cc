#include "daemon/voxel_list.h"

#include <gmock/gmock.h>

#include <string>
#include <string_view>

namespace goxel {
namespace {

VoxelList Read(std::string_view params) {
  auto list = ReadVoxelList(params);
  EXPECT_TRUE(list) << list.error().message();
  return list ? *std::move(list) : VoxelList{};
}

VoxelList ReadElement(const std::string& element) {
  return Read(R"({"voxels":[)" + element + "]}");
}

TEST(VoxelList, IsReadByNameAndByPosition) {
  for (const char* params :
       {R"({"voxels":[{"x":1,"y":-2,"z":3,"r":4,"g":5,"b":6,"a":7}]})",
        R"([[{"x":1,"y":-2,"z":3,"r":4,"g":5,"b":6,"a":7}],"more"])",
        R"( { "a" : {"voxels":0}, "voxels" : [ {"a":7,"b":6,"g":5,"r":4,)"
        R"("z":3, "y":-2 , "x" : 1 } ] , "project_id" : "p" } )"}) {
    const VoxelList list = Read(params);

    ASSERT_EQ(list.voxels.size(), 1u) << params;
    EXPECT_EQ(list.failed, 0u);
    EXPECT_EQ(list.voxels[0].cell, (Cell{1, -2, 3}));
    EXPECT_EQ(list.voxels[0].color, (Color{4, 5, 6, 7}));
  }
}

TEST(VoxelList, EmptyListIsNoError) {
  EXPECT_EQ(Read(R"({"voxels":[]})").voxels.size(), 0u);
  EXPECT_EQ(Read("[[]]").failed, 0u);
}

TEST(VoxelList, WithoutAListItSaysWhatClientsKnow) {
  EXPECT_EQ(ReadVoxelList("").error().message(), "Missing voxels parameter");
  for (const char* params :
       {"{}", "[]", R"({"voxels":1})", R"({"voxels":{}})", R"({"Voxels":[]})",
        "[null]", R"([{"voxels":[]}])", R"({"voxels":[],"voxels":0})"}) {
    const auto list = ReadVoxelList(params);

    ASSERT_FALSE(list) << params;
    EXPECT_EQ(list.error().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(list.error().message(),
              "Invalid voxels parameter (must be array)");
  }
}

TEST(VoxelList, LastOfEqualMembersCounts) {
  EXPECT_EQ(Read(R"({"voxels":[1,2],"voxels":[3]})").failed, 1u);
  const auto list =
      ReadElement(R"({"x":1,"y":1,"z":1,"r":1,"g":1,"b":1,"x":9,"\u0078":8})");
  EXPECT_EQ(list.voxels.at(0).cell.x, 8);
}

TEST(VoxelList, AlphaIsOpaqueUnlessItIsAnInteger) {
  for (const char* alpha : {"", R"(,"a":255)", R"(,"a":null)", R"(,"a":"0")",
                            R"(,"a":1.0)", R"(,"a":[0])", R"(,"a":true)"}) {
    const auto list = ReadElement(R"({"x":0,"y":0,"z":0,"r":0,"g":0,"b":0)" +
                                  std::string(alpha) + "}");

    ASSERT_EQ(list.voxels.size(), 1u) << alpha;
    EXPECT_EQ(list.voxels[0].color.a, 255) << alpha;
  }
}

TEST(VoxelList, CoordinatesHave32Bits) {
  const auto list = ReadElement(
      R"({"x":2147483647,"y":-2147483648,"z":-0,"r":0,"g":0,"b":0})");

  ASSERT_EQ(list.voxels.size(), 1u);
  EXPECT_EQ(list.voxels[0].cell, (Cell{2147483647, -2147483647 - 1, 0}));
}

class FailedElement : public testing::TestWithParam<const char*> {};

TEST_P(FailedElement, IsCountedAndTheOthersAreRead) {
  const std::string good = R"({"x":1,"y":1,"z":1,"r":1,"g":1,"b":1})";

  const auto list = ReadElement(good + "," + GetParam() + "," + good);

  EXPECT_EQ(list.voxels.size(), 2u);
  EXPECT_EQ(list.failed, 1u);
}

INSTANTIATE_TEST_SUITE_P(
    VoxelList, FailedElement,
    testing::Values(
        "1", "null", "[]", R"("x")", "{}", R"({"y":0,"z":0,"r":0,"g":0,"b":0})",
        R"({"x":0,"y":0,"z":0,"r":0,"g":0})",
        R"({"x":"0","y":0,"z":0,"r":0,"g":0,"b":0})",
        R"({"x":0.0,"y":0,"z":0,"r":0,"g":0,"b":0})",
        R"({"x":1e2,"y":0,"z":0,"r":0,"g":0,"b":0})",
        R"({"x":null,"y":0,"z":0,"r":0,"g":0,"b":0})",
        R"({"x":{"y":0},"y":0,"z":0,"r":0,"g":0,"b":0})",
        R"({"x":2147483648,"y":0,"z":0,"r":0,"g":0,"b":0})",
        R"({"x":0,"y":-2147483649,"z":0,"r":0,"g":0,"b":0})",
        R"({"x":0,"y":0,"z":99999999999999999999,"r":0,"g":0,"b":0})",
        R"({"x":0,"y":0,"z":-99999999999999999999,"r":0,"g":0,"b":0})",
        R"({"x":0,"y":0,"z":0,"r":256,"g":0,"b":0})",
        R"({"x":0,"y":0,"z":0,"r":0,"g":-1,"b":0})",
        R"({"x":0,"y":0,"z":0,"r":0,"g":0,"b":0,"a":256})",
        R"({"x":0,"y":0,"z":0,"r":0,"g":0,"b":0,"a":99999999999999999999})",
        R"({"x":0,"y":0,"z":0,"r":0,"g":0,"b":0,"x":"1"})"));

TEST(VoxelList, TextThatIsCutShortIsNoList) {
  const std::string_view params =
      R"({"voxels":[{"x":1,"y":2,"z":3,"r":4,"g":5,"b":6}]})";
  for (std::size_t size = 1; size < params.size(); ++size) {
    EXPECT_FALSE(ReadVoxelList(params.substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace goxel
