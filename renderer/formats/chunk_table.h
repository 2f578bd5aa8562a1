// Which member function of a parser reads which type of chunk.

#ifndef RENDERER_FORMATS_CHUNK_TABLE_H_
#define RENDERER_FORMATS_CHUNK_TABLE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "ipc/status.h"
#include "renderer/formats/byte_reader.h"

namespace goxel {

template <typename Parser>
struct ChunkEntry {
  std::string_view type;
  Status (Parser::*read)(ByteReader& content);
};

// Has `parser` read the content of a chunk. A type that the table does not know
// is passed over; content that ends too early is an error that names the type.
template <typename Parser, std::size_t kEntries>
Status ReadByType(const std::array<ChunkEntry<Parser>, kEntries>& table,
                  Parser& parser, std::string_view type, ByteReader& content) {
  const auto entry = std::ranges::find(table, type, &ChunkEntry<Parser>::type);
  if (entry == table.end()) return {};
  Status status = (parser.*entry->read)(content);
  if (status.ok() && !content.ok()) status = content.Failure(type);
  return status;
}

}  // namespace goxel

#endif  // RENDERER_FORMATS_CHUNK_TABLE_H_
