// The lines of a text one after the other, with their numbers for messages.

#ifndef RENDERER_FORMATS_NUMBERED_LINES_H_
#define RENDERER_FORMATS_NUMBERED_LINES_H_

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "ipc/status.h"
#include "renderer/formats/text_lines.h"

namespace goxel {

class NumberedLines {
 public:
  // `text` must outlive this object and what it hands out.
  explicit NumberedLines(std::string_view text) : rest_(text) {}

  // Goes on to the next line; false at the end of the text.
  bool Next() {
    if (rest_.empty()) return false;
    line_ = TakeLine(rest_);
    ++number_;
    return true;
  }

  std::string_view line() const { return line_; }

  // Bytes behind the line.
  std::size_t remaining() const { return rest_.size(); }

  // "line 7 is "..."; expected <what>".
  Status Unexpected(StatusCode code, std::string_view what) const {
    return {code, fmt::format("line {} is \"{}\"; expected {}", number_,
                              Quote(line_), what)};
  }

  // The status with the line's number before its message.
  Status Located(const Status& status) const {
    return status.Retold(status.code(),
                         fmt::format("line {}: {}", number_, status.message()));
  }

 private:
  std::string_view rest_;
  std::string_view line_;
  std::size_t number_ = 0;
};

}  // namespace goxel

#endif  // RENDERER_FORMATS_NUMBERED_LINES_H_
