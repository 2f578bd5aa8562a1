// Names nobody can guess: render ids and session numbers from the operating
// system's random generator (RAND_bytes of OpenSSL).
//
// Thread safety: all functions may be called from any thread.

#ifndef TRANSFER_TOKEN_H_
#define TRANSFER_TOKEN_H_

#include <cstdint>

#include "ipc/render_record.h"
#include "ipc/status.h"

namespace goxel {

// 64 random bits, never 0. kInternal when there is no randomness to be had.
Result<RenderId> MakeRenderId();

// A connection's session number: 24 random bits, never 0. kInternal as above.
Result<std::uint32_t> MakeSession();

}  // namespace goxel

#endif  // TRANSFER_TOKEN_H_
