// The letters of labels: the printable characters of ASCII, drawn by hand as
// five columns of eight rows. Capitals and digits stand on the last row but
// one; what hangs below the line takes the last.
//
// Thread safety: all functions may be called from any thread.

#ifndef RENDERER_LABEL_FONT_H_
#define RENDERER_LABEL_FONT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace goxel {

inline constexpr std::uint32_t kGlyphWidth = 5;
inline constexpr std::uint32_t kGlyphHeight = 8;
inline constexpr std::uint32_t kGlyphAdvance = 6;  // To the next letter.

inline constexpr char kFirstGlyph = ' ';
inline constexpr char kLastGlyph = '~';

// True where the letter has ink. `x` counts from the left, `y` from the top;
// a character without a glyph shows as a question mark.
// REQUIRES: x < kGlyphWidth, y < kGlyphHeight.
bool GlyphHasInk(char character, std::uint32_t x, std::uint32_t y);

// `text`, which is UTF-8, as at most `max_letters` letters: each character
// beyond ASCII is one question mark, and what is cut off ends in two dots.
std::string FitLabel(std::string_view text, std::size_t max_letters);

}  // namespace goxel

#endif  // RENDERER_LABEL_FONT_H_
