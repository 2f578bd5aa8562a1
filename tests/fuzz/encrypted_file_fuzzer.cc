// Whatever parses as the header of an encrypted render must be the header of
// what was read from it.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

#include "ipc/encrypted_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto header = goxel::ParseEncryptedHeader(bytes);
  if (!header) return 0;
  std::array<std::byte, goxel::kEncryptedHeaderBytes> again;
  goxel::WriteEncryptedHeader(*header, again);
  if (!std::ranges::equal(again, bytes.first(again.size()))) std::abort();
  return 0;
}
