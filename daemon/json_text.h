// JSON text made by hand, for the few lines that need no document.

#ifndef DAEMON_JSON_TEXT_H_
#define DAEMON_JSON_TEXT_H_

#include <string>
#include <string_view>

namespace goxel {

// Appends `text` as a JSON string with its quotes. Bytes that are no UTF-8
// become U+FFFD, so the result is valid JSON for every input.
void AppendJsonString(std::string_view text, std::string* json);

}  // namespace goxel

#endif  // DAEMON_JSON_TEXT_H_
