// Strings of JavaScript as text that others can read.

#ifndef DAEMON_SCRIPT_TEXT_H_
#define DAEMON_SCRIPT_TEXT_H_

#include <string>
#include <string_view>

namespace goxel {

// UTF-8 of what a script engine calls UTF-8: characters beyond U+FFFF, which it
// writes as two surrogates of three bytes each, become one of four, and a
// surrogate without its other half U+FFFD. All else stays as it is, invalid
// bytes included.
std::string Utf8FromSurrogates(std::string_view text);

}  // namespace goxel

#endif  // DAEMON_SCRIPT_TEXT_H_
