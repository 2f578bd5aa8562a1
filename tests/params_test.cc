#include "daemon/params.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "daemon/json_values.h"
#include "daemon/voxel_color.h"

namespace goxel {
namespace {

Params ParamsOf(std::string_view json) {
  auto params = Params::Parse(json);
  EXPECT_TRUE(params) << params.error().message();
  return *std::move(params);
}

std::int32_t IntegerOf(const Params& params, std::string_view name,
                       std::size_t position, std::int32_t fallback = 0) {
  const auto value = params.Find(name, position);
  return value ? AsCoordinate(*value).value_or(fallback) : fallback;
}

TEST(Params, AbsentParamsAreNotGiven) {
  const Params params = ParamsOf("");

  EXPECT_FALSE(params.given());
  EXPECT_FALSE(params.Find("x", 0));
  EXPECT_EQ(IntegerOf(params, "x", 0, 7), 7);
}

TEST(Params, ReadsByNameAndByPosition) {
  EXPECT_EQ(IntegerOf(ParamsOf(R"({"y":5})"), "y", 1), 5);
  EXPECT_EQ(IntegerOf(ParamsOf("[4,5]"), "y", 1), 5);
  EXPECT_EQ(ParamsOf(R"(["p"])").String("path", 0), "p");
}

TEST(Params, NullCountsAsMissing) {
  EXPECT_FALSE(ParamsOf(R"({"path":null})").Find("path", 0));
  EXPECT_FALSE(ParamsOf("[null]").Find("path", 0));
}

TEST(Params, IntegersAreLenient) {
  struct Case {
    const char* json;
    std::int32_t value;
  };
  for (const Case& c : std::initializer_list<Case>{
           {R"({"x":"7"})", 9},
           {R"({"x":true})", 9},
           {R"({"x":-0.5})", -1},
           {R"({"x":1.5})", 1},
           {R"({"x":2147483648})", -2147483648},
           {R"({"x":4294967297})", 1},
           {R"({"x":18446744073709551615})", -1},
           {R"({"x":1e300})", 9},
       }) {
    EXPECT_EQ(IntegerOf(ParamsOf(c.json), "x", 0, 9), c.value) << c.json;
  }
}

TEST(Params, RefusesWhatIsNoJson) {
  const auto params = Params::Parse(R"({"x":)");

  ASSERT_FALSE(params);
  EXPECT_EQ(params.error().code(), StatusCode::kInvalidArgument);
}

TEST(JsonValues, ErrorsNameValueAndWhatWouldBeRight) {
  const Params params = ParamsOf(R"({"ttl":-1,"mode":"zip"})");
  constexpr std::array<std::string_view, 3> kModes = {"a", "b", "c"};

  EXPECT_EQ(ReadInteger(*params.Find("ttl"), "ttl", 1, 10).error().message(),
            "ttl is -1; expected an integer from 1 to 10");
  EXPECT_EQ(ReadWord(*params.Find("mode"), "mode", kModes).error().message(),
            "mode is \"zip\"; expected a, b or c");
}

TEST(JsonValues, LongValuesAreShownCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "\xc3\xa4";
  const Params params = ParamsOf("[\"" + text + "\"]");

  const std::string message =
      ReadInteger(params.root().at(0).value(), "x", 0, 1).error().message();

  EXPECT_LT(message.size(), 120u);
  // The cut leaves whole two-byte characters behind the opening quote.
  const auto cut = message.find("...");
  ASSERT_NE(cut, std::string::npos);
  EXPECT_EQ((cut - message.find('"') - 1) % 2, 0u);
}

struct ColorCase {
  const char* json;
  Color color;
};

class VoxelColor : public testing::TestWithParam<ColorCase> {};

TEST_P(VoxelColor, IsReadAsClientsSendIt) {
  const auto color = ReadVoxelColor(ParamsOf(GetParam().json));

  ASSERT_TRUE(color) << color.error().message();
  EXPECT_EQ(*color, GetParam().color) << GetParam().json;
}

INSTANTIATE_TEST_SUITE_P(
    Forms, VoxelColor,
    testing::Values(ColorCase{"[]", {0, 0, 0, 255}},
                    ColorCase{"{}", {255, 255, 255, 255}},
                    ColorCase{"", {255, 255, 255, 255}},
                    ColorCase{"[1,2,3,10,20,30]", {10, 20, 30, 255}},
                    ColorCase{"[1,2,3,-5,300,30,40]", {0, 255, 30, 40}},
                    ColorCase{"[1,2,3,0.5,1.0,0.0,1.0]", {127, 255, 0, 255}},
                    ColorCase{"[1,2,3,200.7,1,0]", {200, 1, 0, 255}},
                    ColorCase{R"([1,2,3,"#FF8000"])", {255, 128, 0, 255}},
                    ColorCase{R"([1,2,3,"#ff800040"])", {255, 128, 0, 64}},
                    ColorCase{R"({"color":[1,2,3]})", {1, 2, 3, 255}},
                    ColorCase{R"({"color":[1.0,0.5,0]})", {255, 127, 0, 255}},
                    ColorCase{R"({"color":[1,2]})", {255, 255, 255, 255}},
                    ColorCase{R"({"color":5})", {255, 255, 255, 255}},
                    ColorCase{R"({"color":"#01020304"})", {1, 2, 3, 4}},
                    ColorCase{R"({"color":{"r":256,"g":2,"b":-1}})",
                              {0, 2, 255, 255}},
                    ColorCase{R"({"rgba":[1,2,3,4]})", {1, 2, 3, 4}},
                    ColorCase{R"({"r":9,"g":8,"b":7,"a":6})", {9, 8, 7, 6}},
                    ColorCase{R"({"r":9})", {9, 0, 0, 255}}));

TEST(VoxelColorErrors, KeepTheMessagesClientsKnow) {
  EXPECT_EQ(ReadVoxelColor(ParamsOf(R"([0,0,0,"red"])")).error().message(),
            "Invalid hex color in array");
  EXPECT_EQ(ReadVoxelColor(ParamsOf(R"({"color":"#12"})")).error().message(),
            "Invalid hex color format");
  EXPECT_EQ(ReadVoxelColor(ParamsOf(R"({"color":{"r":1}})")).error().message(),
            "Color object missing r, g, b fields");
}

}  // namespace
}  // namespace goxel
