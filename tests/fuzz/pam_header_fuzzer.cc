// Whatever parses as a header must be the header of what was read from it.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

#include "ipc/pam_header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto record = goxel::ParsePamHeader(bytes);
  if (!record) return 0;
  std::array<std::byte, goxel::kPamHeaderBytes> header;
  goxel::WritePamHeader(*record, header);
  if (!std::ranges::equal(header, bytes.first(header.size()))) std::abort();
  return 0;
}
