// JSON with gaps, for replies of which a part varies.
//
// A pattern is JSON. It matches JSON that is equal to it, whatever the order of
// the members and the form of the numbers, where these stand for others:
//
//   "*"               any value
//   "*integer", "*number", "*string", "*boolean", "*array", "*object"
//   "*has WORDS"      a string that has these words in it
//   "...": 0          in an object: any further members
//   "..."             at the end of an array: any further elements

#ifndef TESTS_E2E_JSON_PATTERN_H_
#define TESTS_E2E_JSON_PATTERN_H_

#include <string>

namespace goxel {

// Where `json` differs from `pattern` and how; empty when it matches.
std::string Mismatch(const std::string& pattern, const std::string& json);

}  // namespace goxel

#endif  // TESTS_E2E_JSON_PATTERN_H_
