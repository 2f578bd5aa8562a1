// Gathers the text of a file and hands it to a SceneSink in pieces of some 64
// KiB, so that writers may print a word at a time and check for errors once:
//
//   PieceWriter out(sink);
//   for (const Row& row : rows) out.Print("{} {}\n", row.a, row.b);
//   return out.Finish();
//
// After the first error of the sink nothing more is given to it; loops that
// take long look at ok().

#ifndef RENDERER_FORMATS_PIECE_WRITER_H_
#define RENDERER_FORMATS_PIECE_WRITER_H_

#include <fmt/format.h>

#include <iterator>
#include <string_view>
#include <utility>

#include "ipc/status.h"
#include "renderer/formats/scene_writer.h"

namespace goxel {

class PieceWriter {
 public:
  // `sink` must outlive this object.
  explicit PieceWriter(const SceneSink& sink) : sink_(sink) {}

  bool ok() const { return status_.ok(); }

  // The first error of the sink.
  const Status& status() const { return status_; }

  void Append(std::string_view text) {
    buffer_.append(text);
    FlushWhenFull();
  }

  template <typename... Args>
  void Print(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(buffer_), format,
                   std::forward<Args>(args)...);
    FlushWhenFull();
  }

  // Hands on what is left; the first error of the sink, if there was one.
  Status Finish() {
    Flush();
    return status_;
  }

 private:
  static constexpr std::size_t kPieceBytes = 64 * 1024;

  void FlushWhenFull() {
    if (buffer_.size() >= kPieceBytes) Flush();
  }

  void Flush() {
    if (status_.ok() && buffer_.size() > 0) {
      status_ = sink_({buffer_.data(), buffer_.size()});
    }
    buffer_.clear();
  }

  const SceneSink& sink_;
  fmt::memory_buffer buffer_;
  Status status_;
};

}  // namespace goxel

#endif  // RENDERER_FORMATS_PIECE_WRITER_H_
