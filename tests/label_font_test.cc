#include "renderer/label_font.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace goxel {
namespace {

// The glyph as text, a row after the other.
std::string Ink(char character) {
  std::string ink;
  for (std::uint32_t y = 0; y < kGlyphHeight; ++y) {
    for (std::uint32_t x = 0; x < kGlyphWidth; ++x) {
      ink += GlyphHasInk(character, x, y) ? '#' : '.';
    }
    ink += '\n';
  }
  return ink;
}

TEST(LabelFontTest, EveryPrintableCharacterHasAGlyphOfItsOwn) {
  std::map<std::string, char> glyphs;
  for (char c = kFirstGlyph; c <= kLastGlyph; ++c) {
    const auto [other, distinct] = glyphs.emplace(Ink(c), c);
    EXPECT_TRUE(distinct) << "'" << c << "' looks like '" << other->second
                          << "'\n"
                          << Ink(c);
    const bool has_ink = Ink(c).find('#') != std::string::npos;
    EXPECT_EQ(has_ink, c != ' ') << c;
  }
}

TEST(LabelFontTest, OnlyWhatHangsBelowTheLineUsesTheLastRow) {
  const std::string hanging = ",gjpqy";
  for (char c = kFirstGlyph; c <= kLastGlyph; ++c) {
    bool hangs = false;
    for (std::uint32_t x = 0; x < kGlyphWidth; ++x) {
      hangs |= GlyphHasInk(c, x, kGlyphHeight - 1);
    }
    EXPECT_EQ(hangs, hanging.find(c) != std::string::npos) << c;
  }
}

TEST(LabelFontTest, WhatHasNoGlyphIsAQuestionMark) {
  EXPECT_EQ(Ink('\n'), Ink('?'));
  EXPECT_EQ(Ink('\xff'), Ink('?'));
}

TEST(LabelFontTest, ACharacterBeyondAsciiIsOneLetter) {
  EXPECT_EQ(FitLabel("Burg f\xc3\xbcr 2 \xe2\x82\xac", 20), "Burg f?r 2 ?");
}

TEST(LabelFontTest, ALongLabelIsCutAndSaysSo) {
  EXPECT_EQ(FitLabel("isometric", 9), "isometric");
  EXPECT_EQ(FitLabel("isometric", 8), "isomet..");
  EXPECT_EQ(FitLabel("isometric", 2), "is");
  EXPECT_EQ(FitLabel("isometric", 0), "");
}

}  // namespace
}  // namespace goxel
