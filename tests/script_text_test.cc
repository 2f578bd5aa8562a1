#include "daemon/script_text.h"

#include <gtest/gtest.h>

namespace goxel {
namespace {

TEST(ScriptText, PlainTextStaysAsItIs) {
  EXPECT_EQ(Utf8FromSurrogates(""), "");
  EXPECT_EQ(Utf8FromSurrogates("voxel"), "voxel");
  EXPECT_EQ(Utf8FromSurrogates("Wür\xed\x9f\xbf"
                               "fel 立方 😀"),
            "Wür\xed\x9f\xbf"
            "fel 立方 😀");
}

TEST(ScriptText, APairOfSurrogatesIsOneCharacter) {
  EXPECT_EQ(Utf8FromSurrogates("a\xed\xa0\xbd\xed\xb8\x80z"), "a😀z");
  EXPECT_EQ(Utf8FromSurrogates("\xed\xa0\x80\xed\xb0\x80"), "\U00010000");
  EXPECT_EQ(Utf8FromSurrogates("\xed\xaf\xbf\xed\xbf\xbf"), "\U0010ffff");
}

TEST(ScriptText, ALoneSurrogateIsReplaced) {
  EXPECT_EQ(Utf8FromSurrogates("\xed\xa0\xbd"), "\ufffd");
  EXPECT_EQ(Utf8FromSurrogates("\xed\xb8\x80\xed\xa0\xbd"), "\ufffd\ufffd");
  EXPECT_EQ(Utf8FromSurrogates("\xed\xa0\xbdx"), "\ufffdx");
}

TEST(ScriptText, ATextThatIsCutOffStaysCutOff) {
  EXPECT_EQ(Utf8FromSurrogates("a\xed"), "a\xed");
  EXPECT_EQ(Utf8FromSurrogates("a\xed\xa0"), "a\xed\xa0");
}

}  // namespace
}  // namespace goxel
