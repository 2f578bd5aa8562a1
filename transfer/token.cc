#include "transfer/token.h"

#include <openssl/rand.h>

namespace goxel {
namespace {

// A random number other than 0 within `mask`.
Result<std::uint64_t> MakeToken(std::uint64_t mask) {
  std::uint64_t token = 0;
  while ((token & mask) == 0) {
    if (::RAND_bytes(reinterpret_cast<unsigned char*>(&token), sizeof(token)) !=
        1) {
      return Fail(StatusCode::kInternal,
                  "RAND_bytes gave no random bytes; is the operating system's "
                  "generator reachable?");
    }
  }
  return token & mask;
}

}  // namespace

Result<RenderId> MakeRenderId() { return MakeToken(~std::uint64_t{0}); }

Result<std::uint32_t> MakeSession() {
  return MakeToken(0xffffff).map(
      [](std::uint64_t token) { return static_cast<std::uint32_t>(token); });
}

}  // namespace goxel
