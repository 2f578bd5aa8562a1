// Guesses what somebody meant who mistyped a name.

#ifndef DAEMON_NEAREST_WORD_H_
#define DAEMON_NEAREST_WORD_H_

#include <span>
#include <string>
#include <string_view>

namespace goxel {

// The one of `words` that takes the fewest letters inserted, removed or
// replaced to become `typed` (Levenshtein distance), the first of several;
// empty when all are further away than a third of `typed`.
std::string NearestWord(std::string_view typed,
                        std::span<const std::string> words);

}  // namespace goxel

#endif  // DAEMON_NEAREST_WORD_H_
