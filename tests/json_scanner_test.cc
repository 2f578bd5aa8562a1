#include "daemon/json_scanner.h"

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

namespace goxel {
namespace {

using testing::ElementsAre;

bool IsValue(std::string_view text) {
  JsonScanner scan(text);
  return scan.SkipValue() && scan.AtEnd();
}

class JsonText : public testing::TestWithParam<const char*> {};

TEST_P(JsonText, IsPassedOver) { EXPECT_TRUE(IsValue(GetParam())); }

INSTANTIATE_TEST_SUITE_P(
    JsonScanner, JsonText,
    testing::Values("0", "-0", "12", "-1.5", "1e9", "1E+9", "2.5e-3",
                    "123456789012345678901234567890", "true", "false", "null",
                    "\"\"", R"("a\"b")", R"("\\\/\b\f\n\r\t")",
                    R"("\u00e9\uD83D\uDE00")", "\"\xc3\xa9\"", "[]", "[ ]",
                    "{}", "{ }", " [1 , 2,\n3 ]\t", R"({"a":1,"a":[{}]})"));

class NoJsonText : public testing::TestWithParam<const char*> {};

TEST_P(NoJsonText, IsRefused) { EXPECT_FALSE(IsValue(GetParam())); }

INSTANTIATE_TEST_SUITE_P(
    JsonScanner, NoJsonText,
    testing::Values("", " ", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1",
                    "NaN", "tru", "truex", "nul", "None", "'a'", "\"", "\"a",
                    "\"\\", R"("\x")", R"("\u12")", R"("\u12g4")",
                    R"("\ud800")", R"("\ud800x")", R"("\ud800\u0041")",
                    R"("\udc00")", "\"\n\"", "\"\x01\"", "[", "[1", "[1,",
                    "[1,]", "[,1]", "[1 2]", "[1}", "{", R"({"a")", R"({"a":)",
                    R"({"a":1)", R"({"a":1,})", R"({"a" 1})", "{1:2}", "{,}",
                    "1 2", "{}}", "// x"));

TEST(JsonScanner, StopsAtTheEndOfItsTextWhateverFollows) {
  const std::string_view text = R"("abc")";
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(IsValue(text.substr(0, size))) << size;
  }
  EXPECT_TRUE(IsValue(std::string_view("123").substr(0, 2)));
}

TEST(JsonScanner, GivesValuesAsTheyStand) {
  const std::string_view text = R"( [ 1.50 , "a\n", { "b" : [ ] } , null ] )";
  std::vector<std::string> values;
  JsonScanner scan(text);

  const bool read = scan.ReadArray([&] {
    std::string_view value;
    if (!scan.ReadValue(&value)) return false;
    values.emplace_back(value);
    return true;
  });

  EXPECT_TRUE(read);
  EXPECT_TRUE(scan.AtEnd());
  EXPECT_THAT(values,
              ElementsAre("1.50", R"("a\n")", R"({ "b" : [ ] })", "null"));
}

TEST(JsonScanner, EndsAtTheMemberThatCannotBeRead) {
  std::vector<std::string> keys;
  JsonScanner scan(R"({"a":1,"b":2,"c":3})");

  EXPECT_FALSE(scan.ReadObject([&](std::string_view key) {
    keys.emplace_back(key);
    return key != "b" && scan.SkipValue();
  }));

  EXPECT_THAT(keys, ElementsAre("a", "b"));
}

TEST(JsonScanner, NamesAreTheSameWithAndWithoutEscapes) {
  EXPECT_TRUE(IsName("id", "id"));
  EXPECT_TRUE(IsName(R"(\u0069d)", "id"));
  EXPECT_FALSE(IsName("ID", "id"));
  EXPECT_FALSE(IsName("", "id"));
  EXPECT_FALSE(IsName(R"(\u0069\u0065)", "id"));
  EXPECT_EQ(Unescaped(R"(\"\u00e9\uD83D\uDE00\n)"),
            "\"\xc3\xa9\xf0\x9f\x98\x80\n");
}

}  // namespace
}  // namespace goxel
