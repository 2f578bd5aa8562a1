#include "renderer/formats/gzip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

namespace goxel {
namespace {

constexpr int kGzipWindowBits = 15 + 16;  // The largest window; gzip framing.

// A zlib stream, ended at the end of the scope.
class Inflater {
 public:
  Inflater() : ready_(inflateInit2(&stream_, kGzipWindowBits) == Z_OK) {}
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  bool ready() const { return ready_; }
  z_stream* operator->() { return &stream_; }

  // Unpacks into `output` until it is full or the input ends.
  int Run(std::span<std::byte> output) {
    stream_.next_out = reinterpret_cast<Bytef*>(output.data());
    stream_.avail_out = static_cast<uInt>(output.size());
    return inflate(&stream_, Z_NO_FLUSH);
  }

 private:
  z_stream stream_{};
  const bool ready_;
};

}  // namespace

bool IsGzip(std::span<const std::byte> bytes) {
  return bytes.size() >= 2 && bytes[0] == std::byte{0x1F} &&
         bytes[1] == std::byte{0x8B};
}

Result<std::vector<std::byte>> Gunzip(std::span<const std::byte> bytes,
                                      std::uint64_t max_bytes) {
  constexpr std::size_t kFirstStep = 64 * 1024;
  constexpr std::size_t kLongestStep = 16 * 1024 * 1024;
  if (bytes.size() > std::numeric_limits<uInt>::max()) {
    return Fail(StatusCode::kTooLarge,
                fmt::format("a gzip stream of {} bytes; at most 4 GiB are read",
                            bytes.size()));
  }
  Inflater inflater;
  if (!inflater.ready()) {
    return Fail(StatusCode::kInternal, "zlib does not start");
  }
  // zlib reads through this pointer only.
  inflater->next_in =
      const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  inflater->avail_in = static_cast<uInt>(bytes.size());
  std::vector<std::byte> output;
  for (int state = Z_OK; state != Z_STREAM_END;) {
    const std::size_t used = output.size();
    if (used > max_bytes) {
      return Fail(StatusCode::kTooLarge,
                  fmt::format("the gzip stream unpacks to more than {} bytes",
                              max_bytes));
    }
    // Never grows by more than it holds, so the input bounds the memory.
    output.resize(used + std::clamp(used, kFirstStep, kLongestStep));
    state = inflater.Run(std::span(output).subspan(used));
    output.resize(output.size() - inflater->avail_out);
    const bool is_stuck = output.size() == used && state != Z_STREAM_END;
    if ((state != Z_OK && state != Z_STREAM_END) || is_stuck) {
      return Fail(StatusCode::kDataLoss,
                  fmt::format("the gzip stream is broken or cut off after "
                              "unpacking to {} bytes",
                              output.size()));
    }
  }
  return output;
}

}  // namespace goxel
