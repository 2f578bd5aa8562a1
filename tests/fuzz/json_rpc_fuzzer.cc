// Bytes of a client to requests, by the way they take in the daemon. The first
// byte chooses how the stream is cut into pieces.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "daemon/json_framer.h"
#include "daemon/json_rpc.h"

namespace goxel {
namespace {

void Parse(const MessageText& message) {
  if (!IsBatch(message.view())) {
    (void)ParseRequest(message);
    return;
  }
  const auto requests = SplitBatch(message.view());
  if (!requests) return;
  for (const TextRange& place : *requests) {
    (void)ParseRequest(
        message.Part(message.view().substr(place.offset, place.length)));
  }
}

void Fuzz(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::size_t piece = static_cast<unsigned char>(bytes.front()) + 1u;
  bytes.remove_prefix(1);
  JsonFramer framer({.max_message_bytes = 1000, .max_nesting = 8});
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, piece);
    std::copy(part.begin(), part.end(), framer.Room(part.size()).begin());
    framer.Append(part.size());
    bytes.remove_prefix(part.size());
    while (const auto message = framer.Next()) {
      if (*message) Parse(MessageText::Within(**message, nullptr));
    }
  }
}

}  // namespace
}  // namespace goxel

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  goxel::Fuzz({reinterpret_cast<const char*>(data), size});
  return 0;
}
