// The part of a script's surroundings that is written in JavaScript.

#ifndef DAEMON_SCRIPT_HOST_PRELUDE_H_
#define DAEMON_SCRIPT_HOST_PRELUDE_H_

#include <string_view>

namespace goxel {

// What stack traces call it.
inline constexpr char kPreludeName[] = "goxel-prelude";

// A function (start, call, print), to be called with the decoded body of
// kStart, a function that sends a request and returns its decoded response, and
// one that sends a line of the console. It makes `goxel` and `console` and
// returns {result, error}: functions that make the bodies of kResult, of a
// value, and of kError, of what was thrown.
std::string_view Prelude();

}  // namespace goxel

#endif  // DAEMON_SCRIPT_HOST_PRELUDE_H_
