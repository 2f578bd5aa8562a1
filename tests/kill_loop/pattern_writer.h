// The writer of a kill loop without a daemon: a render store that makes
// renders as fast as it can, with recycling on.

#ifndef TESTS_KILL_LOOP_PATTERN_WRITER_H_
#define TESTS_KILL_LOOP_PATTERN_WRITER_H_

#include "tests/kill_loop/ledger.h"
#include "transfer/render_store.h"

namespace goxel {

// Room for a few renders only, so that files are used again all the time and
// both limits are met.
RenderStoreOptions PatternStoreOptions(const std::filesystem::path& directory);

// The key of the renders of this side in this session: few, so that they are
// found again.
ContentKey PatternKey(std::uint32_t side, std::uint32_t session);

inline constexpr std::array<std::uint32_t, 4> kPatternSides = {16, 48, 64, 128};
inline constexpr std::uint32_t kPatternSessions = 4;

// Opens the store and makes renders until it is killed. Returns only when the
// store cannot be opened; that is a fault.
void WritePatterns(const std::filesystem::path& directory, unsigned seed,
                   Ledger& ledger);

}  // namespace goxel

#endif  // TESTS_KILL_LOOP_PATTERN_WRITER_H_
